/* JSON Lines: an object a line, its columns by name. Integers have all their digits; what JSON has
 * no number for is "NaN", "Infinity" or "-Infinity", as in the JSON of protocol buffers. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "io/sink_driver.h"

enum { VALUE_BYTES = MR_NUMBER_TEXT_BYTES + 4 };

/* What stands before each value: {"x": and ,"y": */
struct prefix {
    size_t from, length; /* in `text` */
};
struct prefixes {
    struct prefix of[MR_SINK_COLUMNS];
    size_t row_bytes; /* of the longest row */
    char text[];
};

/* Control characters (of UTF-8, too) do nothing to a terminal as escapes. */
static void add_string(struct mr_strbuf *out, const char *text)
{
    mr_strbuf_add(out, "\"");
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (*p == '"' || *p == '\\')
            mr_strbuf_addf(out, "\\%c", *p);
        else if (*p < 0x20 || *p == 0x7f)
            mr_strbuf_addf(out, "\\u%04x", (unsigned)*p);
        else if (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
            mr_strbuf_addf(out, "\\u%04x", (unsigned)*++p);
        else
            mr_strbuf_add_bytes(out, (const char *)p, 1);
    }
    mr_strbuf_add(out, "\"");
}

static mr_status open_jsonl(struct mr_sink *s, const struct mr_sink_layout *layout, mr_error *err)
{
    struct mr_strbuf text = {0};
    struct prefix of[MR_SINK_COLUMNS];
    for (size_t k = 0; k < s->column_count; k++) {
        char numbered[32];
        of[k].from = text.length;
        mr_strbuf_add(&text, k ? "," : "{");
        add_string(&text, mr_sink_name(layout, k, numbered));
        mr_strbuf_add(&text, ":");
        of[k].length = text.length - of[k].from;
    }
    struct prefixes *prefixes = text.failed ? NULL : mr_alloc(1, sizeof *prefixes + text.length);
    if (prefixes) {
        memcpy(prefixes->of, of, sizeof of);
        memcpy(prefixes->text, mr_strbuf_text(&text), text.length);
        prefixes->row_bytes = text.length + s->column_count * VALUE_BYTES + 2;
    }
    mr_strbuf_free(&text);
    s->state = prefixes;
    if (!prefixes) return mr_fail_no_memory(err, "the names of columns");
    if (prefixes->row_bytes <= MR_SINK_BYTES) return MR_OK;
    return mr_fail(err, MR_E_LIMIT, "%s: the names of its columns are too long", s->output.name);
}

static size_t put_value(char *at, mr_dtype dtype, const void *value)
{
    double number = 0;
    float narrow;
    if (dtype == MR_F64) memcpy(&number, value, sizeof number);
    if (dtype == MR_F32) {
        memcpy(&narrow, value, sizeof narrow);
        number = (double)narrow;
    }
    if (isfinite(number)) return mr_format_number(at, dtype, value);
    const char *word = isnan(number) ? "\"NaN\"" : number > 0 ? "\"Infinity\"" : "\"-Infinity\"";
    memcpy(at, word, strlen(word));
    return strlen(word);
}

static mr_status write_jsonl(struct mr_sink *s, const void *const columns[], size_t rows,
                             mr_error *err)
{
    const struct prefixes *prefixes = s->state;
    size_t sizes[MR_SINK_COLUMNS] = {0};
    for (size_t k = 0; k < s->column_count; k++) sizes[k] = mr_dtype_size(s->dtypes[k]);
    for (size_t n = 0; n < rows; n++) {
        char *p;
        MR_TRY(mr_sink_room(s, prefixes->row_bytes, &p, err));
        for (size_t k = 0; k < s->column_count; k++) {
            memcpy(p, prefixes->text + prefixes->of[k].from, prefixes->of[k].length);
            p += prefixes->of[k].length;
            p += put_value(p, s->dtypes[k], (const char *)columns[k] + n * sizes[k]);
        }
        *p++ = '}';
        *p++ = '\n';
        s->used = (size_t)(p - s->buffer);
        s->rows++;
    }
    return MR_OK;
}

const struct sink_driver mr_jsonl_sink = {
    .name = "jsonl",
    .has_utf8_names = true,
    .open = open_jsonl,
    .write = write_jsonl,
};
