/* Element by element: a loop over a stream that costs a comparison and an addition a turn.
 *
 *     mr_cursor at = mr_cursor_over(stream, &err);
 *     while (mr_cursor_next(&at)) total += mr_cursor_i64(&at, 0);
 *     if (at.status) ...                    // the loop ended early; err says why
 *
 * It holds the stream's current batch: whoever pulls from the stream otherwise must begin a new
 * one. All of it is inline; the library knows nothing of it. */
#ifndef MILLRACE_CURSOR_H
#define MILLRACE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <millrace/stream.h>

MR_EXTERN_C_BEGIN

typedef struct mr_cursor {
    mr_stream *stream;
    mr_error *err; /* may be NULL */
    mr_status status;
    size_t at; /* of the element in the batch */
    mr_batch batch;
} mr_cursor;

/* Before the stream's next element. */
static inline mr_cursor mr_cursor_over(mr_stream *stream, mr_error *err)
{
    mr_cursor cursor;
    memset(&cursor, 0, sizeof cursor);
    cursor.stream = stream;
    cursor.err = err;
    return cursor;
}

/* Moves on to the next element; false at the end and after a failure. */
static inline bool mr_cursor_next(mr_cursor *c)
{
    if (++c->at < c->batch.len) return true;
    c->at = 0;
    c->status = mr_stream_next(c->stream, &c->batch, c->err);
    if (c->status != MR_OK) c->batch.len = 0;
    return c->batch.len > 0;
}

/* How many elements of the stream are before this one. */
static inline int64_t mr_cursor_position(const mr_cursor *c)
{
    return c->batch.position + (int64_t)c->at;
}

/* The element's value in a column, whose dtype the caller knows: mr_cursor_f64(&at, 0). */
#define MR_CURSOR_VALUE(name, ctype)                                                               \
    static inline ctype mr_cursor_##name(const mr_cursor *c, size_t column)                        \
    {                                                                                              \
        return ((const ctype *)c->batch.columns[column])[c->at];                                   \
    }
MR_CURSOR_VALUE(bool, uint8_t)
MR_CURSOR_VALUE(i32, int32_t)
MR_CURSOR_VALUE(u32, uint32_t)
MR_CURSOR_VALUE(i64, int64_t)
MR_CURSOR_VALUE(u64, uint64_t)
MR_CURSOR_VALUE(f32, float)
MR_CURSOR_VALUE(f64, double)
#undef MR_CURSOR_VALUE

MR_EXTERN_C_END
#endif
