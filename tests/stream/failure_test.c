/* The elements before a failure are delivered, then the error says what, where and what to do. */
#include <stdio.h>
#include <string.h>

#include "io/scratch.h"
#include "rig.h"

/* What divides by zero at element 123456, as C computes it. */
static int64_t near_zero(int64_t n)
{
    return n == 123456 ? 0 : n + 7 / (n - 123456);
}

static int64_t near_zero_after_skip(int64_t n)
{
    return n == 123456 ? 0 : n + 100 + 7 / (n - 123456);
}

static int64_t near_zero_of_even(int64_t n)
{
    return n == 123456 ? 0 : 2 * n + 7 / (n - 123456);
}

static int64_t near_zero_joined(int64_t n)
{
    return n < 1000 ? n : near_zero(n - 1000);
}

static int64_t ten(int64_t n)
{
    (void)n;
    return 10;
}

static int64_t one(int64_t n)
{
    (void)n;
    return 1;
}

static int64_t one_more(int64_t n)
{
    return n + 1;
}

static int64_t ten_more(int64_t n)
{
    return n + 10;
}

static int64_t fibonacci_from(int64_t n)
{
    uint64_t a = 0, b = 1;
    for (; n > 0; n--) {
        uint64_t next = a + b;
        a = b;
        b = next;
    }
    return (int64_t)a;
}

static int64_t fibonacci_from_90(int64_t n)
{
    return fibonacci_from(90 + n);
}

