/* Rows of a sink, as several formats have them. */
#include <string.h>

#include "base/byte_order.h"
#include "io/sink_driver.h"

enum {
    /* One more byte a value for the tab, comma or newline after it. */
    TEXT_ROW_BYTES = MR_SINK_COLUMNS * (MR_NUMBER_TEXT_BYTES + 1)
};

mr_status mr_sink_write_lines(struct mr_sink *s, const void *const columns[], size_t rows,
                              mr_error *err)
{
    const char between = s->separator;
    size_t sizes[MR_SINK_COLUMNS] = {0};
    for (size_t k = 0; k < s->column_count; k++) sizes[k] = mr_dtype_size(s->dtypes[k]);
    for (size_t n = 0; n < rows; n++) {
        char *p;
        MR_TRY(mr_sink_room(s, TEXT_ROW_BYTES, &p, err));
        for (size_t k = 0; k < s->column_count; k++) {
            p += mr_format_number(p, s->dtypes[k], (const char *)columns[k] + n * sizes[k]);
            *p++ = between;
        }
        p[-1] = '\n';
        s->used = (size_t)(p - s->buffer);
        s->rows++;
    }
    return MR_OK;
}

mr_status mr_sink_put_values(struct mr_sink *s, const void *values, size_t item_bytes, size_t count,
                             mr_error *err)
{
    if (!MR_IS_BIG_ENDIAN) return mr_sink_put(s, values, count * item_bytes, err);
    for (size_t n = 0; n < count;) {
        char *p;
        size_t most = MR_SINK_BYTES / item_bytes, some = count - n < most ? count - n : most;
        MR_TRY(mr_sink_room(s, some * item_bytes, &p, err));
        memcpy(p, (const char *)values + n * item_bytes, some * item_bytes);
        mr_order_bytes(p, item_bytes, some);
        s->used += some * item_bytes;
        n += some;
    }
    return MR_OK;
}

/* `count` values into rows that are row_bytes apart. */
static void interleave(char *to, size_t row_bytes, const char *from, size_t item_bytes,
                       size_t count)
{
    for (size_t n = 0; n < count; n++) {
        switch (item_bytes) {
        case 8: memcpy(to + n * row_bytes, from + n * 8, 8); break;
        case 4: memcpy(to + n * row_bytes, from + n * 4, 4); break;
        default: to[n * row_bytes] = from[n]; break;
        }
        mr_order_bytes(to + n * row_bytes, item_bytes, 1);
    }
}

mr_status mr_sink_write_values(struct mr_sink *s, const void *const columns[], size_t rows,
                               mr_error *err)
{
    if (s->column_count == 1) {
        s->rows += (int64_t)rows;
        return mr_sink_put_values(s, columns[0], s->row_bytes, rows, err);
    }
    for (size_t n = 0; n < rows;) {
        char *p;
        MR_TRY(mr_sink_room(s, s->row_bytes, &p, err));
        size_t room = (MR_SINK_BYTES - s->used) / s->row_bytes, at = 0;
        size_t count = rows - n < room ? rows - n : room;
        for (size_t k = 0; k < s->column_count; k++) {
            size_t item_bytes = mr_dtype_size(s->dtypes[k]);
            interleave(p + at, s->row_bytes, (const char *)columns[k] + n * item_bytes, item_bytes,
                       count);
            at += item_bytes;
        }
        s->used += count * s->row_bytes;
        s->rows += (int64_t)count;
        n += count;
    }
    return MR_OK;
}
