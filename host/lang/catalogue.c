#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <millrace/sequence.h>

#include "ir/typing.h"
#include "lang/catalogue.h"

enum {
    SIGNATURE_BYTES = sizeof((mr_op_info *)0)->signature,
    BOUND_BYTES = sizeof((mr_op_param *)0)->least
};

static void append(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void append(char *out, size_t size, const char *format, ...)
{
    size_t used = strlen(out);
    va_list list;
    va_start(list, format);
    (void)vsnprintf(out + used, size - used, format, list);
    va_end(list);
}

bool mr_param_is_variadic(const struct mr_param *param)
{
    return param->type == MR_PARAM_EXPRS || param->type == MR_PARAM_SEQS;
}

bool mr_param_takes_label(const struct mr_param *param)
{
    return mr_param_is_variadic(param) || param->takes_label;
}

static bool is_integer(const struct mr_param *param)
{
    return param->type == MR_PARAM_INT || param->type == MR_PARAM_COUNT ||
           param->type == MR_PARAM_SEED;
}

static void bound_text(char out[BOUND_BYTES], bool is_there, double bound)
{
    (void)snprintf(out, BOUND_BYTES, fabs(bound) < 0x1p31 ? "%.15g" : "%g", bound);
    if (!is_there) out[0] = '\0';
}

const char *mr_param_range_text(const struct mr_param *param, char out[MR_RANGE_TEXT_BYTES])
{
    const struct mr_range *range = &param->range;
    char least[BOUND_BYTES], most[BOUND_BYTES];
    out[0] = '\0';
    bound_text(least, range->has_least, range->least);
    bound_text(most, range->has_most, range->most);
    if (range->has_most && is_integer(param))
        append(out, MR_RANGE_TEXT_BYTES, "from %s to %s", least, most);
    else if (range->has_most)
        append(out, MR_RANGE_TEXT_BYTES, "in %s%s, %s%s", range->is_above ? "(" : "[", least, most,
               range->is_below ? ")" : "]");
    else if (range->has_least)
        append(out, MR_RANGE_TEXT_BYTES, range->is_above ? "above %s" : "at least %s", least);
    return out;
}

void mr_op_signature(const struct mr_op *op, char *out, size_t size)
{
    const char *between = "";
    (void)snprintf(out, size, "%s(", op->name);
    for (const struct mr_param *p = op->params; p->type != MR_PARAM_NONE; p++) {
        if (p->by_name) continue;
        append(out, size, "%s", between);
        between = ", ";
        if (p->takes_label) append(out, size, "[name:] ");
        if (mr_param_is_variadic(p))
            append(out, size, "[name:] %s, …", p->name);
        else if (p->fallback)
            append(out, size, "%s=%s", p->name, p->fallback);
        else
            append(out, size, p->optional ? "[%s]" : "%s", p->name);
    }
    for (const struct mr_param *p = op->params; p->type != MR_PARAM_NONE; p++) {
        if (!p->by_name) continue;
        append(out, size, p->optional ? "%s[%s=]" : "%s%s=%s", between, p->name,
               p->fallback ? p->fallback : "…");
        between = ", ";
    }
    append(out, size, ")");
}

bool mr_param_has_choice(const struct mr_param *param, const char *word)
{
    const char *choices = param->type == MR_PARAM_CHOICE ? param->choices : "";
    for (const char *end; *choices; choices = *end ? end + 1 : end) {
        end = choices + strcspn(choices, "|");
        size_t length = (size_t)(end - choices);
        if (strlen(word) == length && memcmp(word, choices, length) == 0) return true;
    }
    return false;
}

mr_status mr_hint_signature(const struct mr_op *op, mr_error *err, mr_status st)
{
    char signature[SIGNATURE_BYTES];
    mr_op_signature(op, signature, sizeof signature);
    return mr_error_hint(err, st, "write %s", signature);
}

mr_status mr_hint_example(const struct mr_op *op, mr_error *err, mr_status st)
{
    if (!err || err->hint[0] || !op->example) return st;
    return mr_error_hint(err, st, "for example %s", op->example);
}

mr_status mr_hint_names(mr_error *err, mr_status st, const char *name, const char *lead,
                        const char *const names[], size_t count)
{
    const char *nearest = mr_nearest_name(name, names, count);
    if (nearest) return mr_error_hint(err, st, "did you mean '%s'?", nearest);
    char list[200] = "";
    for (size_t k = 0; k < count; k++) {
        size_t used = strlen(list);
        bool fits = used + strlen(names[k]) + sizeof ", , ..." < sizeof list;
        (void)snprintf(list + used, sizeof list - used, "%s%s", k ? ", " : "",
                       fits ? names[k] : "...");
        if (!fits) break;
    }
    return mr_error_hint(err, st, "%s %s", lead, list);
}

/* Whether one letter is another, missing or too many, in whatever order: nyp for npy. Choices are
 * short words, so that those farther away, as std from sum, are other wishes. */
static bool is_slip(const char *word, const char *choice)
{
    int counts[256] = {0}, more = 0, less = 0;
    for (; *word; word++) counts[(unsigned char)*word]++;
    for (; *choice; choice++) counts[(unsigned char)*choice]--;
    for (int k = 0; k < 256; k++) {
        more += counts[k] > 0 ? counts[k] : 0;
        less -= counts[k] < 0 ? counts[k] : 0;
    }
    return more <= 1 && less <= 1;
}

mr_status mr_hint_choices(mr_error *err, mr_status st, const char *word,
                          const char *const choices[], size_t count)
{
    const char *slips[MR_DTYPE_COUNT + 16];
    size_t near = 0;
    for (size_t k = 0; k < count && near < sizeof slips / sizeof slips[0]; k++)
        if (is_slip(word, choices[k])) slips[near++] = choices[k];
    bool is_meant = mr_nearest_name(word, slips, near);
    return mr_hint_names(err, st, is_meant ? word : "", "one of", is_meant ? slips : choices,
                         is_meant ? near : count);
}

/* What parameters of each type are in the rows: a word, and whether many stand in brackets. */
static const struct {
    const char *word, *least, *most;
    bool is_list;
} types[] = {
    [MR_PARAM_INT] = {.word = "integer",
                      .least = "-9223372036854775808",
                      .most = "9223372036854775807"},
    [MR_PARAM_COUNT] = {.word = "integer", .least = "0", .most = "9223372036854775807"},
    [MR_PARAM_SEED] = {.word = "integer", .least = "0", .most = "18446744073709551615"},
    [MR_PARAM_NUMBER] = {.word = "number"},
    [MR_PARAM_DTYPE] = {.word = "dtype"},
    [MR_PARAM_DTYPES] = {.word = "dtype", .is_list = true},
    [MR_PARAM_CHOICE] = {.word = "choice"},
    [MR_PARAM_TEXT] = {.word = "text"},
    [MR_PARAM_EXPR] = {.word = "expression"},
    [MR_PARAM_EXPRS] = {.word = "expression"},
    [MR_PARAM_NUMBERS] = {.word = "number", .is_list = true},
    [MR_PARAM_STARTS] = {.word = "expression", .is_list = true},
    [MR_PARAM_NAME] = {.word = "name"},
    [MR_PARAM_COLUMNS] = {.word = "column", .is_list = true},
    [MR_PARAM_SEQS] = {.word = "sequence"},
};

void mr_param_describe(mr_op_param *out, const struct mr_param *p)
{
    const struct mr_range *range = &p->range;
    *out = (mr_op_param){
        .name = p->name,
        .type = types[p->type].word,
        .brief = p->brief,
        .fallback = p->fallback,
        .choices = p->type == MR_PARAM_CHOICE ? p->choices : NULL,
        .is_required = !p->fallback && !p->optional && !mr_param_is_variadic(p),
        .is_list = types[p->type].is_list,
        .is_variadic = mr_param_is_variadic(p),
        .takes_label = mr_param_takes_label(p),
        .by_name = p->by_name,
        .is_above = range->is_above,
        .is_below = range->is_below,
    };
    bound_text(out->least, range->has_least, range->least);
    bound_text(out->most, range->has_most, range->most);
    if (!range->has_least && types[p->type].least)
        (void)snprintf(out->least, sizeof out->least, "%s", types[p->type].least);
    if (!range->has_most && types[p->type].most)
        (void)snprintf(out->most, sizeof out->most, "%s", types[p->type].most);
}

/* The operator in place `index` of listings; NULL: past the last one, *count says how many. */
static const struct mr_op *listed(size_t index, size_t *count)
{
    *count = 0;
    for (size_t k = 0; k < mr_ops_count; k++)
        if (!mr_ops[k]->is_internal && (*count)++ == index) return mr_ops[k];
    return NULL;
}

static mr_status fail_index(mr_error *err, size_t count, const char *what, const char *name,
                            size_t index)
{
    return mr_fail(err, MR_E_VALUE, "there are %zu %s; %s=%zu is past the last one", count, what,
                   name, index);
}

mr_status mr_op_param_describe(mr_op_param *out, size_t op_index, size_t index, mr_error *err)
{
    size_t count;
    MR_NEED(err, out);
    const struct mr_op *op = listed(op_index, &count);
    if (!op) return fail_index(err, count, "operators", "op_index", op_index);
    for (count = 0; op->params[count].type != MR_PARAM_NONE; count++)
        if (count == index) {
            mr_param_describe(out, &op->params[index]);
            return MR_OK;
        }
    return fail_index(err, count, "parameters", "index", index);
}

mr_status mr_op_describe(mr_op_info *out, size_t index, mr_error *err)
{
    static const char *const roles[] = {
        [MR_SOURCE] = "source", [MR_STAGE] = "stage", [MR_TERMINAL] = "terminal"};
    size_t count;
    MR_NEED(err, out);
    const struct mr_op *op = listed(index, &count);
    if (!op) return fail_index(err, count, "operators", "index", index);
    *out = (mr_op_info){
        .name = op->name, .role = roles[op->role], .brief = op->brief, .example = op->example};
    mr_op_signature(op, out->signature, sizeof out->signature);
    return MR_OK;
}

const char *mr_function_name(size_t index)
{
    size_t count = 0;
    while (mr_function_names[count]) count++;
    return index < count ? mr_function_names[index] : NULL;
}
