/* No bit depends on the shape of code and work; and what millrace tune keeps is found again. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cl/cache_folder.h"
#include "cl/child.h"
#include "cl/tuned.h"
#include "cl/verdict.h"
#include "engine/device_shape.h"
#include "rig.h"
#include "specimen.h"

static const char *const shapes[] = {
    "lanes 4/2, span 4/2, group 64, unit 1048576, ring 3", /* as on GPUs */
    "lanes 16/16, group 1, unit 4096, ring 2",
    "lanes 2/4, group 16, unit 8192, ring 5",
    "lanes 8/2, group 32, unit 262144, ring 3",
};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static const struct specimen rows[] = {
    {.text = "range(20000) | map(a: x*x % 1009, b: f32(x)*0.3, c: x % 3 == 0)"},
    {.text = "range(20000) | map(x*0.1) | filter(x > 7.0) | map(exp(-x) + sqrt(x)) | sum()"},
    {.text = "range(20000) | map(i32(x*7919 % 1000)) | argmin()"},
    {.text = "repeat(0.1, 3) | mean(exact)"},
    {.text = "range(20003) | map(a: x*0.1 - 700, b: x) | filter(b % 7 != 3) | sum(exact)"},
    {.text = "normal(seed=3) | take(20000) | var()"},
    {.text = "uniform(seed=3, dtype=f32) | take(20000) | hist(50, 0, 1)"},
    {.text = "philox(7) | take(20000) | filter(x % 3 == 1) | window(21, max)"},
    {.text = "range(20000) | map(f32(x)*0.1) | scan(sum) | chunk(700, mean)"},
    {.text = "range(20000) | map(a: x*x % 1009 - 500, b: u64(x) | 1) | scan(prod) | skip(5)"},
    {.text = "range(20000) | map(a: i32(x*7919 % 1009), b: 100 - x) | scan(sum)"},
    {.text = "philox(7) | take(20000) | scan(min)"},
    {.text = "range(20000) | map(f32(x == 15000 ? nan : 0.0 * (x % 3 - 1))) | scan(max)"},
    {.text = "range(20000) | map(x % 3000 * (x % 3 - 1) * 0.5) | scan(min)"},
    {.text = "range(20000) | map(x % 7000 < 6999) | scan(min)"},
    {.text = "fibonacci(mod=1000) | take(20000) | diff()"},
    {.text = "range(200000) | filter(x % 3 != 1) | scan(sum)"},
    {.text = "range(200000) | filter(x % 3 != 1) | window(5, sum)"},
    {.text = "range(20000) | map(x*x % 10 == 4) | all()"},
    {.text = "philox(1) | skip(17179869100) | take(20000)"},
    {.text = "uniform(1, dtype=f32) | skip(17179869100) | take(20000) | map(x, u32(x*1000))"},
    {.text = "uniform(1) | skip(8589934500) | take(20000) | map(x, u64(x*1e19))"},
    {.text = "normal(1) | skip(8589934501) | take(20000)"},
    {.text = "normal(1, dtype=f32) | skip(17179869100) | take(20000)"},
    {.text = "range(-9000, 9000) | map(a: x % 7 == 0 ? x*1.2e15 : x*0.3, b: x % 9000 == 1 ? nan : "
             "x*1.001e15) | map(i64(a), u64(a), i64(b), u64(b), i64(a*1e4), u64(b*1e4))"},
    {.text = "range(-9000, 9000) | map(x*2.5018e11) | map(i64(x), u64(x), i64(-x), u64(x*2))"},
    {.text =
         "range(20000) | map(x % 5 == 0 ? nan : x % 7 == 0 ? inf : x % 11 == 0 ? -inf : x*1e-4) "
         "| hist(7, 0.25, 1.5)"},
    {.text = "range(20000) | filter(x % 3 != 0) | map(f32(x % 5 == 0 ? nan : x % 7 == 0 ? -inf : "
             "x*0.0001220703125)) | hist(16, 0, 2)"},
    {.text = "range(2000000) | filter(x % 50 == 7) | scan(sum) | window(3000, max) | sum()"},
    {.text = NULL},
};

static void check(const struct specimen *s)
{
    struct specimen_result expected = specimen_run_on(s, MR_ENGINE_HOST);
    CU_ASSERT_EQUAL(expected.status, MR_OK);
    for (size_t k = 0; k < SHAPES; k++) {
        mr_stream_params params = {.engine = MR_ENGINE_OPENCL, .shape = shapes[k]};
        struct specimen_result r = specimen_run(s, params);
        bool same = r.status == MR_OK && r.elements == expected.elements && r.hash == expected.hash;
        CU_ASSERT_TRUE(same);
        if (!same)
            printf("\n%s, %s: %s %s", shapes[k], s->text, mr_status_name(r.status),
                   r.error.message);
    }
}

