/* The rows of mr_op_param_describe() against what the language takes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <millrace/millrace.h>

#include "suite.h"

/* Calls with the number left open; one for each parameter that has bounds of its own. */
static const struct call {
    const char *op, *param, *text;
} calls[] = {
    {"bernoulli", "p", "bernoulli(p=%s)"},
    {"beta", "a", "beta(%s, 1)"},
    {"beta", "b", "beta(1, %s)"},
    {"binomial", "n", "binomial(%s, 0.5)"},
    {"binomial", "p", "binomial(5, %s)"},
    {"chunk", "n", "range(9) | chunk(%s, sum)"},
    {"exponential", "rate", "exponential(%s)"},
    {"gamma", "scale", "gamma(2, %s)"},
    {"gamma", "shape", "gamma(%s)"},
    {"geometric", "p", "geometric(%s)"},
    {"halton", "dim", "halton(%s)"},
    {"hist", "bins", "range(9) | hist(%s, 0, 9)"},
    {"iterate", "every", "iterate(x+1, init=0, every=%s)"},
    {"lognormal", "sd", "lognormal(0, %s)"},
    {"loop", "most", "range(9) | loop(n: n+1, init=x, most=%s)"},
    {"normal", "sd", "normal(0, %s)"},
    {"poisson", "mean", "poisson(%s)"},
    {"r2", "dim", "r2(%s)"},
    {"r2", "start", "r2(start=%s)"},
    {"scan", "every", "range(9) | scan(s: s+x, init=0, every=%s)"},
    {"shard", "block", "range(9) | shard(0, 2, block=%s)"},
    {"shard", "n", "range(9) | shard(0, %s)"},
    {"shuffle", "window", "range(9) | shuffle(window=%s)"},
    {"simplex", "dim", "simplex(%s)"},
    {"slice", "step", "range(9) | slice(0, 9, %s)"},
    {"sobol", "dim", "sobol(%s)"},
    {"sphere", "dim", "sphere(%s)"},
    {"window", "k", "range(9) | window(%s, sum)"},
};

static const char *const type_ends[] = {"", "0", "-9223372036854775808", "9223372036854775807",
                                        "18446744073709551615"};

static bool is_of_type(const mr_op_param *p, const char *bound)
{
    if (strcmp(p->type, "integer") != 0) return bound[0] == '\0';
    for (size_t k = 0; k < sizeof type_ends / sizeof type_ends[0]; k++)
        if (strcmp(bound, type_ends[k]) == 0) return true;
    return false;
}

static const struct call *call_of(const char *op, const char *param)
{
    for (size_t k = 0; k < sizeof calls / sizeof calls[0]; k++)
        if (!strcmp(calls[k].op, op) && !strcmp(calls[k].param, param)) return &calls[k];
    return NULL;
}

static mr_status status_of(const struct call *call, const char *number, mr_error *err)
{
    char text[160];
    mr_seq *seq = NULL;
    (void)snprintf(text, sizeof text, call->text, number);
    mr_status st = mr_seq_parse(&seq, text, err);
    mr_seq_release(&seq);
    return st;
}

/* The bound is taken, unless it is left out, and what is next to it on the other side is not. */
static void check_bound(const struct call *call, const mr_op_param *p, const char *bound,
                        bool is_out, double step)
{
    char beyond[64];
    mr_error err;
    bool is_integer = strcmp(p->type, "integer") == 0;
    CU_ASSERT_EQUAL(status_of(call, bound, &err), is_out ? MR_E_VALUE : MR_OK);
    double next = atof(bound) + (is_integer ? step : step * 1e-3 * (1e-3 + atof(bound)));
    (void)snprintf(beyond, sizeof beyond, "%.17g", next);
    mr_status st = status_of(call, beyond, &err);
    if (st != MR_E_VALUE) printf("\n  %s with %s: %s\n", call->text, beyond, mr_status_name(st));
    CU_ASSERT_EQUAL(st, MR_E_VALUE);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "must be ") ? strstr(err.message, "must ")
                                                           : strstr(err.message, "must not"));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, p->name));
}

