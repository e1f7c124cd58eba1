#include "cli/option_values.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "ir/typing.h"
#include "lang/expression.h"

/* "name" of "a|b|c": its place, or -1. */
static int find_choice(const char *choices, const char *name)
{
    size_t length = strlen(name);
    for (int place = 0; choices; place++) {
        const char *bar = strchr(choices, '|');
        size_t choice = bar ? (size_t)(bar - choices) : strlen(choices);
        if (choice == length && strncmp(choices, name, length) == 0) return place;
        choices = bar ? bar + 1 : NULL;
    }
    return -1;
}

mr_status mr_parse_choice(int *out, const char *name, const char *choices, const char *value,
                          mr_error *err)
{
    *out = find_choice(choices, value);
    if (*out >= 0) return MR_OK;
    mr_status st = mr_fail(err, MR_E_NAME, "--%s: '%s' is none of %s", name, value, choices);
    return mr_error_hint(err, st, "for example --%s %.*s", name, (int)strcspn(choices, "|"),
                         choices);
}

mr_status mr_read_count(int64_t *out, const char *value, mr_error *err)
{
    struct mr_expr *expr = NULL;
    struct mr_number number;
    mr_scalar count = {.i64 = -1};
    mr_status st = mr_parse_whole(&expr, value, false, 0, err);
    if (!st) st = mr_constant_expr(expr, "option", &number, err);
    if (st || !mr_number_as(&number, MR_I64, &count)) count.i64 = -1;
    mr_expr_destroy(&expr);
    *out = count.i64;
    return st == MR_E_NO_MEMORY ? st : MR_OK;
}

mr_status mr_parse_count(unsigned long *out, const char *name, const char *value,
                         unsigned long least, unsigned long most, mr_error *err)
{
    int64_t count;
    MR_TRY(mr_read_count(&count, value, err));
    *out = (unsigned long)count;
    if (count >= 0 && *out >= least && *out <= most) return MR_OK;
    return mr_fail(err, MR_E_VALUE, "--%s: '%s' is not an integer from %lu to %lu", name, value,
                   least, most);
}

/* What one unit stands for; 0 for no unit. */
static double unit_bytes(const char *unit)
{
    static const char letters[] = "kmgt";
    double binary = 1, decimal = 1;
    if (unit[0] == '\0' || strcasecmp(unit, "B") == 0) return 1;
    for (const char *p = letters; *p; p++) {
        binary *= 1024;
        decimal *= 1000;
        if ((unit[0] | 0x20) != *p) continue;
        if (unit[1] == '\0' || strcasecmp(unit + 1, "iB") == 0) return binary;
        return strcasecmp(unit + 1, "B") == 0 ? decimal : 0;
    }
    return 0;
}

mr_status mr_parse_size(size_t *out, const char *text, mr_error *err)
{
    size_t digits = strspn(text, "0123456789."), blanks = strspn(text + digits, " ");
    char number[32] = "", *end = number;
    if (digits < sizeof number) memcpy(number, text, digits);
    double bytes = strtod(number, &end) * unit_bytes(text + digits + blanks);
    if (end == number || *end || bytes < 1 || bytes >= 0x1p62) {
        mr_status st = mr_fail(err, MR_E_VALUE, "--max-memory: '%s' is no size", text);
        return mr_error_hint(err, st, "a positive number with a unit: 500000, 64MiB, 1.5G");
    }
    *out = (size_t)bytes;
    return MR_OK;
}

mr_status mr_parse_time(int64_t *ns_out, const char *name, const char *value, mr_error *err)
{
    static const struct {
        const char *unit;
        double ns;
    } units[] = {{"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};
    char *end = NULL;
    size_t digits = strspn(value, "0123456789.");
    double number = strtod(value, &end), ns = -1;
    for (size_t k = 0; k < sizeof units / sizeof units[0]; k++)
        if (strcmp(value + digits, units[k].unit) == 0) ns = number * units[k].ns;
    mr_status st = MR_OK;
    if (!digits || end != value + digits || ns < 0)
        st = mr_fail(err, MR_E_VALUE, "--%s: '%s' is no time", name, value);
    else if (ns < 1e6 || ns > 1e18)
        st = mr_fail(err, MR_E_VALUE, "--%s: '%s' is not from 1ms to 1000000000s", name, value);
    if (st) return mr_error_hint(err, st, "a number with a unit: 500ms, 30s, 5m, 1h");
    *ns_out = (int64_t)ns;
    return MR_OK;
}