static const struct row {
    const char *text;
    int64_t (*value)(int64_t n);
    int64_t gives;
    mr_status ends;
    const char *at; /* where the error points: this part of the text */
    int64_t element;
    const char *says;
} rows[] = {
    {"range(200000) | map(x + 7/(x - 123456))", near_zero, 123456, MR_E_DIVISION, "map", 123456,
     "map: division by zero at element 123456"},
    {"range(200000) | map(x + 0*(7 % (x - 123456)))", rig_same, 123456, MR_E_DIVISION, "map",
     123456, "division by zero"},
    {"range(300000) | skip(100) | map(x + 7/(x - 123556))", near_zero_after_skip, 123456,
     MR_E_DIVISION, "map", 123456, "map: division by zero at element 123456"},
    {"range(400000) | filter(x % 2 == 0) | map(x + 7/(x/2 - 123456))", near_zero_of_even, 123456,
     MR_E_DIVISION, "map", 123456, "map: division by zero at element 123456"},
    {"zip(a: range(200000), b: range(200000) | map(7/(x - 123456))) | map(a + b)", near_zero,
     123456, MR_E_DIVISION, "map(7", 123456, "map: division by zero at element 123456"},
    {"range(200000) | map(7/(x - 123456)) | chunk(10, count)", ten, 12345, MR_E_DIVISION, "map",
     123456, "map: division by zero at element 123456"},
    {"range(200000) | filter(7/(x - 123456) > -8)", rig_same, 123456, MR_E_DIVISION, "filter",
     123456, "filter: division by zero at element 123456"},
    {"range(200000) | take_while(7/(x - 123456) > -8)", rig_same, 123456, MR_E_DIVISION,
     "take_while", 123456, "take_while: division by zero at element 123456"},
    {"range(200000) | drop_while(7/(x - 123456) < 1)", rig_same, 0, MR_E_DIVISION, "drop_while",
     123456, "drop_while: division by zero at element 123456"},
    {"range(200000) | map(0*(7/(x - 123456)) + 1) | scan(sum)", one_more, 123456, MR_E_DIVISION,
     "map", 123456, "map: division by zero"},
    {"range(200000) | map(0*(7/(x - 123456)) + x) | window(4, min)", rig_same, 123453,
     MR_E_DIVISION, "map", 123456, "map: division by zero"},
    {"range(200000) | map(0*(7/(x - 123456)) + x) | diff()", one, 123455, MR_E_DIVISION, "map",
     123456, "map: division by zero"},
    {"chain(range(1000), range(200000) | map(x + 7/(x - 123456)))", near_zero_joined, 124456,
     MR_E_DIVISION, "map", 123456, "map: division by zero"},
    {"range(200000) | map(7/(x - 123456)) | sum()", NULL, 0, MR_E_DIVISION, "map", 123456,
     "map: division by zero at element 123456"},
    {"fibonacci()", fibonacci_from, 93, MR_E_OVERFLOW, "fibonacci", 93,
     "fibonacci: term 93 does not fit i64"},
    {"fibonacci(start=90)", fibonacci_from_90, 3, MR_E_OVERFLOW, "fibonacci", 3,
     "fibonacci: term 93 does not fit i64"},
    {"fibonacci(dtype=i32) | map(i64(x))", fibonacci_from, 47, MR_E_OVERFLOW, "fibonacci", 47,
     "fibonacci: term 47 does not fit i32"},
    {"zip(a: range(200000) | filter(x >= 0), b: range(200000) | filter(7/(x - 123456) > -8))"
     " | map(a + 0*b)",
     rig_same, 123456, MR_E_DIVISION, "filter(7", 123456, "filter: division by zero"},
    {"chain(range(1000) | filter(x >= 0), range(200000) | map(x + 7/(x - 123456)))",
     near_zero_joined, 124456, MR_E_DIVISION, "map", 123456, "map: division by zero"},
    {"range(1000000) | filter(7/(x - 600000) > -8) | map(x)", rig_same, 600000, MR_E_DIVISION,
     "filter", 600000, "filter: division by zero"},
    {"range(1000000) | filter(7/(x - 600000) > -8) | take_while(x < 600001)", rig_same, 600000,
     MR_E_DIVISION, "filter", 600000, "filter: division by zero"},
    /* What is not reached, not evaluated or guarded is no failure. */
    {"range(1000000) | filter(7/(x - 600000) > -8) | take_while(x < 500000)", rig_same, 500000,
     MR_OK, NULL, -1, NULL},
    {"range(1000000) | filter(7/(x - 600000) > -8) | take(500000)", rig_same, 500000, MR_OK, NULL,
     -1, NULL},
    {"zip(a: range(5) | filter(x >= 0), b: range(10) | filter(7/(x - 7) > -8)) | map(a + 0*b)",
     rig_same, 5, MR_OK, NULL, -1, NULL},
    {"range(200000) | map(x + 7/(x - 123456)) | take(123456)", near_zero, 123456, MR_OK, NULL, -1,
     NULL},
    {"range(200000) | map(x == 123456 ? x : 0*(7/(x - 123456)) + x)", rig_same, 200000, MR_OK, NULL,
     -1, NULL},
    {"range(123457) | filter(x != 123456 && 7/(x - 123456) > -8)", rig_same, 123456, MR_OK, NULL,
     -1, NULL},
    {"range(123457) | filter(x != 123456) | map(x + 7/(x - 123456))", near_zero, 123456, MR_OK,
     NULL, -1, NULL},
    {"range(200000) | drop_while(x < 10 || 7/(x - 123456) > 100)", ten_more, 199990, MR_OK, NULL,
     -1, NULL},
    {"fibonacci() | take(93)", fibonacci_from, 93, MR_OK, NULL, -1, NULL},
};

static void check_error(const struct row *row, const mr_error *err)
{
    const char *place = strstr(row->text, row->at);
    bool good = err->status == row->ends && err->element == row->element &&
                strstr(err->message, row->says) && err->hint[0] && place &&
                err->column == (uint32_t)(place - row->text) + 1 && err->span > 0 &&
                !strncmp(err->op, place, strlen(err->op));
    CU_ASSERT_TRUE(good);
    if (!good)
        printf("\n%s\n  %s at column %u, op %s, element %lld; hint '%s'", row->text, err->message,
               err->column, err->op, (long long)err->element, err->hint);
}

/* Every later call tells the same. */
static void check_sticky(mr_stream *s, const mr_error *first)
{
    mr_batch batch;
    mr_device_batch on_device;
    mr_error err[4];
    CU_ASSERT_EQUAL(mr_stream_next(s, &batch, &err[0]), first->status);
    CU_ASSERT_EQUAL(batch.len, 0);
    CU_ASSERT_EQUAL(mr_stream_seek(s, 0, &err[1]), first->status);
    CU_ASSERT_EQUAL(mr_stream_give_back(s, &err[2]), first->status);
    mr_status st = mr_stream_next_device(s, &on_device, &err[3]);
    CU_ASSERT_TRUE(st == first->status || st == MR_E_STATE);
    for (int k = 0; k < 3; k++) CU_ASSERT_STRING_EQUAL(err[k].message, first->message);
}

