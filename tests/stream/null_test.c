/* The rule of millrace.h about NULL, for every function that the headers declare. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <millrace/millrace.h>

#include "suite.h"

enum { MOST_NAMES = 256, NAME_BYTES = 64 };

struct names {
    char text[MOST_NAMES][NAME_BYTES];
    size_t count;
};

static struct names tried;

static bool has(const struct names *names, const char *name)
{
    for (size_t k = 0; k < names->count; k++)
        if (strcmp(names->text[k], name) == 0) return true;
    return false;
}

static void add(struct names *names, const char *name)
{
    if (has(names, name)) return;
    CU_ASSERT_FATAL(names->count < MOST_NAMES);
    (void)snprintf(names->text[names->count++], NAME_BYTES, "%s", name);
}

static void check_refusal(const char *function, const char *argument, mr_status st,
                          const mr_error *err)
{
    char wanted[128];
    (void)snprintf(wanted, sizeof wanted, "%s: %s is NULL", function, argument);
    bool is_right = st == MR_E_VALUE && err->status == st && strcmp(err->message, wanted) == 0;
    if (!is_right) printf("\n  %s: got %d %s", wanted, (int)st, err->message);
    CU_ASSERT_TRUE(is_right);
}

/* REFUSES(mr_stream_next, out, (s, NULL, err)): MR_E_VALUE that names the argument, also without
 * an err. */
