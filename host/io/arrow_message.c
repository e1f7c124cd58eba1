#include "io/arrow_message.h"

#include <string.h>

enum { VERSION_5 = 4 };

const struct mr_arrow_dtype mr_arrow_dtypes[MR_DTYPE_COUNT] = {
    [MR_BOOL] = {.type = MR_ARROW_BOOL},
    [MR_I32] = {MR_ARROW_INT, .bits = 32, .is_signed = true},
    [MR_U32] = {MR_ARROW_INT, .bits = 32},
    [MR_I64] = {MR_ARROW_INT, .bits = 64, .is_signed = true},
    [MR_U64] = {MR_ARROW_INT, .bits = 64},
    [MR_F32] = {MR_ARROW_FLOAT, .precision = 1},
    [MR_F64] = {MR_ARROW_FLOAT, .precision = 2},
};

size_t mr_arrow_values_bytes(mr_dtype dtype, size_t rows)
{
    return dtype == MR_BOOL ? (rows + 7) / 8 : rows * mr_dtype_size(dtype);
}

/* ---- schema ---- */

static void put_type(struct mr_flat *f, size_t from, const struct mr_arrow_dtype *d)
{
    const struct mr_flat_field integer[] = {{MR_FLAT_32, d->bits}, {MR_FLAT_8, d->is_signed}};
    const struct mr_flat_field real[] = {{MR_FLAT_16, d->precision}};
    size_t holes[2];
    switch (d->type) {
    case MR_ARROW_INT: mr_flat_table(f, from, integer, 2, holes); break;
    case MR_ARROW_FLOAT: mr_flat_table(f, from, real, 1, holes); break;
    case MR_ARROW_BOOL: mr_flat_table(f, from, NULL, 0, holes); break;
    }
}

static void put_column(struct mr_flat *f, size_t from, const char *name, mr_dtype dtype)
{
    enum { NAME, NULLABLE, TYPE_NUMBER, TYPE, DICTIONARY, CHILDREN, COUNT };
    const struct mr_arrow_dtype *d = &mr_arrow_dtypes[dtype];
    const struct mr_flat_field fields[COUNT] = {
        [NAME] = {MR_FLAT_REFERENCE, 0},      [NULLABLE] = {MR_FLAT_8, false},
        [TYPE_NUMBER] = {MR_FLAT_8, d->type}, [TYPE] = {MR_FLAT_REFERENCE, 0},
        [CHILDREN] = {MR_FLAT_REFERENCE, 0}, /* of none; some readers want it nevertheless */
    };
    size_t holes[COUNT];
    mr_flat_table(f, from, fields, COUNT, holes);
    mr_flat_text(f, holes[NAME], name);
    put_type(f, holes[TYPE], d);
    (void)mr_flat_vector(f, holes[CHILDREN], 0, sizeof(uint32_t), sizeof(uint32_t));
}

static void put_columns(struct mr_flat *f, size_t from, const struct mr_arrow_columns *columns)
{
    enum { ENDIANNESS, FIELDS, COUNT };
    const struct mr_flat_field fields[COUNT] = {
        [ENDIANNESS] = {MR_FLAT_16, 0}, /* little */
        [FIELDS] = {MR_FLAT_REFERENCE, 0},
    };
    size_t holes[COUNT];
    mr_flat_table(f, from, fields, COUNT, holes);
    size_t at =
        mr_flat_vector(f, holes[FIELDS], columns->count, sizeof(uint32_t), sizeof(uint32_t));
    for (size_t k = 0; k < columns->count; k++)
        put_column(f, at + k * sizeof(uint32_t), columns->names[k], columns->dtypes[k]);
}

/* ---- messages ---- */

/* The hole for the header. */
static size_t begin_message(struct mr_flat *f, enum mr_arrow_header header, size_t body_bytes)
{
    enum { VERSION, HEADER_NUMBER, HEADER, BODY_BYTES, COUNT };
    const struct mr_flat_field fields[COUNT] = {
        [VERSION] = {MR_FLAT_16, VERSION_5},
        [HEADER_NUMBER] = {MR_FLAT_8, header},
        [HEADER] = {MR_FLAT_REFERENCE, 0},
        [BODY_BYTES] = {MR_FLAT_64, (int64_t)body_bytes},
    };
    size_t holes[COUNT];
    mr_flat_begin(f);
    mr_flat_table(f, 0, fields, COUNT, holes);
    return holes[HEADER];
}

