/* What columns may be called, whichever way they come in. */
#include <stdio.h>
#include <string.h>

#include <millrace/sequence.h>
#include <millrace/stream.h>

#include "base/spelling.h"
#include "io/scratch.h"
#include "suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A column with the name, of these, beside a column k of zeros. */
static const int64_t values[] = {100, 200, 300, 400};
static const int64_t zeros[] = {0, 0, 0, 0};

static mr_seq *of_arrays(const char *name, mr_error *err)
{
    mr_seq *seq;
    const mr_array arrays[] = {{.name = name, .dtype = MR_I64, .data = values},
                               {.name = "k", .dtype = MR_I64, .data = zeros}};
    mr_seq_from_array(&seq, arrays, 2, 4, err);
    return seq;
}

static int fill(void *user, int64_t first, size_t count, void *const columns[], size_t *got)
{
    (void)user;
    for (*got = 0; *got < count && first + (int64_t)*got < 4; ++*got) {
        ((int64_t *)columns[0])[*got] = values[first + (int64_t)*got];
        ((int64_t *)columns[1])[*got] = 0;
    }
    return 0;
}

static mr_seq *of_callback(const char *name, mr_error *err)
{
    mr_seq *seq;
    const mr_callback_params params = {.fill = fill,
                                       .column_count = 2,
                                       .names = {name, "k"},
                                       .dtypes = {MR_I64, MR_I64},
                                       .restartable = true};
    mr_seq_from_callback(&seq, &params, err);
    return seq;
}

/* The file has to live until the stream was read: one for all. */
static struct scratch file;

static mr_seq *of_csv(const char *name, mr_error *err)
{
    char text[1024];
    size_t at = 0;
    mr_seq *seq;
    text[at++] = '"';
    for (; *name; name++) {
        if (*name == '"') text[at++] = '"';
        text[at++] = *name;
    }
    at += (size_t)snprintf(text + at, sizeof text - at, "\",k\n100,0\n200,0\n300,0\n400,0\n");
    scratch_write(&file, text, at);
    const mr_arg args[] = {mr_text(file.path), mr_named("dtype", mr_expr("i64"))};
    mr_seq_apply(&seq, "read", NULL, args, 2, err);
    return seq;
}

static mr_seq *of_labels(const char *name, mr_error *err)
{
    mr_seq *seq, *numbers = NULL;
    const mr_arg args[] = {mr_named(name, mr_expr("100*x")), mr_named("k", mr_expr("0"))};
    CU_ASSERT_EQUAL(mr_seq_parse(&numbers, "range(1, 5)", err), MR_OK);
    mr_seq_apply(&seq, "map", numbers, args, 2, err);
    mr_seq_release(&numbers);
    return seq;
}

static mr_seq *of_text(const char *name, mr_error *err)
{
    char text[700] = "range(1, 5) | map(`";
    size_t at = strlen(text);
    for (; *name; name++) {
        if (*name == '`') text[at++] = '`';
        text[at++] = *name;
    }
    (void)snprintf(text + at, sizeof text - at, "`: 100*x, k: 0)");
    mr_seq *seq;
    mr_seq_parse(&seq, text, err);
    return seq;
}

static const struct way {
    const char *name;
    mr_seq *(*describe)(const char *name, mr_error *err);
} ways[] = {{"array", of_arrays},
            {"callback", of_callback},
            {"csv", of_csv},
            {"label by C", of_labels},
            {"label in text", of_text}};

/* The sum over map(expression), or what was said. */
static mr_status sum_of(const mr_seq *seq, const char *expression, int64_t *sum, mr_error *err)
{
    char stages[700];
    mr_seq *whole;
    mr_scalar value = {.i64 = -1};
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    (void)snprintf(stages, sizeof stages, "map(%s) | sum()", expression);
    mr_status st = mr_seq_pipe(&whole, seq, stages, err);
    if (st == MR_OK) st = mr_reduce(whole, &params, &value, NULL, err);
    mr_seq_release(&whole);
    *sum = value.i64;
    return st;
}

static void quote(char *out, const char *name)
{
    *out++ = '`';
    for (; *name; *out++ = *name++)
        if (*name == '`') *out++ = '`';
    memcpy(out, "`", 2);
}

static char long_name[MR_NAME_BYTES] = "w w"; /* made as long as can be */

/* A name that means something else unless it is quoted, and one that needs no quotes. */
static const struct {
    const char *name;
    bool is_bare, has_meaning;
} names[] = {
    {"i", true, true},          {"nan", true, true},
    {"inf", true, true},        {"true", true, true},
    {"false", true, true},      {"x", true, false},
    {"x1", true, false},        {"abs", true, false},
    {"f64", true, false},       {"unit price", false, false},
    {"1a", false, false},       {"a|b", false, false},
    {"`", false, false},        {"a``b", false, false},
    {"\xc3\xa9", false, false}, {"\xff", false, false},
    {"2019", false, false},     {"\x1b[31m", false, false},
    {"a,\"b\"", false, false},  {"#", false, false},
    {long_name, false, false},
};

