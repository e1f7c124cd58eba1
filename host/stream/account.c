/* What a stream tells of itself. */
#include <stdio.h>
#include <time.h>

#include "base/float_env.h"
#include "base/spelling.h"
#include "ir/op.h"
#include "stream/stream_parts.h"

int64_t mr_stream_tell(const mr_stream *s)
{
    return s ? s->position : 0;
}

int64_t mr_stream_computed(const mr_stream *s)
{
    return s ? s->computed : 0;
}

static void add_found(struct mr_strbuf *out, const struct mr_runner *r)
{
    const struct mr_seq *seq = r->segment->seq;
    const char *found = r->kind->found ? r->kind->found(r) : "";
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

static double seconds_of(const struct mr_stream *s)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - s->opened.tv_sec) +
           (double)(now.tv_nsec - s->opened.tv_nsec) * 1e-9;
}

void mr_stream_stats(const mr_stream *s, mr_stats *out)
{
    if (!out) return;
    *out = (mr_stats){.device_from = -1};
    if (!s) return;
    *out = s->stats;
    out->computed = s->computed;
    out->sums = s->result.sums;
    describe(s, out);
    out->seconds = seconds_of(s);
    out->bytes_read = s->control.bytes_read;
    if (out->seconds > 0) {
        out->elements_per_second = (double)out->elements / out->seconds;
        out->computed_per_second = (double)out->computed / out->seconds;
    }
    out->stalls = s->control.stalls;
    if (!s->control.shelf) return;
    out->leases = atomic_load(&s->control.shelf->leases);
    out->lease_bytes = atomic_load(&s->control.shelf->bytes);
}

mr_status mr_stream_devices(const mr_stream *s, mr_device_use *out, size_t size, size_t *count,
                            mr_error *err)
{
    MR_NEED(err, count);
    *count = 0;
    MR_NEED(err, s);
    if (size) MR_NEED(err, out);
    const struct mr_engine *engine = s->leg.engine;
    if (engine->class->tell) *count = engine->class->tell(engine, out, size);
    return MR_OK;
}

/* ---- while it works ---- */

/* Where sources stand, all together. */
static int64_t positions_before(const struct mr_runner *r)
{
    int64_t before = mr_segment_is_source(r->segment) ? r->at.next : 0;
    for (size_t v = 0; v < r->segment->view_count; v++) {
        int64_t more = r->inputs[v] ? positions_before(r->inputs[v]) : 0;
        before = more > INT64_MAX - before ? INT64_MAX : before + more;
    }
    return before;
}

void mr_stream_count_from_here(struct mr_stream *s)
{
    s->passed = positions_before(s->leg.root) - s->computed;
}

static int64_t positions_expected(const struct mr_plan *plan)
{
    int64_t expected = 0;
    for (size_t k = 0; plan && k < plan->segment_count; k++) {
        const struct mr_segment *s = plan->segments[k];
        if (!mr_segment_is_source(s)) continue;
        if (s->domain.kind != MR_LENGTH_KNOWN || s->domain.most > INT64_MAX - expected) return -1;
        expected += s->domain.most;
    }
    return plan ? expected : -1;
}

/* The same of a stream that goes on somewhere: what it passes over is not made, what it goes back
 * to is made again. */
static int64_t positions_left(const struct mr_stream *s)
{
    int64_t expected = positions_expected(s->leg.plan);
    if (expected < 0) return -1;
    if (s->passed < 0 && expected > INT64_MAX + s->passed) return INT64_MAX;
    return expected > s->passed ? expected - s->passed : 0;
}

/* A part's own share of what sources make, which is the more the farther the part is. */
static int64_t own_share(const struct mr_stream *s, int64_t expected)
{
    if (!s->until || expected < 0) return expected;
    return (int64_t)((double)expected * ((double)(s->until - s->from) / (double)s->until));
}

bool mr_stream_poll(void *stream)
{
    const double least_seconds = 0.05;
    struct mr_stream *s = stream;
    double now = seconds_of(s);
    if (now - s->polled_at < least_seconds) return false;
    s->polled_at = now;
    const mr_progress progress = {.computed = s->computed,
                                  .expected = own_share(s, positions_left(s)),
                                  .elements = s->stats.elements,
                                  .seconds = now,
                                  .bytes_read = s->control.bytes_read};
    struct mr_float_env *own = mr_float_env_lend();
    s->is_polled = true;
    bool stops = s->poll(s->poll_user, &progress) != 0;
    s->is_polled = false;
    mr_float_env_take_back(own);
    return stops;
}
