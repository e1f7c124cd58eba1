#include "random_agreement.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "delivery.h"
#include "random_pipeline.h"
#include "suite.h"

enum { MOST = 300000 };

/* One pipeline and what it should give. */
struct trial {
    uint64_t seed;
    char *text;
    mr_seq *seq;
    struct model_result expected;
};

static void say(const struct trial *t, const char *run, const char *what)
{
    printf("\n  seed %" PRIu64 ": %s\n    %s: %s\n", t->seed, t->text, run, what);
}

static bool trial_begin(struct trial *t, uint64_t seed, struct random_pipeline_options options)
{
    mr_error err;
    *t = (struct trial){.seed = seed, .text = random_pipeline(seed, options)};
    if (!t->text) return false;
    bool understood = model_run(&t->expected, t->text, MOST);
    if (!understood) say(t, "model", t->expected.message);
    mr_status st = parse_by_text(&t->seq, t->text, &err);
    if (st != MR_OK) say(t, "parser", err.message);
    return understood && st == MR_OK;
}

static void trial_end(struct trial *t)
{
    mr_seq_release(&t->seq);
    model_free(&t->expected);
    mr_free(t->text);
}

static bool agrees(const struct trial *t, struct run run)
{
    char difference[300];
    struct model_result got;
    bool same = deliver(&got, t->seq, run, MOST);
    if (!same)
        (void)snprintf(difference, sizeof difference, "%s", got.message);
    else
        same = same_elements(difference, sizeof difference, &t->expected, 0, &got);
    model_free(&got);
    if (!same) say(t, run_name(run), difference);
    return same;
}

/* Two of the many that the seed's bits choose. */
static void choose_batches(uint64_t seed, size_t batches[2])
{
    static const size_t small[] = {64, 1, 1000, 7, 1024, 33, 100, 4096};
    static const size_t large[] = {65536, 1025, 2048, 10000};
    batches[0] = small[seed % 8];
    batches[1] = large[seed / 8 % 4];
}

static void check_agreement(uint64_t seed, struct random_pipeline_options options)
{
    struct trial t;
    size_t batches[2];
    bool agreed = trial_begin(&t, seed, options);
    choose_batches(seed, batches);
    if (batches[0] < 33 && t.expected.column[0].len > 6000) batches[0] = 64;
    for (size_t k = 0; agreed && k < 2; k++) {
        unsigned ring = 2 + (unsigned)(seed / 32 % 4);
        agreed &= agrees(&t, (struct run){MR_ENGINE_HOST, batches[k], ring, .staged = false});
        agreed &= agrees(&t, (struct run){MR_ENGINE_OPENCL, batches[k], ring, .staged = false});
    }
    /* Kernels of their own take long to build: on the device some. */
    if (agreed) agreed = agrees(&t, (struct run){MR_ENGINE_HOST, batches[0], 2, .no_fuse = true});
    if (agreed && seed % 16 < 2)
        agreed = agrees(&t, (struct run){MR_ENGINE_OPENCL, batches[0], 2, .no_fuse = true});
    CU_ASSERT_TRUE(agreed);
    trial_end(&t);
}

void check_random_pipelines(uint64_t first, uint64_t end, uint64_t step)
{
    if (tests_end_seed) {
        first = tests_first_seed + (first + step - tests_first_seed % step) % step;
        end = tests_end_seed;
    }
    for (uint64_t seed = first; seed < end; seed += step)
        check_agreement(seed, (struct random_pipeline_options){.large = seed % 5 == 0});
}

void check_random_variables(uint64_t first, uint64_t end)
{
    for (uint64_t seed = first; seed < end; seed++)
        check_agreement(seed, (struct random_pipeline_options){.variables = true});
}

void check_random_staged(uint64_t first, uint64_t end)
{
    for (uint64_t seed = first; seed < end; seed++) {
        struct trial t;
        size_t batches[2];
        bool agreed = trial_begin(&t, seed, (struct random_pipeline_options){0});
        choose_batches(seed, batches);
        for (size_t k = 0; agreed && k < 2; k++)
            agreed &= agrees(&t, (struct run){MR_ENGINE_OPENCL, batches[k], 2, .staged = true});
        CU_ASSERT_TRUE(agreed);
        trial_end(&t);
    }
}

