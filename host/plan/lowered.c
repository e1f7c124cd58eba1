#include "plan/lowered.h"

#include "base/hash.h"
#include "base/memory.h"

static bool is_same(const struct mr_lowered_key *a, const struct mr_lowered_key *b)
{
    return a->seq == b->seq && a->position == b->position && a->guard == b->guard &&
           a->exists == b->exists && a->ahead == b->ahead &&
           a->needs_no_values == b->needs_no_values && a->takes_masks == b->takes_masks &&
           a->sees_index == b->sees_index;
}

/* The row of the key, or the free one where it would be. */
static struct mr_lowered *place_of(const struct mr_lowered_table *table,
                                   const struct mr_lowered_key *key)
{
    uint64_t hash = mr_hash_bytes(MR_HASH_SEED, &key->seq, sizeof key->seq);
    hash = mr_hash_bytes(hash, &key->position, sizeof key->position);
    size_t at = (size_t)hash & (table->capacity - 1);
    while (table->rows[at].key.seq && !is_same(&table->rows[at].key, key))
        at = (at + 1) & (table->capacity - 1);
    return &table->rows[at];
}

const struct mr_lowered *mr_lowered_find(const struct mr_lowered_table *table,
                                         const struct mr_lowered_key *key)
{
    if (table->count == 0) return NULL;
    const struct mr_lowered *row = place_of(table, key);
    return row->key.seq ? row : NULL;
}

static bool grow(struct mr_lowered_table *table)
{
    struct mr_lowered_table larger = {.capacity = table->capacity ? 2 * table->capacity : 64};
    larger.rows = mr_alloc(larger.capacity, sizeof *larger.rows);
    if (!larger.rows) return false;
    for (size_t k = 0; k < table->capacity; k++)
        if (table->rows[k].key.seq) *place_of(&larger, &table->rows[k].key) = table->rows[k];
    larger.count = table->count;
    mr_free(table->rows);
    *table = larger;
    return true;
}

void mr_lowered_add(struct mr_lowered_table *table, const struct mr_lowered *row)
{
    if (2 * table->count >= table->capacity && !grow(table)) return;
    struct mr_lowered *place = place_of(table, &row->key);
    table->count += !place->key.seq;
    *place = *row;
}

void mr_lowered_free(struct mr_lowered_table *table)
{
    mr_free(table->rows);
    *table = (struct mr_lowered_table){0};
}
