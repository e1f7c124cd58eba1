#include "pattern.h"

#include <stdio.h>
#include <string.h>

#include <millrace/device.h>

#include "base/memory.h"
#include "delivery.h"
#include "io/number.h"
#include "io/scratch.h"
#include "pattern_text.h"
#include "suite.h"

enum { TEXT_BYTES = 4096, MOST = 300000, SEVERAL = 3, STEPS = 6 };

extern bool tests_small;

const char *const every_dtype = EVERY_DTYPE;

/* A length, and the batch sizes it is meant for; 0: all of them. */
struct size {
    size_t length, batch;
};

static const struct size all_sizes[] = {
    {0, 0},       {1, 0},         {63, 0},        {1023, 0},      {1024, 0},       {1025, 0},
    {64, 64},     {65, 64},       {1000, 64},     {999, 1000},    {1000, 1000},    {1001, 1000},
    {5500, 1000}, {65535, 65536}, {65536, 65536}, {65537, 65536}, {150000, 65536},
};
static const struct size few_sizes[] = {{0, 64}, {1, 1000}, {63, 64}, {1025, 64}, {5500, 1000}};
static const struct size small_sizes[] = {{1, 64}, {1030, 1000}};

static const size_t batches[] = {64, 1000, 65536};
static const unsigned rings[] = {2, 5};
static const mr_engine_choice engines[] = {MR_ENGINE_HOST, MR_ENGINE_OPENCL};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* ---- one sequence in all its runs ---- */

struct subject {
    const char *text; /* for messages */
    const mr_seq *seq;
    const struct model_result *expected;
    const struct own_context *own; /* the only one that has the elements; NULL: they are anywhere */
    size_t failures;
};

static void check_run(struct subject *s, struct run run)
{
    char difference[300];
    struct model_result got;
    run.own = s->own;
    bool same = deliver(&got, s->seq, run, MOST);
    if (!same)
        (void)snprintf(difference, sizeof difference, "%s", got.message);
    else
        same = same_elements(difference, sizeof difference, s->expected, 0, &got);
    model_free(&got);
    if (same) return;
    if (s->failures++ == 0) printf("\n  %s (%s)\n    %s\n", s->text, run_name(run), difference);
}

/* `batch` 0: all of them. */
static void check_runs(struct subject *s, size_t batch, bool few)
{
    mr_engine_choice unfused = s->own ? MR_ENGINE_OPENCL : MR_ENGINE_HOST;
    for (size_t e = s->own ? 1 : 0; e < COUNT(engines); e++)
        for (size_t b = 0; b < COUNT(batches); b++)
            for (size_t r = 0; r < (few ? 1 : COUNT(rings)); r++)
                if (batch == 0 || batch == batches[b])
                    check_run(s, (struct run){engines[e], batches[b], rings[r], .staged = false});
    check_run(s, (struct run){unfused, batch ? batch : batches[1], 3, .no_fuse = true});
    if (tests_small || s->own) return; /* oclgrind cannot bear to be called on a second thread */
    check_run(s, (struct run){MR_ENGINE_HOST, batches[0], 2, .is_brief = true});
    check_run(s, (struct run){MR_ENGINE_AUTO, batches[0], 2, .device_at_unit = 3});
    check_run(s,
              (struct run){MR_ENGINE_AUTO, batches[1], 2, .device_at_unit = 3, .is_brief = true});
}

/* ---- sequences that C feeds ---- */

static mr_status from_array(mr_seq **out, const struct model_result *elements, mr_error *err)
{
    mr_array arrays[MODEL_COLUMNS];
    for (size_t c = 0; c < elements->columns; c++)
        arrays[c] = (mr_array){.name = elements->column[c].name,
                               .dtype = elements->column[c].dtype,
                               .data = elements->column[c].data};
    return mr_seq_from_array(out, arrays, elements->columns, elements->column[0].len, err);
}

static int fill(void *user, int64_t first, size_t count, void *const columns[], size_t *got)
{
    const struct model_result *elements = user;
    size_t len = elements->column[0].len, at = (size_t)first;
    *got = at < len ? len - at : 0;
    if (*got > count) *got = count;
    for (size_t c = 0; *got && c < elements->columns; c++) {
        size_t size = mr_dtype_size(elements->column[c].dtype);
        memcpy(columns[c], (const char *)elements->column[c].data + at * size, *got * size);
    }
    return 0;
}

