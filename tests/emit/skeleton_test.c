/* The texts of kernels: what their lines and marks stand for. */
#include "emit/skeleton.h"

#include <stdio.h>

#include "suite.h"

static void word_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "w%zu", e->round);
}

static void lines_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    (void)e;
    mr_strbuf_add(out, "one\ntwo\n");
}

static void nothing_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    (void)e;
    (void)out;
}

static bool is_first(const struct mr_emitter *e)
{
    return e->round == 0;
}

static bool go_to_three(struct mr_emitter *e, size_t number)
{
    e->round = number;
    return number < 3;
}

static bool go_to_none(struct mr_emitter *e, size_t number)
{
    (void)e;
    (void)number;
    return false;
}

static const struct mr_text_mark marks[] = {
    {"WORD", word_mark}, {"LINES", lines_mark}, {"NOTHING", nothing_mark}, {NULL, NULL}};
static const struct mr_text_test tests[] = {{"FIRST", is_first}, {NULL, NULL}};
static const struct mr_text_list lists[] = {
    {"THREE", go_to_three}, {"NONE", go_to_none}, {NULL, NULL}};
static const struct mr_skeleton skeleton = {.marks = marks, .tests = tests, .lists = lists};

static const struct {
    const char *text, *written; /* NULL: the text is faulty */
} rows[] = {
    {"a @WORD@+@WORD@;\n", "a w0+w0;\n"},
    {"{\n    @LINES@\n}\n", "{\none\ntwo\n}\n"}, /* whole lines, however far to the right */
    {"{\n    @NOTHING@\n}\n", "{\n}\n"},
    {"//@ each THREE\n@WORD@,\n//@ end\n;\n", "w0,\nw1,\nw2,\n;\n"},
    {"//@ each NONE\n@WORD@,\n//@ end\n;\n", ";\n"},
    {"//@ if FIRST\na\n//@ else\nb\n//@ end\n", "a\n"},
    {"//@ each THREE\n//@ if FIRST\na\n//@ else\nb\n//@ end\n//@ end\n", "a\nb\nb\n"},
    {"//@ if FIRST\n//@ if FIRST\na\n//@ else\nb\n//@ end\n//@ else\nc\n//@ end\n", "a\n"},
    {"//@# a remark\na // @\n", NULL}, /* a mark that does not end */
    {"//@# a remark\na\n", "a\n"},
    {"@UNKNOWN@;\n", NULL},
    {"//@ if UNKNOWN\n//@ end\n", NULL},
    {"//@ each UNKNOWN\n//@ end\n", NULL},
    {"//@ include skeleton/unknown.cl\n", NULL},
    {"//@ if FIRST\na\n", NULL},
    {"//@ each THREE\na\n//@ else\nb\n//@ end\n", NULL},
    {"a\n//@ end\n", NULL},
};

static void texts_say_what_is_written(void)
{
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct mr_emitter e = {.skeleton = &skeleton};
        struct mr_strbuf out = {0};
        bool is_good = mr_fill_text(&e, &out, rows[k].text);
        CU_ASSERT_EQUAL(is_good, rows[k].written != NULL);
        if (rows[k].written) CU_ASSERT_STRING_EQUAL(mr_strbuf_text(&out), rows[k].written);
        mr_strbuf_free(&out);
    }
}

SUITE(skeleton, {"texts_say_what_is_written", texts_say_what_is_written});