static void every_name_can_be_said_and_none_is_shadowed(void)
{
    memset(long_name + 3, 'w', MR_NAME_BYTES - 4);
    file = scratch_make("names.csv");
    for (const struct way *way = ways; way < ways + COUNT(ways); way++)
        for (size_t k = 0; k < COUNT(names); k++) {
            char quoted[2 * MR_NAME_BYTES + 3];
            mr_error err = {.status = MR_OK};
            mr_seq *seq = way->describe(names[k].name, &err);
            int64_t sum;
            if (!seq) printf("\n  %s, %s: %s\n", way->name, names[k].name, err.message);
            CU_ASSERT_PTR_NOT_NULL_FATAL(seq);
            CU_ASSERT_STRING_EQUAL(mr_seq_column_name(seq, 0), names[k].name);
            quote(quoted, names[k].name);
            mr_status st = sum_of(seq, quoted, &sum, &err);
            if (st || sum != 1000) printf("\n  %s, %s: %s\n", way->name, quoted, err.message);
            CU_ASSERT(st == MR_OK && sum == 1000);
            if (names[k].is_bare) {
                st = sum_of(seq, names[k].name, &sum, &err);
                CU_ASSERT_EQUAL(st, names[k].has_meaning ? MR_E_NAME : MR_OK);
                CU_ASSERT(names[k].has_meaning ? strstr(err.hint, quoted) != NULL : sum == 1000);
            }
            mr_seq_release(&seq);
        }
    scratch_remove(&file);
}

static void names_that_are_none_are_refused_whichever_way_they_come(void)
{
    char too_long[MR_NAME_BYTES + 1];
    memset(too_long, 'a', MR_NAME_BYTES);
    too_long[MR_NAME_BYTES] = '\0';
    file = scratch_make("names.csv");
    for (const struct way *way = ways; way < ways + COUNT(ways); way++) {
        mr_error err = {.status = MR_OK};
        mr_seq *seq = way->describe(too_long, &err);
        CU_ASSERT(!seq && err.status == MR_E_LIMIT && strstr(err.hint, "255 bytes"));
        seq = way->describe("k", &err);
        CU_ASSERT(!seq && err.status == MR_E_NAME && strstr(err.message, "'k'"));
        if (way->describe == of_csv) continue; /* a header's empty name is x and its number */
        seq = way->describe("", &err);
        CU_ASSERT(!seq && (err.status == MR_E_NAME || err.status == MR_E_SYNTAX));
        CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "empty"));
    }
    scratch_remove(&file);
}

/* `i` in quotes is no position, so a column alone of that name and the position can both be had. */
static void quotes_make_a_column_of_what_means_something_else(void)
{
    static const struct {
        const char *text;
        int64_t sum;
    } rows[] = {
        {"range(3) | map(`i`: 10*x) | map(x) | sum()", 30},
        {"range(3) | map(`i`: 10*x) | map(`i`) | sum()", 30},
        {"range(3) | map(`i`: 10*x) | map(j: `i`) | map(i*j) | sum()", 50},
        {"zip(`a b`: range(3), c: count()) | map(`a b`*c) | sum()", 5},
    };
    for (size_t k = 0; k < COUNT(rows); k++) {
        mr_seq *seq;
        mr_scalar value = {.i64 = -1};
        const mr_stream_params params = {.engine = MR_ENGINE_HOST};
        CU_ASSERT_EQUAL_FATAL(mr_seq_parse(&seq, rows[k].text, NULL), MR_OK);
        CU_ASSERT_EQUAL(mr_reduce(seq, &params, &value, NULL, NULL), MR_OK);
        CU_ASSERT_EQUAL(value.i64, rows[k].sum);
        mr_seq_release(&seq);
    }
    mr_seq *seq;
    CU_ASSERT_EQUAL(mr_seq_parse(&seq, "range(3) | map(`i`+1)", NULL), MR_E_NAME);
    CU_ASSERT_EQUAL(mr_seq_parse(&seq, "range(3) | map(`x`+1)", NULL), MR_OK);
    mr_seq_release(&seq);
}

static void no_byte_of_a_name_reaches_a_terminal_as_it_is(void)
{
    static const char hostile[] = "\x1b]0;a\a\x9b\xc2\x9b\r\n";
    mr_error err = {.status = MR_OK};
    mr_seq *seq = of_arrays(hostile, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(seq);
    char *text = NULL;
    CU_ASSERT_EQUAL(mr_explain(&text, seq, NULL, false, &err), MR_OK);
    if (text) CU_ASSERT_PTR_NOT_NULL(strstr(text, "`\\x1b]0;a\\x07\\x9b\\xc2\\x9b\\x0d\\x0a` i64"));
    mr_text_free(&text);
    int64_t sum;
    CU_ASSERT_EQUAL(sum_of(seq, "nosuch", &sum, &err), MR_E_NAME);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.hint, "there is: `\\x1b]0;a\\x07"));
    mr_seq_release(&seq);
}

SUITE(name,
      {"every_name_can_be_said_and_none_is_shadowed", every_name_can_be_said_and_none_is_shadowed},
      {"names_that_are_none_are_refused_whichever_way_they_come",
       names_that_are_none_are_refused_whichever_way_they_come},
      {"quotes_make_a_column_of_what_means_something_else",
       quotes_make_a_column_of_what_means_something_else},
      {"no_byte_of_a_name_reaches_a_terminal_as_it_is",
       no_byte_of_a_name_reaches_a_terminal_as_it_is});