/* Puts the prefix in front, and fills up behind. */
static void end_message(struct mr_flat *f, size_t before)
{
    const size_t prefix = MR_ARROW_PREFIX_BYTES;
    size_t bytes = mr_arrow_aligned(before + prefix + f->used) - before;
    f->is_full = f->is_full || bytes > MR_FLAT_BYTES;
    if (f->is_full) return;
    memmove(f->bytes + prefix, f->bytes, f->used);
    mr_flat_put(f, 0, -1, sizeof(uint32_t));
    mr_flat_put(f, sizeof(uint32_t), (int64_t)(bytes - prefix), sizeof(uint32_t));
    f->used = bytes;
}

void mr_arrow_put_schema(struct mr_flat *f, const struct mr_arrow_columns *columns, size_t before)
{
    put_columns(f, begin_message(f, MR_ARROW_SCHEMA, 0), columns);
    end_message(f, before);
}

void mr_arrow_put_batch(struct mr_flat *f, const struct mr_arrow_columns *columns, size_t rows,
                        size_t *body_bytes)
{
    enum { ROWS, NODES, BUFFERS, COUNT };
    enum { WORD = sizeof(int64_t), PAIR = 2 * WORD }; /* a node: rows, nulls; a buffer: at, bytes */
    const struct mr_flat_field fields[COUNT] = {
        [ROWS] = {MR_FLAT_64, (int64_t)rows},
        [NODES] = {MR_FLAT_REFERENCE, 0},
        [BUFFERS] = {MR_FLAT_REFERENCE, 0},
    };
    size_t holes[COUNT];
    *body_bytes = 0;
    for (size_t k = 0; k < columns->count; k++)
        *body_bytes += mr_arrow_aligned(mr_arrow_values_bytes(columns->dtypes[k], rows));
    mr_flat_table(f, begin_message(f, MR_ARROW_BATCH, *body_bytes), fields, COUNT, holes);
    size_t nodes = mr_flat_vector(f, holes[NODES], columns->count, PAIR, WORD);
    size_t buffers = mr_flat_vector(f, holes[BUFFERS], 2 * columns->count, PAIR, WORD), at = 0;
    for (size_t k = 0; k < columns->count; k++) {
        size_t bytes = mr_arrow_values_bytes(columns->dtypes[k], rows);
        mr_flat_put(f, nodes + k * PAIR, (int64_t)rows, WORD);
        size_t nulls = buffers + 2 * k * PAIR, values = nulls + PAIR;
        mr_flat_put(f, nulls, (int64_t)at, WORD);
        mr_flat_put(f, values, (int64_t)at, WORD);
        mr_flat_put(f, values + WORD, (int64_t)bytes, WORD);
        at += mr_arrow_aligned(bytes);
    }
    end_message(f, 0);
}

/* ---- footer ---- */

void mr_arrow_put_footer(struct mr_flat *f, const struct mr_arrow_columns *columns)
{
    enum { VERSION, SCHEMA, DICTIONARIES, BATCHES, COUNT };
    const struct mr_flat_field fields[COUNT] = {
        [VERSION] = {MR_FLAT_16, VERSION_5},
        [SCHEMA] = {MR_FLAT_REFERENCE, 0},
        [DICTIONARIES] = {MR_FLAT_REFERENCE, 0},
        [BATCHES] = {MR_FLAT_REFERENCE, 0},
    };
    const size_t alignment = sizeof(int64_t);
    size_t holes[COUNT];
    mr_flat_begin(f);
    mr_flat_table(f, 0, fields, COUNT, holes);
    put_columns(f, holes[SCHEMA], columns);
    (void)mr_flat_vector(f, holes[DICTIONARIES], 0, MR_ARROW_BLOCK_BYTES, alignment);
    (void)mr_flat_vector(f, holes[BATCHES], 0, MR_ARROW_BLOCK_BYTES, alignment);
}

void mr_arrow_put_block(unsigned char block[MR_ARROW_BLOCK_BYTES], int64_t offset,
                        int64_t told_bytes, int64_t body_bytes)
{
    const int64_t words[] = {offset, told_bytes, body_bytes};
    for (size_t k = 0; k < MR_ARROW_BLOCK_BYTES; k++)
        block[k] = (unsigned char)((uint64_t)words[k / 8] >> 8 * (k % 8));
}
