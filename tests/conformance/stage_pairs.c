#include "stage_pairs.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "ir/op.h"
#include "pattern.h"
#include "suite.h"

enum { CALL_BYTES = 200, TEXT_BYTES = 500 };

extern bool tests_small;

/* One stage of each kind, on a column x of i64 or of anything else that adds. */
static const char *const kinds[] = {
    "map(x + x)",                            /* fused */
    "slice(1, inf, 2)",                      /* index map */
    "enumerate(5) | map(n + x)",             /* position */
    "diff()",                                /* the next element */
    "map(x + lag(x, 3, 7) - lead(x, 2, 7))", /* rows before the first and behind the last */
    "filter(i % 3 != 1)",                    /* compact */
    "take_while(i < M)",                     /* stop */
    "drop_while(i < K)",                     /* drop */
    "scan(sum)",                             /* scan */
    "scan(s: s*3 ^ x, init=0, every=37)",    /* state */
    "window(5, max)",                        /* window */
    "chunk(10, sum)",                        /* chunk */
    "chunk(1100, sum)",                      /* merge */
};

/* Calls for operators whose example is not the one to take; all others are taken from there. */
static const struct {
    enum mr_role role;
    const char *op, *call;
} calls[] = {
    {MR_SOURCE, "count", "count(3, 2) | take(N)"},
    {MR_SOURCE, "range", "range(N)"},
    {MR_SOURCE, "linspace", "linspace(-1, 3.75, N)"},
    {MR_SOURCE, "repeat", "repeat(7, N)"},
    {MR_SOURCE, "gen", "gen(i*i - 7*i, N)"},
    {MR_SOURCE, "fibonacci", "fibonacci(mod=1000003) | take(N)"},
    {MR_SOURCE, "philox", "philox(42) | take(N)"},
    {MR_SOURCE, "uniform", "uniform(7) | take(N)"},
    {MR_SOURCE, "zip", "zip(x: range(N), y: range(N) | filter(x % 4 != 0)) | map(x + y)"},
    {MR_SOURCE, "chain", "chain(range(K), range(N) | filter(x % 4 != 0))"},
    {MR_STAGE, "map", "map(x*3 - i)"},
    {MR_STAGE, "loop", "loop(n: n*5 % 1009 + i, init=x, while=n > 60, most=9) | map(n)"},
    {MR_STAGE, "enumerate", "enumerate(1) | map(n*3 - x)"}, /* a second column n would be refused */
    {MR_STAGE, "filter", "filter(x % 3 != 1)"},
    {MR_STAGE, "dedup", "map(x / 3) | dedup()"},
    {MR_STAGE, "run_length", "map(x / 3) | run_length() | map(x + count)"},
    {MR_STAGE, "take", "take(M)"},
    {MR_STAGE, "skip", "skip(K)"},
    {MR_STAGE, "slice", "slice(K, inf, 3)"},
    {MR_STAGE, "take_while", "take_while(i < M)"},
    {MR_STAGE, "drop_while", "drop_while(i < K)"},
    {MR_STAGE, "scan", "scan(sum)"},
    {MR_STAGE, "window", "window(6, sum)"},
    {MR_STAGE, "chunk", "chunk(7, sum)"},
    {MR_TERMINAL, "fold", "fold(h: h*31 + x, init=7)"},
    {MR_TERMINAL, "hist", "map(f64(x)) | hist(20, 0, 5000)"},
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* Up to the first terminal behind it; what it takes is N elements, not a few. */
static void copy_call(char *out, size_t size, const char *text)
{
    size_t len = strlen(text);
    for (const char *bar = strstr(text, " | "); bar; bar = strstr(bar + 1, " | ")) {
        char name[40] = "";
        (void)sscanf(bar + 3, "%39[a-z0-9_]", name);
        for (size_t k = 0; k < mr_ops_count; k++)
            if (mr_ops[k]->role == MR_TERMINAL && strcmp(mr_ops[k]->name, name) == 0)
                len = (size_t)(bar - text) < len ? (size_t)(bar - text) : len;
    }
    const char *taken = strstr(text, "take("), *rest = taken ? strchr(taken, ')') : NULL;
    if (rest && rest < text + len)
        (void)snprintf(out, size, "%.*stake(N%.*s", (int)(taken - text), text,
                       (int)(text + len - rest), rest);
    else
        (void)snprintf(out, size, "%.*s", (int)len, text);
}

bool operator_call(char *out, size_t size, const struct mr_op *op)
{
    char name[40];
    (void)snprintf(name, sizeof name, "%s(", op->name);
    for (size_t k = 0; k < COUNT(calls); k++)
        if (calls[k].role == op->role && strcmp(calls[k].op, op->name) == 0) {
            (void)snprintf(out, size, "%s", calls[k].call);
            return true;
        }
    if (!op->example || op->feed || op->is_internal) return false;
    const char *last = op->role == MR_SOURCE ? op->example : strstr(op->example, name);
    for (const char *at = last; at && op->role != MR_SOURCE; at = strstr(at + 1, name)) last = at;
    if (last && op->role != MR_TERMINAL)
        copy_call(out, size, last);
    else if (last)
        (void)snprintf(out, size, "%s", last);
    return last != NULL;
}

static bool check_pair(const char *first, const char *second, const char *third)
{
    char pattern[TEXT_BYTES];
    (void)snprintf(pattern, sizeof pattern, "%s | %s%s%s", first, second, third ? " | " : "",
                   third ? third : "");
    return check_pattern_of_any_operator(pattern);
}

/* Calls `check` for each operator of the role with each kind. */
static void for_each_pair(enum mr_role role, bool (*check)(const char *call, const char *kind))
{
    size_t operators = 0;
    for (size_t k = 0; k < mr_ops_count; k++) {
        char call[CALL_BYTES];
        size_t pairs = 0;
        if (mr_ops[k]->role != role || !operator_call(call, sizeof call, mr_ops[k])) continue;
        for (size_t kind = 0; kind < COUNT(kinds); kind++) pairs += check(call, kinds[kind]);
        CU_ASSERT_TRUE(pairs > 0);
        if (pairs == 0) printf("\n  %s goes with no kind of stage\n", call);
        operators++;
    }
    CU_ASSERT_TRUE(operators > 0);
}

static bool source_then_kind(const char *call, const char *kind)
{
    return check_pair(call, kind, NULL);
}

static bool stage_then_kind(const char *call, const char *kind)
{
    return check_pair("range(N)", call, kind);
}

static bool kind_then_operator(const char *call, const char *kind)
{
    return check_pair("range(N)", kind, call);
}

void check_feeds_before_kinds(enum feeding feeding)
{
    for (size_t kind = 0; kind < COUNT(kinds); kind++)
        check_fed_pattern(feeding, "range(N) | map(x*x - 7*x)", kinds[kind]);
}

void check_feeds_before_operators(enum feeding feeding)
{
    for (size_t k = 0; k < mr_ops_count; k++) {
        char call[CALL_BYTES];
        if (mr_ops[k]->role == MR_SOURCE || !operator_call(call, sizeof call, mr_ops[k])) continue;
        bool ran = check_fed_pattern_of_any_operator(feeding, "range(N) | map(x*x - 7*x)", call);
        CU_ASSERT_TRUE(ran);
        if (!ran) printf("\n  %s does not take what is fed\n", call);
    }
}

void check_sources_before_kinds(void)
{
    for_each_pair(MR_SOURCE, source_then_kind);
}

void check_stages_before_kinds(void)
{
    for_each_pair(MR_STAGE, stage_then_kind);
}

void check_stages_behind_kinds(void)
{
    for_each_pair(MR_STAGE, kind_then_operator);
}

void check_terminals_behind_kinds(void)
{
    for_each_pair(MR_TERMINAL, kind_then_operator);
}
