/* FlatBuffers, as far as Arrow's metadata need them (flatbuffers.dev, "FlatBuffers Internals"):
 *
 *     reference to the root | vtable, table | vtable, table | vector | string ...
 *
 * A reference is the distance to something further on, so that a buffer is written from its front:
 * first a table with holes for what it refers to, then that, which fills the holes in. A table
 * begins with the distance back to its vtable, which says for each field how far it is from there,
 * 0: it is not there and has its default. Numbers are little-endian and aligned to their size. */
#ifndef MR_IO_FLATBUFFER_H
#define MR_IO_FLATBUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MR_FLAT_BYTES = 8 << 10, /* of a buffer that is written */
    MR_FLAT_FIELDS = 8       /* of a table that is written */
};

/* ---- writing ---- */

struct mr_flat {
    unsigned char bytes[MR_FLAT_BYTES];
    size_t used;
    bool is_full; /* something had no room */
};

/* What stands in a table's field. */
enum mr_flat_kind {
    MR_FLAT_DEFAULT, /* it is not there */
    MR_FLAT_8,
    MR_FLAT_16,
    MR_FLAT_32,
    MR_FLAT_64,
    MR_FLAT_REFERENCE /* to what is written next */
};
struct mr_flat_field {
    enum mr_flat_kind kind;
    int64_t value;
};

/* Empties it; the root is what `from` = 0 refers to. */
void mr_flat_begin(struct mr_flat *f);

/* Each of these is what the hole at `from` refers to. Of a table, holes[k] becomes where field k
 * is. */
void mr_flat_table(struct mr_flat *f, size_t from, const struct mr_flat_field fields[],
                   size_t count, size_t holes[]);
void mr_flat_text(struct mr_flat *f, size_t from, const char *text);

/* Items of `item_bytes`, all 0 so far, aligned to `alignment`. Where the first is. */
size_t mr_flat_vector(struct mr_flat *f, size_t from, size_t count, size_t item_bytes,
                      size_t alignment);

/* The least `bytes` bytes of a number. */
void mr_flat_put(struct mr_flat *f, size_t at, int64_t value, size_t bytes);

/* ---- reading ---- */

/* Somebody else's buffer, of which nothing is believed. What would be outside of it reads as 0, and
 * is remembered. */
struct mr_flat_view {
    const unsigned char *bytes;
    size_t size;
    bool is_bad;
};

/* Where the root table is. No table, vector or text is at 0: that one is not there. */
size_t mr_flat_root(struct mr_flat_view *v);

/* Field k of a table: a number of so many bytes, with its sign, 0 where it is not there (what all
 * of Arrow's fields have by default); what it refers to, 0: nothing. */
int64_t mr_flat_number(struct mr_flat_view *v, size_t table, size_t field, size_t bytes);
size_t mr_flat_refer(struct mr_flat_view *v, size_t table, size_t field);

/* The vector that field k refers to: how many items it has, and where the first is. */
size_t mr_flat_items(struct mr_flat_view *v, size_t table, size_t field, size_t item_bytes,
                     size_t *first);
/* What an item that is a reference refers to. */
size_t mr_flat_item(struct mr_flat_view *v, size_t item);

/* A text's bytes, without a NUL at their end; "" where it is not there. */
const char *mr_flat_text_at(struct mr_flat_view *v, size_t table, size_t field, size_t *length);

/* A number of `bytes` bytes that stands at `at`, with its sign. */
int64_t mr_flat_get(struct mr_flat_view *v, size_t at, size_t bytes);

#endif
