#include "emit/skeleton.h"

#include <string.h>

#include "emit/kernel_text.h"
#include "emit/loop_text.h"
#include "plan/kind.h"

const struct mr_skeleton *mr_skeleton_of(const struct mr_segment *segment)
{
    const struct mr_kind_class *kind = mr_kind_of(segment->kind);
    return kind->skeleton ? kind->skeleton(segment) : NULL;
}

bool mr_emitter_shares_leaves(const struct mr_emitter *e)
{
    return e->span < MR_ROW_LANES;
}

const char *mr_emitter_base(const struct mr_emitter *e)
{
    return mr_emitter_shares_leaves(e) ? " + leaf" : "";
}

const char *mr_emitter_first_spot(const struct mr_emitter *e)
{
    return mr_emitter_shares_leaves(e) ? "(int)(first - leaf)" : "first";
}

bool mr_emitter_has_strips(const struct mr_emitter *e)
{
    return !e->skeleton->has_no_strips;
}

/* ---- names ---- */

struct word {
    const char *text;
    size_t length;
};

static bool is_word(struct word word, const char *name)
{
    return strlen(name) == word.length && strncmp(name, word.text, word.length) == 0;
}

/* The row of this name, of the kind's own table or of everybody's; evaluates to NULL where there is
 * none. */
#define FIND(type, own, common, word)                                                              \
    const type *found = NULL;                                                                      \
    for (const type *row = (own); row && row->name && !found; row++)                               \
        if (is_word(word, row->name)) found = row;                                                 \
    for (const type *row = (common); row->name && !found; row++)                                   \
        if (is_word(word, row->name)) found = row

static const struct mr_text_mark *find_in(const struct mr_text_mark *own,
                                          const struct mr_text_mark *common, struct word word)
{
    FIND(struct mr_text_mark, own, common, word);
    return found;
}

static const struct mr_text_mark *find_mark(const struct mr_emitter *e, struct word word)
{
    const struct mr_text_mark *found = find_in(e->skeleton->marks, mr_common_marks, word);
    return found ? found : find_in(NULL, mr_loop_marks, word);
}

static const struct mr_text_test *find_test(const struct mr_emitter *e, struct word word)
{
    FIND(struct mr_text_test, e->skeleton->tests, mr_common_tests, word);
    return found;
}

static const struct mr_text_list *find_list(const struct mr_emitter *e, struct word word)
{
    FIND(struct mr_text_list, e->skeleton->lists, mr_common_lists, word);
    return found;
}

/* ---- lines ---- */

struct line {
    const char *text, *next; /* next: of the line after it */
    size_t length;           /* without the end of the line */
};

static struct line line_at(const char *text)
{
    size_t length = strcspn(text, "\n");
    return (struct line){text, text + length + (text[length] == '\n'), length};
}

static void fail(struct mr_emitter *e)
{
    e->failed = MR_E_INTERNAL;
}

static void fill_mark(struct mr_emitter *e, struct mr_strbuf *out, struct word word)
{
    const struct mr_text_mark *mark = find_mark(e, word);
    if (mark)
        mark->fill(e, out);
    else
        fail(e);
}

/* One mark and white space: the mark writes whole lines. */
static bool is_block(struct line line, struct word *mark)
{
    size_t space = strspn(line.text, " ");
    if (line.text[space] != '@') return false;
    *mark = (struct word){line.text + space + 1, strcspn(line.text + space + 1, "@\n")};
    return space + mark->length + 2 == line.length;
}

static void write_line(struct mr_emitter *e, struct mr_strbuf *out, struct line line)
{
    struct word mark;
    if (is_block(line, &mark)) {
        fill_mark(e, out, mark);
        return;
    }
    const char *at = line.text, *end = line.text + line.length;
    while (at < end) {
        const char *begin = memchr(at, '@', (size_t)(end - at));
        const char *close = begin ? memchr(begin + 1, '@', (size_t)(end - begin - 1)) : NULL;
        mr_strbuf_add_bytes(out, at, (size_t)((begin ? begin : end) - at));
        if (!begin) break;
        if (!close) {
            fail(e);
            return;
        }
        fill_mark(e, out, (struct word){begin + 1, (size_t)(close - begin - 1)});
        at = close + 1;
    }
    mr_strbuf_add(out, "\n");
}

