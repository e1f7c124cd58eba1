#include <assert.h>
#include <string.h>

#include "io/flatbuffer.h"

void mr_flat_begin(struct mr_flat *f)
{
    *f = (struct mr_flat){.used = sizeof(uint32_t)};
}

/* `bytes` more, of which the one at `aligned_at` comes to a multiple of `alignment`. */
static size_t add(struct mr_flat *f, size_t bytes, size_t aligned_at, size_t alignment)
{
    size_t at = f->used;
    while ((at + aligned_at) % alignment) at++;
    f->is_full = f->is_full || at > MR_FLAT_BYTES || bytes > MR_FLAT_BYTES - at;
    if (f->is_full) return 0;
    f->used = at + bytes;
    return at;
}

void mr_flat_put(struct mr_flat *f, size_t at, int64_t value, size_t bytes)
{
    for (size_t k = 0; k < bytes && !f->is_full; k++)
        f->bytes[at + k] = (unsigned char)((uint64_t)value >> 8 * k);
}

static void refer(struct mr_flat *f, size_t from, size_t to)
{
    mr_flat_put(f, from, (int64_t)to - (int64_t)from, sizeof(uint32_t));
}

void mr_flat_table(struct mr_flat *f, size_t from, const struct mr_flat_field fields[],
                   size_t count, size_t holes[])
{
    static const unsigned char sizes[] = {[MR_FLAT_8] = 1,
                                          [MR_FLAT_16] = 2,
                                          [MR_FLAT_32] = 4,
                                          [MR_FLAT_64] = 8,
                                          [MR_FLAT_REFERENCE] = 4};
    enum { OFFSET_BYTES = 2, HEAD = 2 * OFFSET_BYTES };
    assert(count <= MR_FLAT_FIELDS);
    size_t vtable_bytes = HEAD + OFFSET_BYTES * count;
    size_t vtable = add(f, vtable_bytes, 0, OFFSET_BYTES);
    size_t table = add(f, sizeof(int32_t), 0, sizeof(int32_t));
    refer(f, from, table);
    mr_flat_put(f, table, (int64_t)table - (int64_t)vtable, sizeof(int32_t));
    mr_flat_put(f, vtable, (int64_t)vtable_bytes, OFFSET_BYTES);
    for (size_t k = 0; k < count; k++) {
        size_t size = sizes[fields[k].kind];
        if (fields[k].kind == MR_FLAT_DEFAULT) continue;
        holes[k] = add(f, size, 0, size);
        mr_flat_put(f, holes[k], fields[k].value, size);
        mr_flat_put(f, vtable + HEAD + OFFSET_BYTES * k, (int64_t)(holes[k] - table), OFFSET_BYTES);
    }
    mr_flat_put(f, vtable + OFFSET_BYTES, (int64_t)(f->used - table), OFFSET_BYTES);
}

size_t mr_flat_vector(struct mr_flat *f, size_t from, size_t count, size_t item_bytes,
                      size_t alignment)
{
    enum { LENGTH_BYTES = sizeof(uint32_t) };
    if (alignment < LENGTH_BYTES) alignment = LENGTH_BYTES;
    size_t vector = add(f, LENGTH_BYTES + count * item_bytes, LENGTH_BYTES, alignment);
    refer(f, from, vector);
    mr_flat_put(f, vector, (int64_t)count, LENGTH_BYTES);
    return vector + LENGTH_BYTES;
}

void mr_flat_text(struct mr_flat *f, size_t from, const char *text)
{
    size_t length = strlen(text);
    size_t at = mr_flat_vector(f, from, length, 1, 1);
    (void)add(f, 1, 0, 1); /* a NUL */
    if (!f->is_full) memcpy(f->bytes + at, text, length);
}