/* ---- seeking ---- */

/* True when what is read from `position` on is right, or the stream refuses alike on both
 * engines. */
static bool reads_from(const struct trial *t, mr_stream *stream, size_t batch, int64_t position,
                       bool *can_seek)
{
    char difference[300];
    struct model_result got = {.columns = t->expected.columns};
    mr_error err;
    mr_status st = mr_stream_seek(stream, position, &err);
    *can_seek = st != MR_E_NOT_SEEKABLE;
    if (!*can_seek) return true;
    if (st != MR_OK) {
        say(t, "seek", err.message);
        return false;
    }
    for (size_t c = 0; c < got.columns; c++) {
        got.column[c].dtype = t->expected.column[c].dtype;
        memcpy(got.column[c].name, t->expected.column[c].name, sizeof got.column[c].name);
    }
    bool same = deliver_rest(&got, stream, batch, MOST);
    if (!same)
        (void)snprintf(difference, sizeof difference, "%s", got.message);
    else
        same = same_elements(difference, sizeof difference, &t->expected, (size_t)position, &got);
    if (!same) {
        char where[64];
        (void)snprintf(where, sizeof where, "batch %zu, from %" PRId64, batch, position);
        say(t, where, difference);
    }
    model_free(&got);
    return same;
}

static bool seeks(const struct trial *t, mr_engine_choice engine, bool *can_seek)
{
    static const size_t some_batches[] = {64, 1000, 4096};
    size_t batch = some_batches[t->seed % 3], len = t->expected.column[0].len;
    const mr_stream_params params = {.engine = engine_here(engine), .batch_elems = batch};
    mr_stream *stream;
    mr_batch first;
    mr_error err;
    if (mr_stream_open(&stream, t->seq, &params, &err) != MR_OK) {
        say(t, "open", err.message);
        return false;
    }
    bool right = mr_stream_next(stream, &first, &err) == MR_OK, can_return;
    uint64_t state = t->seed;
    for (int k = 0; k < 5 && right; k++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        int64_t position = k == 4 ? (int64_t)len + 1000 : (int64_t)((state >> 33) % (len + 1));
        right = reads_from(t, stream, batch, position, can_seek);
    }
    right = right && reads_from(t, stream, batch, 0, &can_return);
    mr_stream_close(&stream);
    return right;
}

void check_random_seeks(uint64_t first, uint64_t end)
{
    const struct random_pipeline_options options = {.no_failures = true, .no_terminal = true};
    size_t seekable = 0;
    for (uint64_t seed = first; seed < end; seed++) {
        struct trial t;
        bool on_host = false, on_device = false;
        bool right = trial_begin(&t, seed, options);
        right = right && seeks(&t, MR_ENGINE_HOST, &on_host);
        right = right && seeks(&t, MR_ENGINE_OPENCL, &on_device);
        if (on_host != on_device) say(&t, "seek", "only one of the engines can");
        CU_ASSERT_TRUE(right);
        CU_ASSERT_EQUAL(on_host, on_device);
        seekable += on_host;
        trial_end(&t);
    }
    CU_ASSERT_TRUE(seekable > 0);
}

/* ---- explaining ---- */

void check_random_explained(uint64_t first, uint64_t end)
{
    for (uint64_t seed = first; seed < end; seed++) {
        struct trial t;
        bool begun = trial_begin(&t, seed, (struct random_pipeline_options){0});
        for (unsigned parts = 0; begun && parts < 4; parts++) {
            char *text = NULL;
            mr_error err = {0};
            mr_status st = mr_explain(&text, t.seq, NULL, parts, &err);
            CU_ASSERT_EQUAL(st, MR_OK);
            if (st != MR_OK) say(&t, "explain", err.message);
            CU_ASSERT_TRUE(st != MR_OK || strlen(text) > 20);
            mr_text_free(&text);
        }
        CU_ASSERT_TRUE(begun);
        trial_end(&t);
    }
}