static mr_status from_callback(mr_seq **out, struct model_result *elements, mr_error *err)
{
    mr_callback_params params = {
        .fill = fill, .user = elements, .column_count = elements->columns, .restartable = true};
    for (size_t c = 0; c < elements->columns; c++) {
        params.names[c] = elements->column[c].name;
        params.dtypes[c] = elements->column[c].dtype;
    }
    return mr_seq_from_callback(out, &params, err);
}

static void write_text(const struct scratch *file, const struct model_column *column)
{
    char *text = mr_alloc(column->len + 1, MR_NUMBER_TEXT_BYTES), *end = text;
    size_t size = mr_dtype_size(column->dtype);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    for (size_t k = 0; k < column->len; k++) {
        end += mr_format_number(end, column->dtype, (const char *)column->data + k * size);
        *end++ = '\n';
    }
    scratch_write(file, text, (size_t)(end - text));
    mr_free(text);
}

static mr_status from_file(mr_seq **out, bool is_raw, const struct model_result *elements,
                           const struct scratch *file, mr_error *err)
{
    const struct model_column *column = &elements->column[0];
    char text[500];
    if (is_raw)
        scratch_write(file, column->data, column->len * mr_dtype_size(column->dtype));
    else
        write_text(file, column);
    (void)snprintf(text, sizeof text, "read('%s', dtype=%s, format=%s)", file->path,
                   mr_dtype_name(column->dtype), is_raw ? "raw" : "text");
    return parse_by_text(out, text, err);
}

/* What a source needs as long as it is read. */
struct feed {
    struct model_result elements;
    struct scratch file;
    const struct own_context *own;
    cl_mem buffers[MODEL_COLUMNS];
};

static mr_status from_buffers(mr_seq **out, struct feed *feed, mr_error *err)
{
    const struct own_context *own = feed->own;
    mr_buffer buffers[MODEL_COLUMNS];
    size_t count = feed->elements.column[0].len;
    for (size_t c = 0; c < feed->elements.columns; c++) {
        const struct model_column *column = &feed->elements.column[c];
        size_t size = mr_dtype_size(column->dtype);
        cl_int code;
        feed->buffers[c] =
            own->cl->clCreateBuffer(own->context, count ? CL_MEM_COPY_HOST_PTR : CL_MEM_READ_ONLY,
                                    (count ? count : 1) * size, count ? column->data : NULL, &code);
        CU_ASSERT_EQUAL_FATAL(code, CL_SUCCESS);
        buffers[c] = (mr_buffer){.dtype = column->dtype, .memory = feed->buffers[c]};
    }
    return mr_seq_from_buffers(out, buffers, feed->elements.columns, count, err);
}

static void feed_free(struct feed *feed)
{
    for (size_t c = 0; c < MODEL_COLUMNS && feed->buffers[c]; c++)
        (void)feed->own->cl->clReleaseMemObject(feed->buffers[c]);
    model_free(&feed->elements);
    scratch_remove(&feed->file);
}

static mr_status make_fed(mr_seq **out, enum feeding feeding, struct feed *feed, const char *stages,
                          mr_error *err)
{
    mr_seq *source = NULL;
    mr_status st = feeding == FROM_ARRAY      ? from_array(&source, &feed->elements, err)
                   : feeding == FROM_CALLBACK ? from_callback(&source, &feed->elements, err)
                   : feeding == FROM_BUFFERS  ? from_buffers(&source, feed, err)
                                              : from_file(&source, feeding == FROM_RAW_FILE,
                                                          &feed->elements, &feed->file, err);
    if (st == MR_OK) st = mr_seq_pipe(out, source, stages, err);
    mr_seq_release(&source);
    return st;
}

/* ---- a pattern at one length ---- */

struct pattern {
    enum feeding feeding;
    const char *source, *stages;   /* stages NULL: none */
    const struct own_context *own; /* for FROM_BUFFERS */
    /* The model need not know its operators: the host engine is then the reference, their known
     * answers and own tests speak for it, and what it cannot do is passed over. */
    bool may_be_new;
};

