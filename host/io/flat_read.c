#include "io/flatbuffer.h"

enum { OFFSET_BYTES = 2, REFERENCE_BYTES = 4, HEAD_BYTES = 2 * OFFSET_BYTES };

/* Whether `bytes` bytes are there from `at` on. */
static bool has(struct mr_flat_view *v, size_t at, size_t bytes)
{
    v->is_bad = v->is_bad || at > v->size || bytes > v->size - at;
    return !v->is_bad;
}

static uint64_t unsigned_at(struct mr_flat_view *v, size_t at, size_t bytes)
{
    uint64_t number = 0;
    for (size_t k = 0; has(v, at, bytes) && k < bytes; k++)
        number |= (uint64_t)v->bytes[at + k] << 8 * k;
    return number;
}

int64_t mr_flat_get(struct mr_flat_view *v, size_t at, size_t bytes)
{
    const unsigned spare = 64 - 8 * (unsigned)bytes;
    uint64_t number = unsigned_at(v, at, bytes);
    const uint64_t sign = UINT64_C(1) << (63 - spare);
    /* Two's complement, without a shift of what is signed. */
    return (int64_t)((number ^ sign) - sign);
}

/* References lead forwards, so that none can lead round in a circle. */
static size_t follow(struct mr_flat_view *v, size_t at)
{
    size_t distance = (size_t)unsigned_at(v, at, REFERENCE_BYTES);
    v->is_bad = v->is_bad || distance == 0 || distance > v->size - at;
    return v->is_bad ? 0 : at + distance;
}

size_t mr_flat_root(struct mr_flat_view *v)
{
    return follow(v, 0);
}

/* Where a field of `bytes` bytes is; 0: it is not there. */
static size_t field_at(struct mr_flat_view *v, size_t table, size_t field, size_t bytes)
{
    if (table == 0) return 0;
    int64_t vtable = (int64_t)table - mr_flat_get(v, table, REFERENCE_BYTES);
    v->is_bad = v->is_bad || vtable < 0 || vtable > (int64_t)v->size;
    if (v->is_bad) return 0;
    size_t from = (size_t)vtable, entry = HEAD_BYTES + OFFSET_BYTES * field;
    size_t vtable_bytes = (size_t)unsigned_at(v, from, OFFSET_BYTES);
    size_t table_bytes = (size_t)unsigned_at(v, from + OFFSET_BYTES, OFFSET_BYTES);
    if (vtable_bytes < HEAD_BYTES || !has(v, from, vtable_bytes) || !has(v, table, table_bytes)) {
        v->is_bad = true;
        return 0;
    }
    if (entry + OFFSET_BYTES > vtable_bytes) return 0;
    size_t offset = (size_t)unsigned_at(v, from + entry, OFFSET_BYTES);
    if (offset == 0) return 0;
    v->is_bad = v->is_bad || offset < REFERENCE_BYTES || offset > table_bytes ||
                bytes > table_bytes - offset;
    return v->is_bad ? 0 : table + offset;
}

int64_t mr_flat_number(struct mr_flat_view *v, size_t table, size_t field, size_t bytes)
{
    size_t at = field_at(v, table, field, bytes);
    return at ? mr_flat_get(v, at, bytes) : 0;
}

size_t mr_flat_refer(struct mr_flat_view *v, size_t table, size_t field)
{
    size_t at = field_at(v, table, field, REFERENCE_BYTES);
    return at ? follow(v, at) : 0;
}

size_t mr_flat_item(struct mr_flat_view *v, size_t item)
{
    return follow(v, item);
}

size_t mr_flat_items(struct mr_flat_view *v, size_t table, size_t field, size_t item_bytes,
                     size_t *first)
{
    size_t vector = mr_flat_refer(v, table, field);
    *first = vector + REFERENCE_BYTES;
    if (vector == 0) return 0;
    size_t count = (size_t)unsigned_at(v, vector, REFERENCE_BYTES);
    v->is_bad = v->is_bad || count > (v->size - *first) / item_bytes;
    return v->is_bad ? 0 : count;
}

const char *mr_flat_text_at(struct mr_flat_view *v, size_t table, size_t field, size_t *length)
{
    size_t first;
    *length = mr_flat_items(v, table, field, 1, &first);
    return *length ? (const char *)v->bytes + first : "";
}