static void a_bound_is_where_the_language_begins_to_refuse(void)
{
    mr_op_info info;
    mr_op_param p;
    size_t seen = 0;
    for (size_t op = 0; mr_op_describe(&info, op, NULL) == MR_OK; op++)
        for (size_t k = 0; mr_op_param_describe(&p, op, k, NULL) == MR_OK; k++) {
            const struct call *call = call_of(info.name, p.name);
            if (!call && is_of_type(&p, p.least) && is_of_type(&p, p.most)) continue;
            if (!call) printf("\n  %s: no call for %s\n", info.name, p.name);
            CU_ASSERT_PTR_NOT_NULL_FATAL(call);
            seen++;
            if (p.least[0]) check_bound(call, &p, p.least, p.is_above, -1);
            if (p.most[0] && !is_of_type(&p, p.most)) check_bound(call, &p, p.most, p.is_below, 1);
        }
    CU_ASSERT_EQUAL(seen, sizeof calls / sizeof calls[0]);
}

/* The call in listings says the same of each parameter as its row. */
static void check_signature(const mr_op_info *info, const mr_op_param *p)
{
    char shown[200];
    const char *open = p->takes_label || p->is_variadic ? "[name:] " : "";
    if (p->by_name && p->is_required)
        (void)snprintf(shown, sizeof shown, "%s=…", p->name);
    else if (p->by_name)
        (void)snprintf(shown, sizeof shown, "[%s=]", p->name);
    else if (p->is_variadic)
        (void)snprintf(shown, sizeof shown, "%s%s, …", open, p->name);
    else if (p->fallback)
        (void)snprintf(shown, sizeof shown, "%s%s=%s", open, p->name, p->fallback);
    else
        (void)snprintf(shown, sizeof shown, p->is_required ? "%s%s" : "%s[%s]", open, p->name);
    if (!strstr(info->signature, shown)) printf("\n  %s: no '%s'\n", info->signature, shown);
    CU_ASSERT_PTR_NOT_NULL(strstr(info->signature, shown));
}

static void every_parameter_has_a_row_that_agrees_with_the_signature(void)
{
    static const char *const words[] = {"integer",    "number", "dtype",  "choice",  "text",
                                        "expression", "name",   "column", "sequence"};
    mr_op_info info;
    mr_op_param p;
    mr_error err;
    size_t count = 0;
    for (size_t op = 0; mr_op_describe(&info, op, NULL) == MR_OK; op++) {
        for (size_t k = 0; mr_op_param_describe(&p, op, k, &err) == MR_OK; k++, count++) {
            size_t word = 0;
            while (word < 9 && strcmp(words[word], p.type) != 0) word++;
            CU_ASSERT_TRUE(word < 9);
            CU_ASSERT_TRUE(p.brief && *p.brief);
            CU_ASSERT_EQUAL(!strcmp(p.type, "choice"), p.choices != NULL);
            if (p.choices && p.fallback) CU_ASSERT_PTR_NOT_NULL(strstr(p.choices, p.fallback));
            if (p.least[0] && p.most[0]) CU_ASSERT_TRUE(atof(p.least) < atof(p.most));
            check_signature(&info, &p);
        }
        CU_ASSERT_EQUAL(err.status, MR_E_VALUE);
    }
    CU_ASSERT_TRUE(count > 100);
    CU_ASSERT_EQUAL(mr_op_param_describe(&p, 9999, 0, &err), MR_E_VALUE);
}

SUITE(catalogue,
      {"a_bound_is_where_the_language_begins_to_refuse",
       a_bound_is_where_the_language_begins_to_refuse},
      {"every_parameter_has_a_row_that_agrees_with_the_signature",
       every_parameter_has_a_row_that_agrees_with_the_signature});