static void no_bit_depends_on_the_shape(void)
{
    for (const struct specimen *s = rows; s->text; s++) check(s);
    for (const struct specimen *s = specimens; s->text; s++) check(s);
}

static void a_shape_is_checked_at_open(void)
{
    static const char *const wrong[] = {
        "",
        "lanes 16/8",
        "lanes 3/8, group 4, unit 262144, ring 3",
        "lanes 32/8, group 4, unit 262144, ring 3",
        "lanes 16/8, group 0, unit 262144, ring 3",
        "lanes 16/8, group 128, unit 262144, ring 3",
        "lanes 4/2, span 4/2, group 512, unit 262144, ring 3",
        "lanes 16/8, group 4, unit 33554432, ring 3",
        "lanes 16/8, group 4, unit 262144, ring 1",
        "lanes 16/8, group 4, unit 262144, ring 3 ",
        "lanes 4/2, span 4, group 4, unit 262144, ring 3",
        "lanes 4/2, span 3/2, group 4, unit 262144, ring 3",
        "lanes 4/2, span 2/2, group 4, unit 262144, ring 3",
        "lanes 4/2, span 64/64, group 4, unit 262144, ring 3",
        "lanes 4/2, span 32/2, group 4, unit 262144, ring 3",
        "lanes 16/8, group 4, unit 99999999999999999999, ring 3",
    };
    mr_seq *seq = rig_parse("range(10)");
    for (size_t k = 0; k < sizeof wrong / sizeof wrong[0]; k++)
        for (const struct rig *rig = rigs; rig->name; rig++) {
            mr_stream_params params = rig_params(rig, 64, 2);
            mr_stream *s = NULL;
            params.shape = wrong[k];
            if (rig->engine != MR_ENGINE_HOST)
                CU_ASSERT_EQUAL(mr_stream_open(&s, seq, &params, NULL), MR_E_VALUE);
            mr_stream_close(&s);
        }
    mr_seq_release(&seq);
}

static void the_words_of_a_shape_are_read_back(void)
{
    for (size_t k = 0; k < MR_PROFILE_ROWS; k++) {
        char text[MR_PROFILE_TEXT_BYTES];
        struct mr_profile back = {.has_fp64 = false};
        mr_profile_write(text, &mr_profiles[k]);
        CU_ASSERT_EQUAL(mr_profile_parse(&back, text, NULL), MR_OK);
        CU_ASSERT_EQUAL(back.width_32, mr_profiles[k].width_32);
        CU_ASSERT_EQUAL(back.width_64, mr_profiles[k].width_64);
        CU_ASSERT_EQUAL(back.span_32, mr_profiles[k].span_32);
        CU_ASSERT_EQUAL(back.span_64, mr_profiles[k].span_64);
        CU_ASSERT_EQUAL(back.group_elems, mr_profiles[k].group_elems);
        CU_ASSERT_EQUAL(back.unit, mr_profiles[k].unit);
        CU_ASSERT_EQUAL(back.ring, mr_profiles[k].ring);
        CU_ASSERT_TRUE(back.unit <= MR_PROFILE_MOST_UNIT);
    }
}

/* Kernels of work-items that owned all lanes as scalars took Intel's compiler of 2022 minutes, and
 * vectors that it makes of a group's work-items are wrong, too. */
static void the_plain_shape_has_neither_vectors_nor_arrays_of_lanes(void)
{
    for (size_t k = 0; k < MR_PROFILE_ROWS; k++) {
        char text[MR_PROFILE_TEXT_BYTES];
        struct mr_profile plain = mr_profiles[k], back = plain;
        mr_profile_make_plain(&plain);
        mr_profile_write(text, &plain);
        const char *expected = mr_profile_shares_leaves(&mr_profiles[k])
                                   ? "lanes 1/1, span 1/1, group 64, unit "
                                   : "lanes 1/1, span 1/1, group 1, unit ";
        CU_ASSERT_EQUAL(strncmp(text, expected, strlen(expected)), 0);
        CU_ASSERT_EQUAL(mr_profile_parse(&back, text, NULL), MR_OK);
        CU_ASSERT_EQUAL(back.sharing_items, plain.sharing_items);
        CU_ASSERT_EQUAL(back.side_by_side, plain.side_by_side);
    }
}

/* Neither that of the table nor the caller's own. */
static void a_device_without_vectors_has_none_in_any_shape(void)
{
    for (size_t k = 0; k < 2 * SHAPES; k++) {
        const mr_stream_params params = {.shape = k < SHAPES ? shapes[k] : NULL};
        for (unsigned rung = 0; rung < MR_RUNGS; rung++) {
            const struct mr_device device = {.type = CL_DEVICE_TYPE_CPU, .rung = rung};
            struct mr_profile p;
            CU_ASSERT_EQUAL(mr_shape_on_device(&p, &device, &params, NULL, NULL), MR_OK);
            CU_ASSERT_EQUAL(p.width_32 == 1 && p.width_64 == 1, mr_rungs[rung].is_plain);
            CU_ASSERT_EQUAL(p.span_32 == 1 && p.span_64 == 1, mr_rungs[rung].is_plain);
        }
    }
}