static void check_row(const struct rig *rig, const struct row *row, size_t batch, unsigned ring)
{
    mr_stream_params params = rig_params(rig, batch, ring);
    mr_stream *s = rig_open_text(row->text, &params);
    mr_status st;
    mr_error err;
    int64_t count = rig_drain(s, INT64_MAX, row->value, &st, &err);
    bool good = count == row->gives && st == row->ends;
    CU_ASSERT_TRUE(good);
    if (!good)
        printf("\n%s, batch %zu, ring %u: %s\n  %lld elements, then %s: %s", rig->name, batch, ring,
               row->text, (long long)count, mr_status_name(st), err.message);
    if (row->ends != MR_OK) {
        check_error(row, &err);
        check_sticky(s, &err);
    }
    mr_stream_close(&s);
}

static void elements_before_a_failure_are_delivered_at_every_batch_size(void)
{
    static const struct {
        size_t batch;
        unsigned ring;
    } shapes[] = {{1000, 2}, {0, 0}, {123456, 3}, {1 << 18, 5}, {4096, 4}};
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++)
            for (size_t n = 0; n < sizeof shapes / sizeof shapes[0]; n++)
                check_row(rig, &rows[k], shapes[n].batch, shapes[n].ring);
}

/* The leaf that decides comes before that which fails, however much is launched at once. */
static void any_is_decided_before_a_later_failure(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t batch = 1000; batch < 1000000; batch *= 100) {
            mr_seq *seq = rig_parse("range(200000) | map(x == 5 ? 1 : 0*(7/(x - 123456))) | any()");
            mr_stream_params params = rig_params(rig, batch, 2);
            mr_scalar value = {0};
            mr_error err = {0};
            CU_ASSERT_EQUAL(mr_reduce(seq, &params, &value, NULL, &err), MR_OK);
            if (err.status) printf("\n%s, batch %zu: %s", rig->name, batch, err.message);
            CU_ASSERT_EQUAL(value.u64, 1);
            mr_seq_release(&seq);
        }
}

static const struct {
    const char *stages; /* NULL: the callback itself */
    int64_t (*value)(int64_t n);
} called[] = {{NULL, rig_same},
              {"map(x + 1)", one_more},
              {"scan(max) | map(x + 1)", one_more},
              {"filter(x >= 0)", rig_same}};

static void check_callback(const struct rig *rig, size_t row, int64_t place)
{
    struct counting counting = {.fails_at = place};
    mr_seq *source = rig_count(&counting);
    mr_seq *seq = called[row].stages ? rig_pipe(source, called[row].stages) : NULL;
    mr_stream_params params = rig_params(rig, 64, 3);
    mr_stream *s = rig_open(seq ? seq : source, &params);
    mr_status st;
    mr_error err;
    CU_ASSERT_EQUAL(rig_drain(s, INT64_MAX, called[row].value, &st, &err), place);
    CU_ASSERT_EQUAL(st, MR_E_CALLBACK);
    CU_ASSERT_EQUAL(err.element, place);
    CU_ASSERT_STRING_EQUAL(err.op, "callback");
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "returned 7"));
    CU_ASSERT_NOT_EQUAL(err.hint[0], '\0');
    int64_t asked = counting.asked;
    check_sticky(s, &err);
    CU_ASSERT_EQUAL(counting.asked, asked);
    mr_stream_close(&s);
    mr_seq_release(&seq);
    mr_seq_release(&source);
}

/* Regression: a failure met while working ahead voided the batches in the ring before it. */
static void a_callback_that_fails_gives_its_elements_first(void)
{
    static const int64_t places[] = {1, 63, 64, 1000, 5000};
    for (const struct rig *rig = rigs; rig->name; rig++)
        for (size_t row = 0; row < sizeof called / sizeof called[0]; row++)
            for (size_t k = 0; k < sizeof places / sizeof places[0]; k++)
                check_callback(rig, row, places[k]);
}

