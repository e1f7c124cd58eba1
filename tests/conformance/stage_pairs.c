#include "stage_pairs.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "ir/op.h"
#include "pattern.h"
#include "suite.h"

enum { TEXT_BYTES = 500 };

extern bool tests_small;

/* One stage of each kind, on a column x of i64 or of anything else that adds. */
static const char *const kinds[] = {
    "map(x + x)",                /* fused */
    "slice(1, inf, 2)",          /* index map */
    "enumerate(5) | map(n + x)", /* position */
    "diff()",                    /* halo */
    "filter(i % 3 != 1)",        /* compact */
    "take_while(i < M)",         /* stop */
    "drop_while(i < K)",         /* drop */
    "scan(sum)",                 /* carry */
    "window(5, max)",            /* shared neighbours */
    "chunk(10, sum)",            /* group */
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
    {MR_STAGE, "enumerate", "enumerate(1) | map(n*3 - x)"}, /* a second column n would be refused */
    {MR_STAGE, "filter", "filter(x % 3 != 1)"},
    {MR_STAGE, "take", "take(M)"},
    {MR_STAGE, "skip", "skip(K)"},
    {MR_STAGE, "slice", "slice(K, inf, 3)"},
    {MR_STAGE, "take_while", "take_while(i < M)"},
    {MR_STAGE, "drop_while", "drop_while(i < K)"},
    {MR_STAGE, "scan", "scan(sum)"},
    {MR_STAGE, "window", "window(6, sum)"},
    {MR_STAGE, "chunk", "chunk(7, sum)"},
    {MR_TERMINAL, "hist", "map(f64(x)) | hist(20, 0, 5000)"},
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* The operator's call: its row above, or its last call in its example. */
static const char *call_of(const struct mr_op *op)
{
    for (size_t k = 0; k < COUNT(calls); k++)
        if (calls[k].role == op->role && strcmp(calls[k].op, op->name) == 0) return calls[k].call;
    if (!op->example || op->feed || op->is_internal) return NULL;
    if (op->role == MR_SOURCE) return op->example;
    const char *last = NULL;
    char name[40];
    (void)snprintf(name, sizeof name, "%s(", op->name);
    for (const char *at = strstr(op->example, name); at; at = strstr(at + 1, name)) last = at;
    return last;
}

static void check_pair(const char *first, const char *second, const char *third)
{
    char pattern[TEXT_BYTES];
    (void)snprintf(pattern, sizeof pattern, "%s | %s%s%s", first, second, third ? " | " : "",
                   third ? third : "");
    check_pattern_of_any_operator(pattern);
}

/* Calls `check` for each operator of the role with each kind. */
static void for_each_pair(enum mr_role role, void (*check)(const char *call, const char *kind))
{
    size_t pairs = 0;
    for (size_t k = 0; k < mr_ops_count; k++) {
        const char *call = mr_ops[k]->role == role ? call_of(mr_ops[k]) : NULL;
        for (size_t kind = 0; call && kind < COUNT(kinds); kind++, pairs++)
            check(call, kinds[kind]);
    }
    CU_ASSERT_TRUE(pairs > 0);
}

static void source_then_kind(const char *call, const char *kind)
{
    check_pair(call, kind, NULL);
}

static void stage_then_kind(const char *call, const char *kind)
{
    check_pair("range(N)", call, kind);
}

static void kind_then_operator(const char *call, const char *kind)
{
    check_pair("range(N)", kind, call);
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
