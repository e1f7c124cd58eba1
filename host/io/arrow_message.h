/* Arrow's IPC format (arrow.apache.org, "Columnar Format": "Serialization and Interprocess
 * Communication"; Schema.fbs, Message.fbs and File.fbs of apache/arrow), version 5.
 *
 *     message:  ff ff ff ff | bytes of what is told, with what fills up | what is told | body
 *     stream:   schema, record batch, record batch, ..., ff ff ff ff 00 00 00 00
 *     file:     "ARROW1", 2 bytes, a stream, its footer | bytes of the footer | "ARROW1"
 *
 * The body of a record batch has the buffers of its columns, one after the other: which are null
 * (no bytes: none is), and the values. What is told of them is a FlatBuffer. */
#ifndef MR_IO_ARROW_MESSAGE_H
#define MR_IO_ARROW_MESSAGE_H

#include <millrace/dtype.h>

#include "io/flatbuffer.h"

#define MR_ARROW_MAGIC "ARROW1"
enum {
    MR_ARROW_MAGIC_BYTES = 6,
    MR_ARROW_FILE_HEAD_BYTES = 8,
    MR_ARROW_PREFIX_BYTES = 8, /* of a message */
    MR_ARROW_ALIGNMENT = 64,
    MR_ARROW_BLOCK_BYTES = 24 /* of the footer, for each record batch */
};

enum mr_arrow_header { MR_ARROW_SCHEMA = 1, MR_ARROW_DICTIONARY, MR_ARROW_BATCH };

/* Numbers of Schema.fbs's union Type. */
enum mr_arrow_type { MR_ARROW_INT = 2, MR_ARROW_FLOAT = 3, MR_ARROW_BOOL = 6 };

/* A dtype in Arrow's words. */
struct mr_arrow_dtype {
    enum mr_arrow_type type;
    unsigned bits;  /* of an integer */
    bool is_signed; /* of an integer */
    int precision;  /* of a float: 0 half, 1 single, 2 double */
};
extern const struct mr_arrow_dtype mr_arrow_dtypes[MR_DTYPE_COUNT];

struct mr_arrow_columns {
    size_t count;
    const char *names[8];
    mr_dtype dtypes[8];
};

static inline size_t mr_arrow_aligned(size_t bytes)
{
    return (bytes + MR_ARROW_ALIGNMENT - 1) / MR_ARROW_ALIGNMENT * MR_ARROW_ALIGNMENT;
}

/* Bytes of a column's values in a record batch, without what fills up. */
size_t mr_arrow_values_bytes(mr_dtype dtype, size_t rows);

/* The message, up to its body: its length is that of a multiple of the alignment, `before` bytes
 * of which stand in front of it. */
void mr_arrow_put_schema(struct mr_flat *f, const struct mr_arrow_columns *columns, size_t before);
void mr_arrow_put_batch(struct mr_flat *f, const struct mr_arrow_columns *columns, size_t rows,
                        size_t *body_bytes);

/* A footer up to the number of record batches, for which its last 4 bytes stand; their blocks
 * follow. */
void mr_arrow_put_footer(struct mr_flat *f, const struct mr_arrow_columns *columns);
void mr_arrow_put_block(unsigned char block[MR_ARROW_BLOCK_BYTES], int64_t offset,
                        int64_t told_bytes, int64_t body_bytes);

#endif
