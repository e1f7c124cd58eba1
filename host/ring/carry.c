#include "ring/carry.h"

#include <string.h>

/* Carries in front of position `next`. On a device the host asks for them
 * now and then only: a reader goes on from an older checkpoint and passes over the rest. */
enum { UNITS_BETWEEN = 16 };

struct carries {
    int64_t next;
    bool has_words;   /* false: there was no position yet */
    unsigned units;   /* since they were asked for */
    uint64_t words[]; /* mr_carry_words() of them */
};

static size_t bytes_of(const struct mr_segment *s)
{
    return sizeof(struct carries) + mr_carry_words(s) * sizeof(uint64_t);
}

void mr_carry_buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    mr_buffers_add(out, "what is handed on", MR_PLACE_STATE, bytes_of(s), 1);
}

mr_status mr_carry_seek(struct mr_runner *r, int64_t position, mr_error *err)
{
    struct carries *c = r->state;
    memset(c, 0, bytes_of(r->segment));
    c->next = position;
    return mr_runner_seek_inputs(r, position, err);
}

size_t mr_carry_state_bytes(const struct mr_segment *s)
{
    return 1 + 8 * mr_carry_words(s);
}

static bool says(const struct mr_segment *s, int64_t position, size_t k)
{
    const struct mr_kind_class *kind = mr_kind_of(s->kind);
    return !kind->carry_says || kind->carry_says(s, position, k);
}

/* As many as there are in front of `position`, also where they are not known yet. */
static void put_words(const struct mr_runner *r, int64_t position, struct mr_bytes_out *out)
{
    const struct carries *c = r->state;
    for (size_t k = 0; k < mr_carry_words(r->segment); k++)
        if (says(r->segment, position, k)) mr_put_word(out, c->words[k]);
}

void mr_carry_save(struct mr_runner *r, struct mr_bytes_out *out)
{
    const struct carries *c = r->state;
    bool is_known = c->next == r->at.next;
    bool has_words = !is_known || c->has_words;
    mr_put_number(out, has_words);
    if (!is_known) out->hole = out->used;
    if (has_words) put_words(r, r->at.next, out);
}

static void fill_hole(const struct mr_runner *r, struct mr_checkpoint *checkpoint)
{
    struct mr_bytes_out out = {
        .bytes = checkpoint->bytes, .size = checkpoint->size, .used = checkpoint->hole};
    const struct carries *c = r->state;
    if (!checkpoint->hole) return;
    put_words(r, c->next, &out);
    checkpoint->hole = 0;
}

mr_status mr_carry_settle(struct mr_runner *r, const struct mr_unit *unit, mr_error *err)
{
    const struct mr_engine_class *class = r->engine->class;
    struct carries *c = r->state;
    bool is_near = class->lend == NULL;
    if (!r->checkpoint_bytes || (!is_near && ++c->units < UNITS_BETWEEN)) return MR_OK;
    c->units = 0;
    c->next = unit->first + (int64_t)unit->count;
    c->has_words = true;
    MR_TRY(class->carry_save(r->engine, r->program, unit->slot, c->next, c->words, err));
    if (r->queued) fill_hole(r, &r->queue[0].checkpoint);
    return MR_OK;
}

mr_status mr_carry_restore(struct mr_runner *r, struct mr_bytes_in *in, mr_error *err)
{
    struct carries *c = r->state;
    c->next = r->at.next;
    c->has_words = mr_get_at_most(in, 1);
    if (!c->has_words) return MR_OK;
    for (size_t k = 0; k < mr_carry_words(r->segment); k++)
        c->words[k] = says(r->segment, c->next, k) ? mr_get_word(in) : 0;
    r->last = r->slots[0];
    return r->engine->class->carry_load(r->engine, r->program, r->last, c->words, err);
}