/* ---- what is written ---- */

/* The word after `//@ verb `; none in a line that says something else. */
static bool says(struct line line, const char *verb, struct word *word)
{
    size_t length = strlen(verb);
    if (strncmp(line.text, "//@ ", 4) != 0 || strncmp(line.text + 4, verb, length) != 0)
        return false;
    const char *text = line.text + 4 + length;
    text += *text == ' ';
    *word = (struct word){text, (size_t)(line.text + line.length - text)};
    return true;
}

static const char *write_block(struct mr_emitter *e, struct mr_strbuf *out, const char *text,
                               bool is_written);

static void include(struct mr_emitter *e, struct mr_strbuf *out, struct word file)
{
    char name[64] = "";
    if (file.length < sizeof name) memcpy(name, file.text, file.length);
    const char *text = mr_kernel_text(name);
    if (text)
        (void)write_block(e, out, text, true);
    else
        fail(e);
}

/* Where the block's `end` is. */
static const char *at_end(struct mr_emitter *e, const char *text)
{
    struct word rest;
    if (!says(line_at(text), "end", &rest)) fail(e);
    return text;
}

static const char *write_if(struct mr_emitter *e, struct mr_strbuf *out, const char *text,
                            struct word word, bool is_written)
{
    const struct mr_text_test *test = find_test(e, word);
    struct word rest;
    if (!test) fail(e);
    bool holds = is_written && test && test->holds(e);
    text = write_block(e, out, text, holds);
    if (says(line_at(text), "else", &rest))
        text = write_block(e, out, line_at(text).next, is_written && !holds);
    return at_end(e, text);
}

static const char *write_each(struct mr_emitter *e, struct mr_strbuf *out, const char *text,
                              struct word word, bool is_written)
{
    const struct mr_text_list *list = find_list(e, word);
    const char *end = write_block(e, out, text, false);
    if (!list) fail(e);
    for (size_t k = 0; is_written && list && list->go(e, k); k++)
        (void)write_block(e, out, text, true);
    return at_end(e, end);
}

/* Writes lines up to the text's end, or up to the `end` or `else` of the block that it is; gives
 * where that line is. */
static const char *write_block(struct mr_emitter *e, struct mr_strbuf *out, const char *text,
                               bool is_written)
{
    while (*text && e->failed == MR_OK) {
        struct line line = line_at(text);
        struct word word;
        if (says(line, "end", &word) || says(line, "else", &word)) return text;
        if (says(line, "if", &word))
            text = line_at(write_if(e, out, line.next, word, is_written)).next;
        else if (says(line, "each", &word))
            text = line_at(write_each(e, out, line.next, word, is_written)).next;
        else {
            bool is_remark = strncmp(line.text, "//@#", 4) == 0;
            bool is_include = says(line, "include", &word);
            if (is_written && is_include) include(e, out, word);
            if (is_written && !is_include && !is_remark) write_line(e, out, line);
            text = line.next;
        }
    }
    return text;
}

bool mr_fill_text(struct mr_emitter *e, struct mr_strbuf *out, const char *text)
{
    if (*write_block(e, out, text, true)) fail(e);
    return e->failed == MR_OK;
}

void mr_fill_skeleton(struct mr_emitter *e, struct mr_strbuf *out)
{
    for (size_t k = 0; k < MR_MAX_SKELETON_FILES && e->skeleton->files[k]; k++) {
        const char *text = mr_kernel_text(e->skeleton->files[k]);
        if (!text || !mr_fill_text(e, out, text)) fail(e);
    }
}
