#define MR_ERROR_C
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <millrace/version.h>

static const struct {
    const char *name;
    int exit_code;
} status_rows[MR_STATUS_COUNT] = {
#define STATUS_ROW(constant, name, exit_code, meaning) [constant] = {name, exit_code},
    MR_STATUS_TABLE(STATUS_ROW)
#undef STATUS_ROW
};

const char *mr_status_name(mr_status status)
{
    return (unsigned)status < MR_STATUS_COUNT ? status_rows[status].name : "unknown";
}

int mr_status_exit_code(mr_status status)
{
    return (unsigned)status < MR_STATUS_COUNT ? status_rows[status].exit_code : 1;
}

mr_status mr_fail(mr_error *err, mr_status status, const char *format, ...)
{
    if (!err) return status;
    *err = (mr_error){.status = status, .element = -1};
    va_list list;
    va_start(list, format);
    (void)vsnprintf(err->message, sizeof err->message, format, list);
    va_end(list);
    mr_text_clean(err->message, false);
    return status;
}

mr_status mr_error_hint(mr_error *err, mr_status status, const char *format, ...)
{
    if (!err) return status;
    va_list list;
    va_start(list, format);
    (void)vsnprintf(err->hint, sizeof err->hint, format, list);
    va_end(list);
    mr_text_clean(err->hint, false);
    return status;
}

mr_status mr_error_at(mr_error *err, mr_status status, const char *op, struct mr_span span)
{
    if (!err) return status;
    if (op) (void)snprintf(err->op, sizeof err->op, "%s", op);
    err->column = span.column;
    err->span = span.length;
    return status;
}

mr_status mr_fail_null(mr_error *err, const char *function, const char *argument)
{
    return mr_fail(err, MR_E_VALUE, "%s: %s is NULL", function, argument);
}

mr_status mr_check_reserved(mr_error *err, const char *name, const uint64_t words[], size_t count)
{
    size_t k = 0;
    while (k < count && words[k] == 0) k++;
    if (k == count) return MR_OK;
    mr_fail(err, MR_E_VALUE, "%s: a field is set that version " MR_VERSION " does not know", name);
    return mr_error_hint(err, MR_E_VALUE,
                         "zero the whole %s before setting fields, or use a "
                         "newer library",
                         name);
}

mr_status mr_fail_no_memory(mr_error *err, const char *what)
{
    mr_status st = mr_fail(err, MR_E_NO_MEMORY, "out of host memory for %s", what);
    return mr_error_hint(err, st, "use a smaller batch or ring, or free memory");
}

mr_status mr_fail_errno(mr_error *err, const char *call, const char *path)
{
    int code = errno;
    mr_status st = code == EPIPE ? MR_E_PIPE : MR_E_IO;
    if (path)
        mr_fail(err, st, "%s: %s: %s", path, call, strerror(code));
    else
        mr_fail(err, st, "%s: %s", call, strerror(code));
    if (err) (void)snprintf(err->call, sizeof err->call, "%s", call);
    return st;
}

/* Levenshtein's distance over at most 63 bytes, one row at a time. */
static size_t edit_distance(const char *a, const char *b)
{
    enum { LIMIT = 63 };
    size_t n = strlen(a), m = strlen(b), row[LIMIT + 1];
    if (n > LIMIT || m > LIMIT) return LIMIT;
    for (size_t j = 0; j <= m; j++) row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            size_t best = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = replaced < best ? replaced : best;
        }
    }
    return row[m];
}

const char *mr_nearest_name(const char *name, const char *const *names, size_t count)
{
    const char *best = NULL;
    size_t limit = strlen(name) / 3 + 1;
    for (size_t k = 0; k < count; k++) {
        size_t distance = edit_distance(name, names[k]);
        if (distance <= limit && distance < strlen(name)) {
            best = names[k];
            limit = distance ? distance - 1 : 0;
            if (distance == 0) break;
        }
    }
    return best;
}
