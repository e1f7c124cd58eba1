#include <inttypes.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "cli/cli.h"
#include "cli/words.h"

static void add_quoted(struct mr_strbuf *buf, const char *text)
{
    mr_strbuf_add(buf, "\"");
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') mr_strbuf_add(buf, "\\");
        if ((unsigned char)*text < 0x20)
            mr_strbuf_addf(buf, "\\u%04x", (unsigned)*text);
        else
            mr_strbuf_add_bytes(buf, text, 1);
    }
    mr_strbuf_add(buf, "\"");
}

static void add_name(struct mr_strbuf *buf, enum mr_stats_form form, const char *name)
{
    if (form == MR_STATS_LINES)
        mr_strbuf_addf(buf, "%s%-20s ", buf->length ? "\n" : "", name);
    else
        mr_strbuf_addf(buf, "%s\"%s\": ", buf->length ? ", " : "{", name);
}

static void add_text(struct mr_strbuf *buf, enum mr_stats_form form, const char *name,
                     const char *text)
{
    add_name(buf, form, name);
    if (form == MR_STATS_JSON)
        add_quoted(buf, text);
    else
        mr_strbuf_add(buf, text[0] ? text : "-");
}

static void add_count(struct mr_strbuf *buf, enum mr_stats_form form, const char *name,
                      uint64_t count)
{
    add_name(buf, form, name);
    mr_strbuf_addf(buf, "%" PRIu64, count);
}

static void add_real(struct mr_strbuf *buf, enum mr_stats_form form, const char *name, int decimals,
                     double value)
{
    add_name(buf, form, name);
    mr_strbuf_addf(buf, "%.*f", decimals, value);
}

static void add_position(struct mr_strbuf *buf, enum mr_stats_form form, const char *name,
                         int64_t position)
{
    add_name(buf, form, name);
    if (position >= 0)
        mr_strbuf_addf(buf, "%" PRId64, position);
    else
        mr_strbuf_add(buf, form == MR_STATS_JSON ? "null" : "-");
}

/* "units of N positions", and with what a device failed. */
static void add_devices(struct mr_strbuf *buf, enum mr_stats_form form, const mr_stream *stream)
{
    enum { LIMIT = 64 };
    mr_device_use *uses = mr_alloc(LIMIT, sizeof *uses);
    size_t count = 0;
    if (uses) (void)mr_stream_devices(stream, uses, LIMIT, &count, NULL);
    for (size_t k = 0; k < count && k < LIMIT; k++) {
        const mr_device_use *u = &uses[k];
        char name[32], text[400];
        (void)snprintf(name, sizeof name, "device_%zu", k);
        (void)snprintf(text, sizeof text, "%s: %" PRId64 " units, %" PRId64 " positions%s%s",
                       u->device, u->units, u->positions, u->is_lost ? "; lost: " : "",
                       mr_in_words(u->reason));
        add_text(buf, form, name, text);
    }
    mr_free(uses);
}

void mr_stats_print(const mr_stream *stream, enum mr_stats_form form)
{
    struct mr_strbuf buf = {0};
    char found[1024];
    mr_stats told, *stats = &told;
    if (form == MR_STATS_NONE) return;
    mr_stream_stats(stream, &told);
    (void)mr_stream_found(stream, found, sizeof found);
    add_count(&buf, form, "elements", (uint64_t)stats->elements);
    add_count(&buf, form, "positions", (uint64_t)stats->computed);
    add_count(&buf, form, "batches", (uint64_t)stats->batches);
    add_real(&buf, form, "seconds", 6, stats->seconds);
    double speed = stats->seconds > 0 ? (double)stats->computed / stats->seconds : 0;
    add_real(&buf, form, "positions_per_second", speed < 100 ? 3 : 0, speed);
    add_count(&buf, form, "peak_host_bytes", stats->peak_host_bytes);
    add_count(&buf, form, "peak_device_bytes", stats->peak_device_bytes);
    add_text(&buf, form, "engine", stats->engine);
    add_text(&buf, form, "device", stats->device);
    add_devices(&buf, form, stream);
    add_count(&buf, form, "stalls", (uint64_t)stats->stalls);
    add_text(&buf, form, "reason", mr_in_words(stats->reason));
    if (*found) add_text(&buf, form, "input", found);
    add_text(&buf, form, "math",
             stats->native_math ? "native: other devices may give other bits" : "own");
    add_position(&buf, form, "device_from", stats->device_from);
    static const char *const sums[] = {[MR_SUMS_FIT] = "fit", [MR_SUMS_WRAPPED] = "wrapped"};
    add_text(&buf, form, "sums", sums[stats->sums] ? sums[stats->sums] : "");
    (void)fprintf(stderr, "%s%s\n", mr_strbuf_text(&buf), form == MR_STATS_JSON ? "}" : "");
    mr_strbuf_free(&buf);
}
