/* What a stream tells of itself. */
#include <stdio.h>
#include <time.h>

#include "base/spelling.h"
#include "ir/op.h"
#include "stream/stream.h"

int64_t mr_stream_tell(const mr_stream *s)
{
    return s ? s->position : 0;
}

int64_t mr_stream_computed(const mr_stream *s)
{
    return s ? s->computed : 0;
}

static int64_t count_stalls(const struct mr_runner *r)
{
    int64_t stalls = r->stalls;
    for (size_t v = 0; v < r->segment->view_count; v++)
        if (r->inputs[v]) stalls += count_stalls(r->inputs[v]);
    return stalls;
}

static void add_found(struct mr_strbuf *out, const struct mr_runner *r)
{
    const struct mr_seq *seq = r->segment->seq;
    const char *found = r->feed && seq->op->feed->found ? seq->op->feed->found(r->feed) : "";
    if (*found) {
        mr_strbuf_add(out, out->length ? " | " : "");
        mr_strbuf_add_shown(out, seq->text ? seq->text : "standard input");
        mr_strbuf_addf(out, ": %s", found);
    }
    for (size_t v = 0; v < r->segment->view_count; v++)
        if (r->inputs[v]) add_found(out, r->inputs[v]);
}

size_t mr_stream_found(const mr_stream *s, char *out, size_t size)
{
    struct mr_strbuf text = {0};
    if (!s || (!out && size)) return 0;
    add_found(&text, s->leg.root);
    size_t length = text.length;
    (void)snprintf(out, size, "%s", mr_strbuf_text(&text));
    mr_strbuf_free(&text);
    return length;
}

/* Who computes, or both who did. */
static void describe(const struct mr_stream *s, mr_stats *out)
{
    const struct mr_engine *engine = s->leg.engine;
    const char *passed_to = mr_relay_device(s->relay);
    const char *reason = s->relay ? mr_relay_reason(s->relay) : NULL;
    (void)snprintf(out->engine, sizeof out->engine, "%s",
                   passed_to ? "host+opencl" : engine->class->name);
    (void)snprintf(out->device, sizeof out->device, "%s", passed_to ? passed_to : engine->device);
    (void)snprintf(out->reason, sizeof out->reason, "%.159s", reason ? reason : engine->reason);
    out->device_from = passed_to ? mr_relay_passed_at(s->relay) : engine->class->lend ? 0 : -1;
}

void mr_stream_stats(const mr_stream *s, mr_stats *out)
{
    struct timespec now = {0};
    if (!out) return;
    *out = (mr_stats){.device_from = -1};
    if (!s) return;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    *out = s->stats;
    out->computed = s->computed;
    out->sums = s->result.sums;
    describe(s, out);
    out->seconds =
        (double)(now.tv_sec - s->opened.tv_sec) + (double)(now.tv_nsec - s->opened.tv_nsec) * 1e-9;
    out->elements_per_second = out->seconds > 0 ? (double)out->elements / out->seconds : 0;
    out->stalls = count_stalls(s->leg.root);
}
