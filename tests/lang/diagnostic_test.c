#include <stdio.h>
#include <string.h>

#include <millrace/sequence.h>
#include <millrace/stream.h>

#include "base/error.h"
#include "base/memory.h"
#include "suite.h"

static mr_error error_at(uint32_t column, uint32_t span)
{
    mr_error err = {.status = MR_E_NAME, .element = -1, .column = column, .span = span};
    (void)snprintf(err.message, sizeof err.message, "wrong");
    return err;
}

static void assert_rendered(const mr_error *err, const char *text, const char *wanted)
{
    char rendered[4096];
    mr_error quoted = *err;
    (void)mr_error_quote(&quoted, err->status, text);
    size_t length = mr_error_render(rendered, sizeof rendered, &quoted);
    if (strcmp(rendered, wanted) != 0) printf("\nwanted:\n%s\ngot:\n%s\n", wanted, rendered);
    CU_ASSERT_STRING_EQUAL(rendered, wanted);
    CU_ASSERT_EQUAL(length, strlen(wanted));
}

static void errors_point_into_the_text(void)
{
    mr_seq *seq;
    mr_error err;
    const char *text = "range(10) | map(yy*2)";
    CU_ASSERT_EQUAL(mr_seq_parse(&seq, text, &err), MR_E_NAME);
    (void)snprintf(err.hint, sizeof err.hint, "did you mean 'x'?");
    assert_rendered(&err, text,
                    "error: map: unknown column 'yy'\n"
                    "  range(10) | map(yy*2)\n"
                    "                  ^~\n"
                    "hint: did you mean 'x'?\n");
}

static void only_what_is_known_is_said(void)
{
    mr_error err = error_at(0, 0);
    assert_rendered(&err, "range(10)", "error: wrong\n");
    assert_rendered(&err, NULL, "error: wrong\n");
    err = error_at(3, 2);
    assert_rendered(&err, NULL, "error: wrong\n");

    err.element = 123456;
    (void)snprintf(err.device, sizeof err.device, "a device");
    (void)snprintf(err.call, sizeof err.call, "clFinish");
    err.cl_code = -5;
    assert_rendered(
        &err, NULL,
        "error: wrong\nat element 123456\non device 'a device'\nin clFinish, code -5\n");
    (void)snprintf(err.message, sizeof err.message,
                   "clFinish failed at element 123456 on 'a device'");
    assert_rendered(&err, NULL, "error: clFinish failed at element 123456 on 'a device'\n");
    /* Another number that begins or holds the same digits is not the element's. */
    err = error_at(0, 0);
    err.element = 1;
    (void)snprintf(err.message, sizeof err.message, "d.csv:3:1: not like element 12");
    assert_rendered(&err, NULL, "error: d.csv:3:1: not like element 12\nat element 1\n");
    err = (mr_error){.status = MR_E_INTERNAL, .element = -1};
    assert_rendered(&err, NULL, "error: internal\n");
}

static void the_right_line_is_shown(void)
{
    const char *text = "ab\ncdef\r\n\nghi";
    mr_error err = error_at(1, 2);
    assert_rendered(&err, text, "error: wrong\n  ab\n  ^~\n");
    err = error_at(5, 2);
    assert_rendered(&err, text, "error: wrong\n  cdef\n   ^~\n");
    err = error_at(6, 50); /* as far as the line goes */
    assert_rendered(&err, text, "error: wrong\n  cdef\n    ^~\n");
    err = error_at(11, 1);
    assert_rendered(&err, text, "error: wrong\n  ghi\n  ^\n");
    err = error_at(14, 0); /* behind the end */
    assert_rendered(&err, text, "error: wrong\n  ghi\n     ^\n");
    err = error_at(4000000000u, 4000000000u);
    assert_rendered(&err, text, "error: wrong\n  ghi\n     ^\n");
}

static void the_caret_stands_under_its_character(void)
{
    mr_error err = error_at(4, 1);
    assert_rendered(&err, "\t\ta?b", "error: wrong\n    a?b\n     ^\n");
    err = error_at(6, 1); /* two characters of two bytes before it */
    assert_rendered(&err, "'\xc3\xa9\xc3\xa9' b", "error: wrong\n  '\xc3\xa9\xc3\xa9' b\n     ^\n");
    err = error_at(1, 6);
    assert_rendered(&err, "'\xc3\xa9\xc3\xa9' b", "error: wrong\n  '\xc3\xa9\xc3\xa9' b\n  ^~~~\n");
    err = error_at(5, 1);
    assert_rendered(&err, "\x1b[2J\x07!", "error: wrong\n  ?[2J?!\n      ^\n");
}

static void long_lines_are_shown_around_the_place(void)
{
    char text[1001], rendered[1024];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    for (uint32_t column = 1; column <= sizeof text; column += 37) {
        mr_error err = error_at(column, 3);
        if (column < sizeof text) text[column - 1] = '!';
        (void)mr_error_quote(&err, err.status, text);
        size_t length = mr_error_render(rendered, sizeof rendered, &err);
        CU_ASSERT_TRUE(length < 260);
        const char *line = strchr(rendered, '\n') + 1, *under = strchr(line, '\n') + 1;
        const char *caret = strchr(under, '^');
        CU_ASSERT_PTR_NOT_NULL_FATAL(caret);
        if (column < sizeof text) {
            CU_ASSERT_EQUAL(line[caret - under], '!');
            text[column - 1] = 'a';
        }
    }
    mr_error err = error_at(500, 900);
    (void)mr_error_quote(&err, err.status, text);
    (void)mr_error_render(rendered, sizeof rendered, &err);
    CU_ASSERT_PTR_NOT_NULL(strstr(rendered, "  ...a"));
    CU_ASSERT_PTR_NOT_NULL(strstr(rendered, "a...\n"));
}

