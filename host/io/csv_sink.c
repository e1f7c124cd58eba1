/* A line of names, then lines of values. */
#include <unistd.h>

#include "base/spelling.h"
#include "base/strbuf.h"
#include "io/csv_head.h"
#include "io/sink_driver.h"

/* Names that could be taken for something else in a header go in quotes (RFC 4180, section 2). */
static mr_status put_name(struct mr_sink *s, const char *name, mr_error *err)
{
    const bool quoted = !mr_csv_is_plain_name(name);
    if (quoted) MR_TRY(mr_sink_put(s, "\"", 1, err));
    for (const char *p = name; *p; p++) {
        if (*p == '"') MR_TRY(mr_sink_put(s, "\"", 1, err));
        MR_TRY(mr_sink_put(s, p, 1, err));
    }
    return quoted ? mr_sink_put(s, "\"", 1, err) : MR_OK;
}

/* A terminal obeys what names say, so it gets them as messages show them. */
static mr_status put_shown_name(struct mr_sink *s, const char *name, mr_error *err)
{
    struct mr_strbuf shown = {0};
    mr_strbuf_add_shown(&shown, name);
    mr_status st = shown.failed ? mr_fail_no_memory(err, "a column's name")
                                : put_name(s, mr_strbuf_text(&shown), err);
    mr_strbuf_free(&shown);
    return st;
}

static mr_status begin_csv(struct mr_sink *s, const struct mr_sink_layout *layout, mr_error *err)
{
    const bool is_terminal = isatty(s->output.fd);
    for (size_t k = 0; k < s->column_count; k++) {
        char numbered[32];
        if (k) MR_TRY(mr_sink_put(s, &s->separator, 1, err));
        const char *name = mr_sink_name(layout, k, numbered);
        MR_TRY(is_terminal ? put_shown_name(s, name, err) : put_name(s, name, err));
    }
    return mr_sink_put(s, "\n", 1, err);
}

const struct sink_driver mr_csv_sink = {
    .name = "csv",
    .has_separator = true,
    .begin = begin_csv,
    .write = mr_sink_write_lines,
};