/* The lines 0, 1, 2, ... behind an optional header, but for one. */
static const struct file_row {
    const char *head, *name, *wrong, *stages;
    int64_t at, gives;
    const char *says;
} file_rows[] = {
    {"x\n", "a.csv", "x", "map(x)", 123456, 123456,
     "a.csv:123458:1: column 'x': 'x' is not a number"},
    {"x\n", "a.csv", "1,2", "map(x)", 65536, 65536,
     "a.csv:65538: has 2 fields, the first line has 1"},
    {"x\n", "a.csv", "", "map(x)", 1, 1, "a.csv:3: the line is empty"},
    {"x\n", "a.csv", "1.5", "filter(x >= 0)", 70000, 70000,
     "a.csv:70002:1: column 'x': '1.5' is no integer"},
    {"", "a.txt", "one", "scan(max)", 100000, 100000,
     "a.txt:100001:1: column 'x': 'one' is not a number"},
    {"", "a.txt", "9223372036854775808", "map(x) | chunk(1, max)", 9, 9, "a.txt:10:1: "},
    {"", "a.txt", "-", "sum()", 1023, 0, "a.txt:1024:1: "},
};

static struct scratch write_lines(const struct file_row *row)
{
    enum { LINES = 150000, LINE_BYTES = 24 };
    static char text[LINES * LINE_BYTES];
    size_t used = (size_t)snprintf(text, sizeof text, "%s", row->head);
    for (int64_t k = 0; k < LINES; k++)
        used += (size_t)(k == row->at ? snprintf(text + used, LINE_BYTES, "%s\n", row->wrong)
                                      : snprintf(text + used, LINE_BYTES, "%lld\n", (long long)k));
    return scratch_with(row->name, text, used);
}

static void check_file(const struct rig *rig, const struct file_row *row, size_t batch,
                       const struct scratch *file)
{
    char text[500];
    (void)snprintf(text, sizeof text, "read('%s', dtype=i64) | %s", file->path, row->stages);
    mr_stream_params params = rig_params(rig, batch, 3);
    mr_stream *s = rig_open_text(text, &params);
    mr_status st;
    mr_error err;
    int64_t count = rig_drain(s, INT64_MAX, rig_same, &st, &err);
    bool good = count == row->gives && st == MR_E_FORMAT && err.element == row->at &&
                err.column == 1 && err.hint[0] && !strcmp(err.op, "read") &&
                strstr(err.message, row->says);
    CU_ASSERT_TRUE(good);
    if (!good)
        printf("\n%s, batch %zu: %s\n  %lld elements, then %s at %lld: %s; hint '%s'", rig->name,
               batch, text, (long long)count, mr_status_name(st), (long long)err.element,
               err.message, err.hint);
    check_sticky(s, &err);
    mr_stream_close(&s);
}

static void elements_before_a_bad_line_are_delivered(void)
{
    for (size_t k = 0; k < sizeof file_rows / sizeof file_rows[0]; k++) {
        struct scratch file = write_lines(&file_rows[k]);
        for (const struct rig *rig = rigs; rig->name; rig++)
            for (size_t batch = 1000; batch < 1000000; batch *= 65)
                check_file(rig, &file_rows[k], batch, &file);
        scratch_remove(&file);
    }
}

static void failures_are_told_without_a_record_too(void)
{
    for (const struct rig *rig = rigs; rig->name; rig++) {
        mr_stream_params params = rig_params(rig, 0, 0);
        mr_stream *s = rig_open_text("range(5) | map(1/(x - 2))", &params);
        mr_batch batch;
        CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_OK);
        CU_ASSERT_EQUAL(batch.len, 2);
        CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_E_DIVISION);
        CU_ASSERT_EQUAL(mr_stream_next(s, &batch, NULL), MR_E_DIVISION);
        mr_stream_close(&s);
    }
}

SUITE(failure,
      {"elements_before_a_failure_are_delivered_at_every_batch_size",
       elements_before_a_failure_are_delivered_at_every_batch_size},
      {"any_is_decided_before_a_later_failure", any_is_decided_before_a_later_failure},
      {"a_callback_that_fails_gives_its_elements_first",
       a_callback_that_fails_gives_its_elements_first},
      {"elements_before_a_bad_line_are_delivered", elements_before_a_bad_line_are_delivered},
      {"failures_are_told_without_a_record_too", failures_are_told_without_a_record_too},
      NOTHING_IS_LEFT_BEHIND);
