#include "csv_outcome.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "io/scratch.h"
#include "suite.h"

enum { ROOM = 16 };

const struct mr_table_format csv_by_itself = {.kind = MR_TABLE_AUTO};

static size_t show_value(char *out, size_t room, mr_dtype dtype, const void *column, size_t row)
{
    switch (dtype) {
    case MR_BOOL: return (size_t)snprintf(out, room, " %d", ((const uint8_t *)column)[row]);
    case MR_I64: return (size_t)snprintf(out, room, " %" PRId64, ((const int64_t *)column)[row]);
    case MR_U64: return (size_t)snprintf(out, room, " %" PRIu64, ((const uint64_t *)column)[row]);
    case MR_F32: return (size_t)snprintf(out, room, " %g", ((const float *)column)[row]);
    default: return (size_t)snprintf(out, room, " %g", ((const double *)column)[row]);
    }
}

struct csv_outcome csv_outcome_of(const char *name, const char *bytes, size_t count,
                                  const struct mr_table_format *format)
{
    struct scratch s = scratch_with(name, bytes, count);
    struct csv_outcome o = {.status = MR_OK};
    struct mr_table *t;
    mr_error err;
    static double raw[MR_TABLE_MAX_COLUMNS][ROOM];
    void *columns[MR_TABLE_MAX_COLUMNS];
    size_t got = 0, at = 0;
    for (size_t k = 0; k < MR_TABLE_MAX_COLUMNS; k++) columns[k] = raw[k];
    o.status = mr_table_open(&t, s.path, format, &err);
    if (t) {
        (void)snprintf(o.found, sizeof o.found, "%s", mr_table_found(t));
        o.status = mr_table_read(t, 0, 1, ROOM, columns, &got, &err);
        for (size_t k = 0; k < mr_table_column_count(t); k++) {
            mr_dtype dtype = mr_table_column_dtype(t, k);
            at += (size_t)snprintf(o.text + at, sizeof o.text - at, "%s%s %s", k ? ", " : "",
                                   mr_table_column_name(t, k), mr_dtype_name(dtype));
            for (size_t n = 0; n < got; n++)
                at += show_value(o.text + at, sizeof o.text - at, dtype, columns[k], n);
        }
    }
    if (o.status)
        (void)snprintf(o.text + at, sizeof o.text - at, "%s%s (%s)", at ? ": " : "", err.message,
                       err.hint);
    mr_table_close(&t);
    scratch_remove(&s);
    return o;
}

void assert_csv_rows(const struct csv_row *rows, size_t count, const struct mr_table_format *format)
{
    for (size_t k = 0; k < count; k++) {
        struct csv_outcome o =
            csv_outcome_of(rows[k].name, rows[k].bytes, strlen(rows[k].bytes), format);
        bool right =
            o.status == rows[k].status &&
            (o.status ? strstr(o.text, rows[k].says) != NULL : strcmp(o.text, rows[k].says) == 0) &&
            strstr(o.found, rows[k].found);
        if (!right) printf("\n  row %zu: %s; found: %s\n", k, o.text, o.found);
        CU_ASSERT(right);
    }
}