/* ---- what is kept ---- */

static const struct mr_device here = {
    .type = CL_DEVICE_TYPE_CPU, .name = "a device", .driver = "1.0"};

static void put_file(const char *text)
{
    char path[MR_CACHE_PATH_BYTES];
    FILE *file = mr_cache_path(path, MR_TUNED_FILE, false) ? fopen(path, "w") : NULL;
    if (!file) return;
    (void)fputs(text, file);
    (void)fclose(file);
}

static void print_shape(const struct mr_device *device)
{
    struct mr_profile p;
    bool is_tuned;
    mr_device_profile(&p, device, &is_tuned);
    printf(" %zu%s", p.unit, is_tuned ? " tuned" : "");
}

CHILD(keeps_shapes)
{
    struct mr_device other = here, newer = here;
    struct mr_profile p = mr_profiles[MR_PROFILE_CPU];
    (void)snprintf(other.name, sizeof other.name, "another");
    (void)snprintf(newer.driver, sizeof newer.driver, "1.1");
    print_shape(&here);
    p.unit = 4096;
    printf(" %d", (int)mr_tuned_save(&other, &p, NULL));
    p.unit = 8192;
    printf(" %d", (int)mr_tuned_save(&here, &p, NULL));
    p.unit = 16384;
    printf(" %d", (int)mr_tuned_save(&here, &p, NULL));
    print_shape(&here);
    print_shape(&other);
    print_shape(&newer);
    printf(" %d", (int)mr_tuned_check(NULL));
}

CHILD(reads_damaged_shapes)
{
    static const char *const texts[] = {
        "",
        "millrace shapes 2\n",
        "millrace shapes 1",
        "millrace shapes 1\nlanes 16/8, group 4, unit 4096, ring 3\t1.0\ta device",
        "millrace shapes 1\nlanes 16/8, group 4, unit 4097, ring 3\t1.0\ta device\n",
        "millrace shapes 1\nlanes 16/8, group 4, unit 4096, ring 3\t1.0\n",
        "millrace shapes 1\nlanes 16/8, group 4, unit 4096, ring 3\t1.0\ta device\nx",
    };
    struct mr_profile p = mr_profiles[MR_PROFILE_CPU];
    (void)mr_tuned_save(&here, &p, NULL);
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
        put_file(texts[k]);
        bool is_told = mr_tuned_check(NULL) == MR_E_FORMAT;
        printf("%s", is_told ? "" : " not told");
        print_shape(&here);
    }
    p.unit = 4096;
    printf(" %d", (int)mr_tuned_save(&here, &p, NULL));
    print_shape(&here);
}

static void run_in_folder(const char *child, const char *says)
{
    char folder[] = "/tmp/millrace-test-XXXXXX", path[64], variable[64];
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    (void)snprintf(variable, sizeof variable, "XDG_CACHE_HOME=%s", folder);
    struct child_result r = child_run(child, (const char *[]){variable, NULL});
    CU_ASSERT_EQUAL(r.exit_code, EXIT_SUCCESS);
    CU_ASSERT_STRING_EQUAL(r.text, says);
    (void)snprintf(path, sizeof path, "%s/millrace/shapes", folder);
    CU_ASSERT_EQUAL(unlink(path), 0);
    (void)snprintf(path, sizeof path, "%s/millrace", folder);
    CU_ASSERT_EQUAL(rmdir(path), 0); /* no temporary file is left */
    CU_ASSERT_EQUAL(rmdir(folder), 0);
}

static void what_was_tuned_is_found_for_device_and_driver(void)
{
    run_in_folder("keeps_shapes", " 524288 0 0 0 16384 tuned 4096 tuned 524288 0");
}

static void a_damaged_file_counts_as_none_and_is_told(void)
{
    run_in_folder("reads_damaged_shapes",
                  " 524288 524288 524288 524288 524288 524288 524288 0 4096 tuned");
}

SUITE(shape, {"no_bit_depends_on_the_shape", no_bit_depends_on_the_shape},
      {"a_shape_is_checked_at_open", a_shape_is_checked_at_open},
      {"the_words_of_a_shape_are_read_back", the_words_of_a_shape_are_read_back},
      {"the_plain_shape_has_neither_vectors_nor_arrays_of_lanes",
       the_plain_shape_has_neither_vectors_nor_arrays_of_lanes},
      {"a_device_without_vectors_has_none_in_any_shape",
       a_device_without_vectors_has_none_in_any_shape},
      {"what_was_tuned_is_found_for_device_and_driver",
       what_was_tuned_is_found_for_device_and_driver},
      {"a_damaged_file_counts_as_none_and_is_told", a_damaged_file_counts_as_none_and_is_told},
      NOTHING_IS_LEFT_BEHIND);
