/* What explain tells beforehand is what runs: units, slots, memory; whatever the device. */
#include <stdio.h>
#include <string.h>

#include "cl/child.h"
#include "rig.h"
#include "stream/stream_parts.h"

#define ENGINE_VARIABLE "MILLRACE_TEST_ENGINE"
#define LAYER "OPENCL_LAYERS=" MILLRACE_LAYER
#define NOT_UNIFIED "MILLRACE_LAYER_NOT_UNIFIED=1"
#define SPLIT "MILLRACE_LAYER_SPLIT=1"

static const char *const pipelines[] = {
    "range(2000000) | filter(x % 3 == 0) | scan(sum)",
    "range(2000000) | window(100, max) | sum()",
};

static void write_bytes(char out[32], size_t bytes)
{
    if (bytes > 0 && bytes < 1 << 10)
        (void)snprintf(out, 32, "%zu B", bytes);
    else if (bytes < 1 << 20)
        (void)snprintf(out, 32, "%.1f KiB", (double)bytes / 1024);
    else
        (void)snprintf(out, 32, "%.1f MiB", (double)bytes / (1 << 20));
}

/* As explain writes it, of a stream that ran. */
static void describe(struct mr_strbuf *out, struct mr_stream *s)
{
    char host[32], device[32];
    mr_stats stats;
    mr_stream_stats(s, &stats);
    const struct mr_plan *plan = s->leg.plan;
    for (size_t k = 0; k < plan->segment_count; k++)
        mr_strbuf_addf(out, "work units of %zu positions in %u slots\n", plan->segments[k]->unit,
                       plan->segments[k]->slots);
    mr_strbuf_addf(out, "batches of %zu elements, ring of %u\n", plan->batch, plan->ring);
    write_bytes(host, stats.peak_host_bytes);
    write_bytes(device, stats.peak_device_bytes);
    mr_strbuf_addf(out, "memory: at most %s on the host, %s on the device\n", host, device);
}

/* The lines of what explain says that describe() writes, too. */
static void keep_figures(struct mr_strbuf *out, const char *text)
{
    for (const char *line = text; *line;) {
        const char *end = strchr(line, '\n'), *at = line + strspn(line, " ");
        size_t length = (size_t)(end - at);
        const char *more = memchr(at, ';', length);
        if (more) length = (size_t)(more - at);
        if (!strncmp(at, "work units", 10) || !strncmp(at, "batches", 7) ||
            !strncmp(at, "memory", 6)) {
            mr_strbuf_add_bytes(out, at, length);
            mr_strbuf_add(out, "\n");
        }
        line = end + 1;
    }
}

static mr_status compare(const char *pipeline, const mr_stream_params *params, mr_error *err)
{
    struct mr_strbuf told = {0}, ran = {0};
    mr_seq *seq = NULL;
    mr_stream *s = NULL;
    char *text = NULL;
    mr_batch batch = {.len = 1};
    mr_status st = mr_seq_parse(&seq, pipeline, err);
    if (st == MR_OK) st = mr_explain(&text, seq, params, 0, err);
    if (st == MR_OK) st = mr_stream_open(&s, seq, params, err);
    while (st == MR_OK && batch.len) st = mr_stream_next(s, &batch, err);
    if (st == MR_OK) {
        keep_figures(&told, text);
        describe(&ran, s);
        bool same = strcmp(mr_strbuf_text(&told), mr_strbuf_text(&ran)) == 0;
        if (!same)
            printf("%s, at most %zu bytes: told\n%sran\n%s", pipeline, params->max_memory_bytes,
                   mr_strbuf_text(&told), mr_strbuf_text(&ran));
    }
    mr_strbuf_free(&told);
    mr_strbuf_free(&ran);
    mr_text_free(&text);
    mr_stream_close(&s);
    mr_seq_release(&seq);
    return st;
}

CHILD(compares_told_and_run)
{
    static const struct mr_knobs relayed = {.device_at_unit = 2, .asks_drivers = true};
    static const size_t limits[] = {0, 8 << 20, 3 << 20};
    bool is_auto = getenv(ENGINE_VARIABLE) != NULL;
    mr_stream_params params = {.engine = is_auto ? MR_ENGINE_AUTO : MR_ENGINE_OPENCL,
                               .knobs = is_auto ? &relayed : NULL,
                               .device = getenv("MILLRACE_LAYER_SPLIT") ? "all" : NULL,
                               .batch_elems = 4096};
    mr_error err = {0};
    for (size_t k = 0; k < 2 * sizeof limits / sizeof limits[0]; k++) {
        params.max_memory_bytes = limits[k / 2];
        mr_status st = compare(pipelines[k % 2], &params, &err);
        if (st != MR_OK) printf("%s: %s\n", pipelines[k % 2], err.message);
    }
    printf("compared\n");
}

static void explain_tells_what_runs(void)
{
    static const char *const environments[][5] = {
        {LAYER},
        {LAYER, NOT_UNIFIED},
        {LAYER, SPLIT},
        {LAYER, SPLIT, NOT_UNIFIED},
        {LAYER, ENGINE_VARIABLE "=auto"},
        {LAYER, ENGINE_VARIABLE "=auto", NOT_UNIFIED},
    };
    for (size_t k = 0; k < sizeof environments / sizeof environments[0]; k++) {
        struct child_result r = child_run("compares_told_and_run", environments[k]);
        CU_ASSERT_STRING_EQUAL(r.text, "compared\n");
        if (strcmp(r.text, "compared\n") != 0) printf("\n%zu: %s", k, r.text);
    }
}

SUITE(explained, {"explain_tells_what_runs", explain_tells_what_runs});