struct tally {
    size_t runs, failures;
};

/* The right elements, from the model or else, where that is allowed, from the host engine. */
static bool expect(struct model_result *out, const struct pattern *pattern, const char *text,
                   const mr_seq *seq)
{
    if (model_run(out, text, MOST)) return true;
    if (!pattern->may_be_new || !seq) return false;
    model_free(out);
    return deliver(out, seq, (struct run){MR_ENGINE_HOST, 1000, 2, .staged = false}, MOST);
}

static void check_length(struct tally *tally, const struct pattern *pattern, struct size size,
                         bool few)
{
    char source[TEXT_BYTES], stages[TEXT_BYTES] = "", whole[2 * TEXT_BYTES];
    struct model_result expected;
    struct feed feed = {.file = scratch_make("elements"), .own = pattern->own};
    mr_error err = {0};
    mr_seq *seq = NULL;
    pattern_text(source, sizeof source, pattern->source, size.length);
    if (pattern->stages) pattern_text(stages, sizeof stages, pattern->stages, size.length);
    (void)snprintf(whole, sizeof whole, "%s%s%s", source, *stages ? " | " : "", stages);

    bool fed = pattern->feeding == IN_ONE_TEXT || model_run(&feed.elements, source, MOST);
    if (pattern->feeding == IN_ONE_TEXT)
        (void)parse_by_text(&seq, whole, &err);
    else if (fed)
        (void)make_fed(&seq, pattern->feeding, &feed, stages, &err);
    bool understood = expect(&expected, pattern, whole, seq);
    struct subject s = {.text = whole, .seq = seq, .expected = &expected, .own = pattern->own};
    if (understood && seq) {
        check_runs(&s, size.batch, few);
        tally->runs++;
    } else if (!pattern->may_be_new) {
        s.failures++;
        printf("\n  %s\n    model: %s; library: %s\n", whole, expected.message, err.message);
    }
    tally->failures += s.failures;
    mr_seq_release(&seq);
    model_free(&expected);
    feed_free(&feed);
}

/* Ends at the first length that goes wrong: the others would say the same. */
static bool check_lengths(const struct pattern *pattern, bool quickly)
{
    quickly |= tests_brief;
    const struct size *sizes = tests_small ? small_sizes : quickly ? few_sizes : all_sizes;
    size_t count = tests_small ? COUNT(small_sizes) : quickly ? COUNT(few_sizes) : COUNT(all_sizes);
    struct tally tally = {0};
    for (size_t k = 0; k < count && tally.failures == 0; k++)
        check_length(&tally, pattern, sizes[k], quickly || tests_small);
    CU_ASSERT_EQUAL(tally.failures, 0);
    return tally.runs > 0;
}

void check_pattern(const char *pattern)
{
    check_lengths(&(struct pattern){.source = pattern}, false);
}

void check_pattern_quickly(const char *pattern)
{
    check_lengths(&(struct pattern){.source = pattern}, true);
}

bool check_pattern_of_any_operator(const char *pattern)
{
    char text[TEXT_BYTES];
    struct model_result one;
    pattern_text(text, sizeof text, pattern, 1);
    bool is_new = !model_run(&one, text, 1);
    model_free(&one);
    return check_lengths(&(struct pattern){.source = pattern, .may_be_new = is_new}, is_new);
}

void check_joined(const char *source, const char *stages)
{
    check_lengths(&(struct pattern){.source = source, .stages = stages}, false);
}

static bool check_fed(struct pattern pattern)
{
    struct own_context own = {0};
    if (pattern.feeding == FROM_BUFFERS && tests_host) return true;
    if (pattern.feeding == FROM_BUFFERS) {
        own_context_make(&own);
        pattern.own = &own;
    }
    bool ran = check_lengths(&pattern, pattern.may_be_new);
    if (pattern.own) own_context_free(&own);
    return ran;
}

void check_fed_pattern(enum feeding feeding, const char *source, const char *stages)
{
    (void)check_fed((struct pattern){feeding, source, stages, .may_be_new = false});
}

bool check_fed_pattern_of_any_operator(enum feeding feeding, const char *source, const char *stages)
{
    return check_fed((struct pattern){feeding, source, stages, .may_be_new = true});
}