/* Each stage points into the text that it was written in. */
static void an_error_carries_the_text_that_it_points_into(void)
{
    const mr_stream_params host = {.engine = MR_ENGINE_HOST};
    mr_seq *base = NULL, *piped = NULL;
    mr_stream *s = NULL;
    mr_batch batch;
    mr_error err;
    CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&base, "range(3) | map(6/x)", NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_seq_pipe(&piped, base, "filter(x > 0) | map(x+1)", NULL), MR_OK);
    CU_ASSERT_EQUAL_FATAL(mr_stream_open(&s, piped, &host, NULL), MR_OK);
    mr_seq_release(&base);
    mr_seq_release(&piped);
    CU_ASSERT_EQUAL(mr_stream_next(s, &batch, &err), MR_E_DIVISION);
    mr_stream_close(&s);
    CU_ASSERT_STRING_EQUAL(err.excerpt, "range(3) | map(6/x)");
    CU_ASSERT_TRUE(err.caret == 11 && err.caret + 1 == err.column && err.caret_span == 3);
    CU_ASSERT_EQUAL(mr_seq_parse(&base, "range(3) |\n  map(yy)", &err), MR_E_NAME);
    CU_ASSERT_STRING_EQUAL(err.excerpt, "  map(yy)");
    CU_ASSERT_TRUE(err.caret == 6 && err.caret_span == 2);
}

/* Names of files and of columns may hold anything. */
static void nothing_in_an_error_commands_a_terminal(void)
{
    static const char *const texts[] = {"read('\x1b[31mx')", "read('\xc2\x9b?31m.npy')",
                                        "range(3) | map('\x07\x7f')", "\x1b]0;title\x07"};
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
        char rendered[2048];
        mr_seq *seq = NULL;
        mr_error err;
        CU_ASSERT_NOT_EQUAL(mr_seq_parse(&seq, texts[k], &err), MR_OK);
        (void)mr_error_render(rendered, sizeof rendered, &err);
        const char *const all[] = {err.message, err.hint, err.excerpt, rendered};
        for (size_t t = 0; t < 4; t++) {
            for (const char *p = all[t]; *p; p++)
                CU_ASSERT_TRUE((unsigned char)*p >= 0x20 ? *p != 0x7f : *p == '\n');
            CU_ASSERT_PTR_NULL(strstr(all[t], "\xc2\x9b"));
        }
    }
    mr_error own = {.status = MR_E_IO, .element = -1, .device = "a\x1b[2Jb"};
    assert_rendered(&own, NULL, "error: io\non device 'a?[2Jb'\n");
}

/* A record that nobody filled in tells of no element. */
static void zeros_are_no_error(void)
{
    const mr_error zero = {.status = MR_OK};
    assert_rendered(&zero, NULL, "note: ok\n");
}

static void the_result_is_cut_to_the_room_there_is(void)
{
    mr_error err = error_at(1, 1);
    char rendered[8] = "keep me";
    CU_ASSERT_EQUAL(mr_error_render(rendered, 0, &err), strlen("error: wrong\n"));
    CU_ASSERT_STRING_EQUAL(rendered, "keep me");
    (void)mr_error_quote(&err, err.status, "x");
    CU_ASSERT_EQUAL(mr_error_render(NULL, 0, &err), strlen("error: wrong\n  x\n  ^\n"));
    (void)mr_error_render(rendered, sizeof rendered, &err);
    CU_ASSERT_STRING_EQUAL(rendered, "error: ");
}

static void without_memory_the_message_is_still_said(void)
{
    mr_error err = error_at(1, 1);
    char rendered[64];
    mr_memory_fail_at(1, true);
    CU_ASSERT_EQUAL(mr_error_render(rendered, sizeof rendered, &err), strlen("error: wrong\n"));
    mr_memory_fail_at(0, false);
    CU_ASSERT_STRING_EQUAL(rendered, "error: wrong\n");
}

SUITE(diagnostic, {"errors_point_into_the_text", errors_point_into_the_text},
      {"only_what_is_known_is_said", only_what_is_known_is_said},
      {"the_right_line_is_shown", the_right_line_is_shown},
      {"the_caret_stands_under_its_character", the_caret_stands_under_its_character},
      {"long_lines_are_shown_around_the_place", long_lines_are_shown_around_the_place},
      {"an_error_carries_the_text_that_it_points_into",
       an_error_carries_the_text_that_it_points_into},
      {"nothing_in_an_error_commands_a_terminal", nothing_in_an_error_commands_a_terminal},
      {"zeros_are_no_error", zeros_are_no_error},
      {"the_result_is_cut_to_the_room_there_is", the_result_is_cut_to_the_room_there_is},
      {"without_memory_the_message_is_still_said", without_memory_the_message_is_still_said});
