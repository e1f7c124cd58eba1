/* A program that was compiled against the first headers of this soname runs with every library that
 * has it: the structs it shares with the library keep their size, and what is new comes out of
 * `reserved`. What these numbers may not do is change while the soname stays. */
#include <stdio.h>
#include <string.h>

#include <millrace/millrace.h>

#include "suite.h"

struct layout {
    const char *name;
    size_t size, expected_size; /* with pointers of 8 bytes */
    size_t last, expected_last; /* where a struct that was published ends before `reserved` */
};

#define LAYOUT(type, member, size, last)                                                           \
    {                                                                                              \
#type, sizeof(type), size, offsetof(type, member), last                                    \
    }

static const struct layout layouts[] = {
    LAYOUT(mr_error, caret_span, 1192, 1120),
    LAYOUT(mr_arg, seq, 56, 32),
    LAYOUT(mr_array, owner, 72, 32),
    LAYOUT(mr_callback_params, release, 208, 136),
    LAYOUT(mr_fingerprint, words, 16, 0),
    LAYOUT(mr_op_info, signature, 256, 32),
    LAYOUT(mr_op_param, most, 176, 79),
    LAYOUT(mr_buffer, owner, 72, 32),
    LAYOUT(mr_device_info, is_tuned, 640, 571),
    LAYOUT(mr_stream_params, poll_user, 152, 96),
    LAYOUT(mr_batch, columns, 120, 24),
    LAYOUT(mr_device_batch, event, 136, 96),
    LAYOUT(mr_stats, sums, 480, 352),
    LAYOUT(mr_progress, seconds, 96, 24),
};

static void structs_keep_their_size_while_the_soname_stays(void)
{
    CU_ASSERT_EQUAL(MR_VERSION_MAJOR * 1000 + MR_VERSION_MINOR, 2); /* new numbers for a new one */
    for (size_t k = 0; k < sizeof layouts / sizeof layouts[0] && sizeof(void *) == 8; k++) {
        const struct layout *l = &layouts[k];
        CU_ASSERT_EQUAL(l->size, l->expected_size);
        CU_ASSERT_EQUAL(l->last, l->expected_last);
        if (l->size != l->expected_size || l->last != l->expected_last)
            printf("\n  %s: %zu bytes, last field at %zu", l->name, l->size, l->last);
    }
}

/* What the library writes ends with the struct that the program has. */
static void nothing_is_written_behind_a_struct(void)
{
    struct {
        mr_stats stats;
        unsigned char guard[128];
    } s;
    struct {
        mr_error error;
        unsigned char guard[128];
    } e;
    struct {
        mr_batch batch;
        unsigned char guard[128];
    } b;
    memset(&s, 0xaa, sizeof s);
    memset(&e, 0xaa, sizeof e);
    memset(&b, 0xaa, sizeof b);
    unsigned char intact[128];
    memset(intact, 0xaa, sizeof intact);
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    mr_seq *seq = NULL, *bad = NULL;
    mr_stream *stream = NULL;
    CU_ASSERT_EQUAL(mr_seq_parse(&bad, "x", &e.error), MR_E_NAME);
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, "range(3)", NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_stream_open(&stream, seq, &params, NULL), MR_OK);
    CU_ASSERT_EQUAL(mr_stream_next(stream, &b.batch, NULL), MR_OK);
    mr_stream_stats(stream, &s.stats);
    mr_stream_close(&stream);
    mr_seq_release(&seq);
    CU_ASSERT_FALSE(memcmp(s.guard, intact, sizeof intact));
    CU_ASSERT_FALSE(memcmp(e.guard, intact, sizeof intact));
    CU_ASSERT_FALSE(memcmp(b.guard, intact, sizeof intact));
    /* A field that this library does not know yet reads as its default. */
    for (size_t k = 0; k < sizeof s.stats.reserved / sizeof s.stats.reserved[0]; k++)
        CU_ASSERT_EQUAL(s.stats.reserved[k], 0);
    for (size_t k = 0; k < sizeof e.error.reserved / sizeof e.error.reserved[0]; k++)
        CU_ASSERT_EQUAL(e.error.reserved[k], 0);
    for (size_t k = 0; k < sizeof b.batch.reserved / sizeof b.batch.reserved[0]; k++)
        CU_ASSERT_EQUAL(b.batch.reserved[k], 0);
}

/* Parameters of a newer program: it is told that its wish is not known, rather than ignored. */
static void parameters_of_newer_headers_are_refused(void)
{
    static const int64_t data[1];
    const mr_stream_params params = {.reserved = {[5] = 1}};
    const mr_array array = {.dtype = MR_I64, .data = data, .reserved = {1}};
    mr_arg arg = mr_int(3);
    mr_seq *seq = NULL, *none = NULL;
    mr_stream *stream = NULL;
    mr_error err;
    arg.reserved[1] = 1;
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, "range(3)", NULL), MR_OK);
    CU_ASSERT_EQUAL(mr_stream_open(&stream, seq, &params, &err), MR_E_VALUE);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "mr_stream_params"));
    CU_ASSERT_EQUAL(mr_seq_from_array(&none, &array, 1, 1, &err), MR_E_VALUE);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "mr_array"));
    CU_ASSERT_EQUAL(mr_seq_apply(&none, "range", NULL, &arg, 1, &err), MR_E_VALUE);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "mr_arg"));
    CU_ASSERT_PTR_NULL(stream);
    CU_ASSERT_PTR_NULL(none);
    mr_seq_release(&seq);
}

static void versions_can_be_compared(void)
{
    CU_ASSERT_EQUAL(mr_version_number(), MR_VERSION_NUMBER);
    CU_ASSERT_STRING_EQUAL(mr_version(), MR_VERSION);
    CU_ASSERT_EQUAL(MR_VERSION_NUMBER / 1000000, MR_VERSION_MAJOR);
    CU_ASSERT_EQUAL(MR_VERSION_NUMBER / 1000 % 1000, MR_VERSION_MINOR);
}

static void zero_is_no_dtype(void)
{
    CU_ASSERT_EQUAL(MR_DTYPE_NONE, 0);
    CU_ASSERT_EQUAL(mr_dtype_size(MR_DTYPE_NONE), 0);
    for (mr_dtype dtype = MR_BOOL; dtype < MR_DTYPE_COUNT; dtype++)
        CU_ASSERT_TRUE(mr_dtype_size(dtype) > 0);
}

SUITE(abi,
      {"structs_keep_their_size_while_the_soname_stays",
       structs_keep_their_size_while_the_soname_stays},
      {"nothing_is_written_behind_a_struct", nothing_is_written_behind_a_struct},
      {"parameters_of_newer_headers_are_refused", parameters_of_newer_headers_are_refused},
      {"versions_can_be_compared", versions_can_be_compared},
      {"zero_is_no_dtype", zero_is_no_dtype});
