#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cli/cli.h"
#include "ir/foreign.h"
#include "ir/function.h"
#include "ir/op.h"
#include "ir/typing.h"

static const struct {
    const char *role, *title;
} groups[] = {{"source", "Sources"}, {"stage", "Stages"}, {"terminal", "Terminals"}};

enum {
    GROUP_COUNT = sizeof groups / sizeof groups[0],
    NAMES_LIMIT = 256,
    KNOWN_LIMIT = sizeof(((struct mr_op *)NULL)->known) / sizeof(struct mr_known)
};

static void print_list(void)
{
    mr_op_info info;
    for (size_t g = 0; g < GROUP_COUNT; g++) {
        printf("%s%s\n", g ? "\n" : "", groups[g].title);
        for (size_t k = 0; !mr_op_describe(&info, k, NULL); k++) {
            if (strcmp(info.role, groups[g].role) != 0) continue;
            printf("  %s\n      %s\n      millrace '%s'\n", info.signature, info.brief,
                   info.example);
        }
    }
    printf("\nmillrace ops NAME tells of one operator's parameters, or of a function.\n");
}

/* In a table cell a | would begin the next one. */
static void print_cell(const char *text, const char *around)
{
    printf("| %s", around);
    for (; *text; text++) printf(*text == '|' ? "\\%c" : "%c", *text);
    printf("%s ", around);
}

static void print_markdown(void)
{
    mr_op_info info;
    for (size_t g = 0; g < GROUP_COUNT; g++) {
        printf("%s| %s | | for example |\n|---|---|---|\n", g ? "\n" : "", groups[g].title);
        for (size_t k = 0; !mr_op_describe(&info, k, NULL); k++) {
            if (strcmp(info.role, groups[g].role) != 0) continue;
            print_cell(info.signature, "`");
            print_cell(info.brief, "");
            print_cell(info.example, "`");
            printf("|\n");
        }
    }
}

/* The ends of 64 bit integers are read more easily as powers. */
static const char *bound(const char *text)
{
    static const struct {
        const char *text, *power;
    } ends[] = {{"-9223372036854775808", "-2^63"},
                {"9223372036854775807", "2^63-1"},
                {"18446744073709551615", "2^64-1"}};
    for (size_t k = 0; k < sizeof ends / sizeof ends[0]; k++)
        if (strcmp(text, ends[k].text) == 0) return ends[k].power;
    return text;
}

static void print_range(const mr_op_param *p)
{
    const char *least = bound(p->least), *most = bound(p->most);
    if (*least && *most && (p->is_above || p->is_below))
        printf(", in %s%s, %s%s", p->is_above ? "(" : "[", least, most, p->is_below ? ")" : "]");
    else if (*least && *most)
        printf(", %s to %s", least, most);
    else if (*least)
        printf(", %s %s", p->is_above ? "above" : "at least", least);
}

static void print_param(const mr_op_param *p)
{
    printf("  %-8s %s%s%s", p->name, p->choices ? "one of " : p->type, p->is_variadic ? "s" : "",
           p->choices ? p->choices : "");
    print_range(p);
    if (p->is_variadic)
        printf(", each with a name: before it or not");
    else if (p->is_list)
        printf(", or several in parentheses");
    if (p->fallback)
        printf("; %s if not given", p->fallback);
    else if (!p->is_required && !p->is_variadic)
        printf("; may be left out");
    printf("\n           %s\n", p->brief);
}

static void print_op(const struct mr_op *op, size_t index, const mr_op_info *info)
{
    mr_op_param param;
    printf("%s\n  %s: %s\n", info->signature, info->role, info->brief);
    for (size_t k = 0; !mr_op_param_describe(&param, index, k, NULL); k++) {
        if (k == 0) printf("\nparameters\n");
        print_param(&param);
    }
    printf("\nfor example\n  millrace '%s'\n", op->example);
    if (op->known[0].pipeline)
        printf("\nknown answers (between blanks elements, between commas columns)\n");
    for (const struct mr_known *k = op->known; k < op->known + KNOWN_LIMIT && k->pipeline; k++)
        printf("  %s\n      %s\n", k->pipeline, k->answer[0] ? k->answer : "(no element)");
}

/* One name may be that of a source and of a terminal. */
static size_t print_named(const char *name)
{
    size_t found = 0, index = 0;
    mr_op_info info;
    for (size_t k = 0; k < mr_ops_count; k++) {
        if (mr_ops[k]->is_internal) continue;
        (void)mr_op_describe(&info, index++, NULL);
        if (strcmp(mr_ops[k]->name, name) != 0) continue;
        if (found++) printf("\n");
        print_op(mr_ops[k], index - 1, &info);
    }
    return found;
}

/* Functions of expressions have no page of their own: what they take tells most. */
static size_t print_function(const char *name)
{
    static const char *const briefs[] = {
        [MR_TAKES_NUMBERS] = "of numbers, in their common dtype",
        [MR_TAKES_FLOATS] = "of floats, in their common dtype; integers become f64",
        [MR_TAKES_INTEGERS] = "of integers, in their common dtype",
        [MR_DIVIDES] = "of integers or floats, rounded down, as Python's // and %",
        [MR_TESTS_FLOATS] = "of a float; gives bool",
        [MR_CHOOSES] = "a where c holds, else b; both are computed",
        [MR_DRAWS] = "a random f64 for each position",
        [MR_READS_NEIGHBOUR] = ("x as it is for the element one before, k before (lag) or k behind "
                                "(lead), and default where there is none"),
    };
    const struct mr_function *f = mr_function_find(name);
    bool is_dtype = false;
    for (mr_dtype d = MR_DTYPE_NONE + 1; d < MR_DTYPE_COUNT; d++)
        is_dtype |= strcmp(mr_dtype_name(d), name) == 0;
    if (!f && !is_dtype) return 0;
    printf("%s(%s)\n  function of expressions: %s\n", name, f ? mr_function_parameters(f) : "x",
           f ? briefs[f->rule] : "x as a value of this dtype");
    return 1;
}

static int fail_unknown(const char *name)
{
    const char *names[NAMES_LIMIT];
    size_t count = 0;
    mr_op_info info;
    mr_error err;
    while (count < NAMES_LIMIT && !mr_op_describe(&info, count, NULL)) names[count++] = info.name;
    mr_fail(&err, MR_E_NAME, "there is no operator or function '%s'", name);
    for (const char *const *f = mr_function_names; *f && count < NAMES_LIMIT;)
        names[count++] = *f++;
    const char *nearest = mr_nearest_name(name, names, count), *here = mr_foreign_operator(name);
    if (!here) here = mr_foreign_function(name);
    if (here)
        mr_error_hint(&err, err.status, "%s", here);
    else if (nearest)
        mr_error_hint(&err, err.status, "did you mean '%s'?", nearest);
    else
        mr_error_hint(&err, err.status,
                      "millrace ops lists operators, millrace --help functions, too");
    return mr_report(&err);
}

int mr_command_ops(const struct mr_options *options, char *const arguments[], size_t count)
{
    if (count == 1) {
        size_t found = print_named(arguments[0]);
        if (found && mr_function_find(arguments[0])) printf("\n");
        return found + print_function(arguments[0]) ? 0 : fail_unknown(arguments[0]);
    }
    if (options->markdown)
        print_markdown();
    else
        print_list();
    return 0;
}