#define REFUSES(function, argument, arguments)                                                     \
    do {                                                                                           \
        mr_error record = {.status = MR_OK}, *err = &record;                                       \
        mr_status st = function arguments;                                                         \
        check_refusal(#function, #argument, st, &record);                                          \
        err = NULL;                                                                                \
        CU_ASSERT_EQUAL(function arguments, MR_E_VALUE);                                           \
        add(&tried, #function);                                                                    \
    } while (0)

/* TAKES(mr_seq_column_count, mr_seq_column_count(NULL) == 0): no status, and no crash. */
#define TAKES(function, holds)                                                                     \
    do {                                                                                           \
        bool is_right = (holds);                                                                   \
        if (!is_right) printf("\n  %s", #holds);                                                   \
        CU_ASSERT_TRUE(is_right);                                                                  \
        add(&tried, #function);                                                                    \
    } while (0)

static void try_descriptions(const mr_seq *seq)
{
    mr_seq *out = NULL, *nothing = NULL;
    mr_builder *builder = NULL;
    const mr_callback_params callback = {.column_count = 1};
    REFUSES(mr_seq_parse, out, (NULL, "range(3)", err));
    REFUSES(mr_seq_parse, text, (&out, NULL, err));
    REFUSES(mr_seq_pipe, out, (NULL, seq, "sum()", err));
    REFUSES(mr_seq_pipe, input, (&out, NULL, "sum()", err));
    REFUSES(mr_seq_pipe, stages, (&out, seq, NULL, err));
    REFUSES(mr_seq_parse_with, out, (NULL, "range(3)", NULL, 0, err));
    REFUSES(mr_seq_parse_with, text, (&out, NULL, NULL, 0, err));
    REFUSES(mr_seq_parse_with, constants, (&out, "range(3)", NULL, 1, err));
    REFUSES(mr_seq_pipe_with, out, (NULL, seq, "sum()", NULL, 0, err));
    REFUSES(mr_seq_pipe_with, input, (&out, NULL, "sum()", NULL, 0, err));
    REFUSES(mr_seq_pipe_with, stages, (&out, seq, NULL, NULL, 0, err));
    REFUSES(mr_seq_pipe_with, constants, (&out, seq, "sum()", NULL, 1, err));
    REFUSES(mr_seq_apply, out, (NULL, "count", NULL, NULL, 0, err));
    REFUSES(mr_seq_apply, op, (&out, NULL, NULL, NULL, 0, err));
    REFUSES(mr_seq_apply, args, (&out, "count", NULL, NULL, 1, err));
    REFUSES(mr_seq_from_array, out, (NULL, NULL, 1, 1, err));
    REFUSES(mr_seq_from_array, arrays, (&out, NULL, 1, 1, err));
    REFUSES(mr_seq_from_buffers, out, (NULL, NULL, 1, 1, err));
    REFUSES(mr_seq_from_buffers, buffers, (&out, NULL, 1, 1, err));
    REFUSES(mr_seq_from_callback, out, (NULL, &callback, err));
    REFUSES(mr_seq_from_callback, params, (&out, NULL, err));
    REFUSES(mr_seq_from_callback, params->fill, (&out, &callback, err));
    char *text = NULL;
    mr_fingerprint fingerprint;
    REFUSES(mr_seq_text, out, (NULL, seq, err));
    REFUSES(mr_seq_text, seq, (&text, NULL, err));
    REFUSES(mr_seq_fingerprint, out, (NULL, seq, err));
    REFUSES(mr_seq_fingerprint, seq, (&fingerprint, NULL, err));
    REFUSES(mr_op_describe, out, (NULL, 0, err));
    REFUSES(mr_op_param_describe, out, (NULL, 0, 0, err));
    REFUSES(mr_builder_finish, out, (NULL, &builder, err));
    REFUSES(mr_builder_finish, b, (&out, NULL, err));
    TAKES(mr_seq_release, (mr_seq_release(NULL), mr_seq_release(&nothing), true));
    TAKES(mr_seq_retain, mr_seq_retain(NULL) == NULL);
    TAKES(mr_seq_length, mr_seq_length(NULL, NULL) == MR_LENGTH_UNKNOWN);
    TAKES(mr_seq_notice, mr_seq_notice(NULL, seq, 0) == MR_E_VALUE);
    TAKES(mr_seq_column_count, mr_seq_column_count(NULL) == 0);
    TAKES(mr_seq_column_name, mr_seq_column_name(NULL, 0) == NULL);
    TAKES(mr_seq_column_dtype, mr_seq_column_dtype(NULL, 0) == MR_DTYPE_NONE);
    CU_ASSERT_PTR_NULL(out);
}

/* Arguments without a value are refused where they are used. */
static void try_arguments(const mr_seq *seq)
{
    const mr_arg rows[] = {mr_expr(NULL), mr_text(NULL), mr_input(NULL),
                           mr_named(NULL, mr_expr(NULL))};
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        mr_seq *out = NULL;
        CU_ASSERT_EQUAL(mr_seq_apply(&out, "map", seq, &rows[k], 1, NULL), MR_E_VALUE);
        CU_ASSERT_PTR_NULL(out);
    }
    TAKES(mr_expr, mr_expr(NULL).text == NULL);
    TAKES(mr_text, mr_text(NULL).text == NULL);
    TAKES(mr_input, mr_input(NULL).seq == NULL);
    TAKES(mr_named, mr_named(NULL, mr_int(3)).number.i64 == 3);
    TAKES(mr_typed, mr_typed(MR_I32, mr_int(3)).number.i64 == 3);
    TAKES(mr_constant, mr_constant(NULL, mr_int(3)).number.i64 == 3);
    TAKES(mr_int, mr_int(-1).number.i64 == -1);
    TAKES(mr_uint, mr_uint(1).number.u64 == 1);
    TAKES(mr_real, mr_real(0.5).number.f64 == 0.5);
}

/* A builder keeps the first failure; one that could not be made is taken as such. */
static void try_builders(void)
{
    mr_builder *none = NULL;
    mr_seq *out = NULL;
    for (int k = 0; k < 3; k++) {
        mr_builder *b = mr_builder_create();
        CU_ASSERT_PTR_NOT_NULL_FATAL(b);
        if (k == 0) mr_builder_apply(b, NULL, NULL, 0);
        if (k == 1) mr_builder_pipe(b, NULL);
        if (k == 2) mr_builder_from(b, NULL);
        CU_ASSERT_EQUAL(mr_builder_finish(&out, &b, NULL), MR_E_VALUE);
        CU_ASSERT_PTR_NULL(b);
        CU_ASSERT_PTR_NULL(out);
    }
    TAKES(mr_builder_create, mr_builder_finish(&out, &none, NULL) == MR_E_NO_MEMORY);
    TAKES(mr_builder_apply, (mr_builder_apply(NULL, "count", NULL, 0), true));
    TAKES(mr_builder_pipe, (mr_builder_pipe(NULL, "count()"), true));
    TAKES(mr_builder_from, (mr_builder_from(NULL, NULL), true));
    TAKES(mr_builder_destroy, (mr_builder_destroy(NULL), mr_builder_destroy(&none), true));
}

static void try_streams(const mr_seq *seq, mr_stream *s)
{
    mr_stream *out = NULL, *nothing = NULL;
    mr_batch batch;
    mr_device_batch on_device;
    mr_scalar value;
    mr_stats stats;
    int64_t row[8];
    size_t got = 1;
    void *columns[1] = {row}, *missing[1] = {NULL};
    char *text = NULL;
    REFUSES(mr_stream_open, out, (NULL, seq, NULL, err));
    REFUSES(mr_stream_open, seq, (&out, NULL, NULL, err));
    REFUSES(mr_stream_next, s, (NULL, &batch, err));
    REFUSES(mr_stream_next, out, (s, NULL, err));
    mr_lease *lease = NULL;
    REFUSES(mr_batch_keep, s, (NULL, &batch, &lease, err));
    REFUSES(mr_batch_keep, batch, (s, NULL, &lease, err));
    REFUSES(mr_batch_keep, out, (s, &batch, NULL, err));
    REFUSES(mr_device_batch_keep, s, (NULL, &on_device, &lease, err));
    REFUSES(mr_device_batch_keep, batch, (s, NULL, &lease, err));
    REFUSES(mr_device_batch_keep, out, (s, &on_device, NULL, err));
    TAKES(mr_lease_retain, mr_lease_retain(NULL) == NULL);
    TAKES(mr_lease_release, (mr_lease_release(NULL), mr_lease_release(&lease), true));
    REFUSES(mr_stream_next_device, s, (NULL, &on_device, err));
    REFUSES(mr_stream_next_device, out, (s, NULL, err));
    REFUSES(mr_stream_read, s, (NULL, 1, columns, &got, err));
    REFUSES(mr_stream_read, columns, (s, 1, NULL, &got, err));
    REFUSES(mr_stream_read, columns[0], (s, 1, missing, &got, err));
    REFUSES(mr_stream_read, got, (s, 1, columns, NULL, err));
    REFUSES(mr_stream_give_back, s, (NULL, err));
    REFUSES(mr_stream_seek, s, (NULL, 0, err));
    size_t needed;
    REFUSES(mr_stream_save, s, (NULL, row, sizeof row, &needed, err));
    REFUSES(mr_stream_save, bytes, (s, NULL, 1, &needed, err));
    REFUSES(mr_stream_save, needed, (s, row, sizeof row, NULL, err));
    REFUSES(mr_stream_restore, out, (NULL, seq, NULL, row, sizeof row, err));
    REFUSES(mr_stream_restore, seq, (&out, NULL, NULL, row, sizeof row, err));
    REFUSES(mr_stream_restore, bytes, (&out, seq, NULL, NULL, 0, err));
    REFUSES(mr_state_text, out, (NULL, row, sizeof row, err));
    REFUSES(mr_state_text, bytes, (&text, NULL, 0, err));
    REFUSES(mr_reduce, seq, (NULL, NULL, &value, NULL, err));
    REFUSES(mr_reduce, value, (seq, NULL, NULL, NULL, err));
    struct ArrowArrayStream arrow = {.release = NULL};
    mr_seq *read = NULL;
    REFUSES(mr_seq_export_arrow, out, (NULL, seq, NULL, err));
    REFUSES(mr_seq_export_arrow, seq, (&arrow, NULL, NULL, err));
    REFUSES(mr_seq_from_arrow, out, (NULL, &arrow, MR_NULLS_REFUSED, err));
    REFUSES(mr_seq_from_arrow, in, (&read, NULL, MR_NULLS_REFUSED, err));
    REFUSES(mr_explain, out, (NULL, seq, NULL, false, err));
    REFUSES(mr_explain, seq, (&text, NULL, NULL, false, err));
    TAKES(mr_stream_close, (mr_stream_close(NULL), mr_stream_close(&nothing), true));
    TAKES(mr_stream_tell, mr_stream_tell(NULL) == 0);
    TAKES(mr_stream_computed, mr_stream_computed(NULL) == 0);
    TAKES(mr_stream_interrupt, (mr_stream_interrupt(NULL), true));
    TAKES(mr_stream_stats, (mr_stream_stats(s, NULL), mr_stream_stats(NULL, &stats),
                            stats.elements == 0 && stats.device_from == -1));
    REFUSES(mr_stream_devices, count, (s, NULL, 0, NULL, err));
    size_t device_count = 3;
    REFUSES(mr_stream_devices, s, (NULL, NULL, 0, &device_count, err));
    REFUSES(mr_stream_devices, out, (s, NULL, 1, &device_count, err));
    TAKES(mr_stream_found, mr_stream_found(NULL, (char *)row, 1) == 0);
    TAKES(mr_stream_found, mr_stream_found(s, NULL, 1) == 0);
    TAKES(mr_text_free, (mr_text_free(NULL), mr_text_free(&text), true));
    CU_ASSERT_EQUAL(mr_stream_tell(s), 0); /* nothing was pulled meanwhile */
}

static void try_partials(const mr_seq *seq)
{
    int64_t from, until;
    void *bytes = NULL;
    const void *part = "", *missing[1] = {NULL};
    size_t size;
    mr_seq *out = NULL;
    mr_scalar value;
    char *text = NULL;
    REFUSES(mr_partial_range, from, (NULL, &until, seq, 0, 1, err));
    REFUSES(mr_partial_range, until, (&from, NULL, seq, 0, 1, err));
    REFUSES(mr_partial_range, seq, (&from, &until, NULL, 0, 1, err));
    REFUSES(mr_reduce_partial, bytes, (NULL, &size, seq, NULL, 0, 3, err));
    REFUSES(mr_reduce_partial, size, (&bytes, NULL, seq, NULL, 0, 3, err));
    REFUSES(mr_reduce_partial, seq, (&bytes, &size, NULL, NULL, 0, 3, err));
    REFUSES(mr_partial_merge, bytes, (NULL, &size, &part, &size, 1, err));
    REFUSES(mr_partial_merge, size, (&bytes, NULL, &part, &size, 1, err));
    REFUSES(mr_partial_merge, parts, (&bytes, &size, NULL, &size, 1, err));
    REFUSES(mr_partial_merge, sizes, (&bytes, &size, &part, NULL, 1, err));
    REFUSES(mr_partial_merge, parts[0], (&bytes, &size, missing, &size, 1, err));
    REFUSES(mr_partial_finish, out, (NULL, part, 0, err));
    REFUSES(mr_partial_finish, bytes, (&out, NULL, 0, err));
    REFUSES(mr_partial_value, value, (NULL, NULL, part, 0, err));
    REFUSES(mr_partial_value, bytes, (&value, NULL, NULL, 0, err));
    REFUSES(mr_partial_text, out, (NULL, part, 0, err));
    REFUSES(mr_partial_text, bytes, (&text, NULL, 0, err));
    TAKES(mr_partial_free, (mr_partial_free(NULL), mr_partial_free(&bytes), true));
}

static void try_the_rest(void)
{
    mr_device_info info;
    mr_cancel *none = NULL, *token = mr_cancel_create();
    char text[8] = "keep";
    REFUSES(mr_devices, count, (&info, 1, NULL, err));
    size_t count = 3;
    REFUSES(mr_devices, out, (NULL, 1, &count, err));
    TAKES(mr_error_render, mr_error_render(text, sizeof text, NULL) == 0);
    TAKES(mr_error_render, mr_error_render(NULL, 5, &(mr_error){.status = MR_OK}) == 0);
    TAKES(mr_text_translate, mr_text_translate(text, sizeof text, NULL, NULL) == 0 && !text[0]);
    TAKES(mr_text_translate, mr_text_translate(NULL, 0, "max", NULL) == 3);
    TAKES(mr_cancel_create, token != NULL);
    TAKES(mr_cancel_request, (mr_cancel_request(NULL), true));
    TAKES(mr_cancel_is_requested, !mr_cancel_is_requested(NULL));
    TAKES(mr_cancel_destroy, (mr_cancel_destroy(NULL), mr_cancel_destroy(&none), true));
    TAKES(mr_dtype_name, mr_dtype_name((mr_dtype)99) != NULL);
    TAKES(mr_dtype_size, mr_dtype_size((mr_dtype)99) == 0);
    TAKES(mr_status_name, mr_status_name((mr_status)99) != NULL);
    TAKES(mr_status_exit_code, mr_status_exit_code((mr_status)99) == 1);
    TAKES(mr_function_name, mr_function_name(SIZE_MAX) == NULL);
    TAKES(mr_version, mr_version() != NULL);
    TAKES(mr_version_number, mr_version_number() > 0);
    add(&tried, "mr_prepare_exit"); /* takes no pointer; suites after it would have no device */
    mr_cancel_destroy(&token);
    CU_ASSERT_PTR_NULL(token);
}

/* Names behind MR_API in one header. */
static void add_declared(struct names *names, const char *path)
{
    static char text[1 << 16];
    FILE *file = fopen(path, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    for (const char *p = text; (p = strstr(p, "\nMR_API ")); p++) {
        const char *open = strchr(p, '('), *begin = open;
        char name[NAME_BYTES];
        while (isalnum((unsigned char)begin[-1]) || begin[-1] == '_') begin--;
        (void)snprintf(name, sizeof name, "%.*s", (int)(open - begin), begin);
        add(names, name);
    }
}

static void no_function_was_forgotten(void)
{
    static struct names declared;
    DIR *folder = opendir(MILLRACE_SOURCE_DIR "/include/millrace");
    CU_ASSERT_PTR_NOT_NULL_FATAL(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[1024];
        (void)snprintf(path, sizeof path, "%s/include/millrace/%s", MILLRACE_SOURCE_DIR,
                       entry->d_name);
        if (strstr(entry->d_name, ".h")) add_declared(&declared, path);
    }
    (void)closedir(folder);
    CU_ASSERT_TRUE(declared.count > 50);
    for (size_t k = 0; k < declared.count; k++) {
        if (!has(&tried, declared.text[k])) printf("\n  %s", declared.text[k]);
        CU_ASSERT_TRUE(has(&tried, declared.text[k]));
    }
}

static void every_function_refuses_or_ignores_null(void)
{
    const mr_stream_params host = {.engine = MR_ENGINE_HOST};
    mr_seq *seq = NULL;
    mr_stream *s = NULL;
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, "range(3)", NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_stream_open(&s, seq, &host, NULL), MR_OK);
    try_descriptions(seq);
    try_arguments(seq);
    try_builders();
    try_streams(seq, s);
    try_partials(seq);
    try_the_rest();
    no_function_was_forgotten();
    mr_stream_close(&s);
    mr_seq_release(&seq);
}

SUITE(null, {"every_function_refuses_or_ignores_null", every_function_refuses_or_ignores_null});
