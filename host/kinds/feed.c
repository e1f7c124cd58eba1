/* The host fills batches: files, pipes, callbacks. */
#include <string.h>

#include "ir/op.h"
#include "ring/runner.h"

struct reading {
    void *source; /* from the first element that is asked for on */
    struct mr_table_place place;
    bool has_place;  /* that it is to begin at, once it is opened */
    int64_t counted; /* of the bytes that it read */
};

/* Slots of a file's pages take more of it at once than entries of their own could. */
static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    size_t more = s->mapped_entries > s->entries ? s->mapped_entries - s->entries : 0;
    mr_buffers_add(out, "the source", MR_PLACE_STATE, sizeof(struct reading), 1);
    mr_buffers_add(out, "what reading holds", MR_PLACE_HOST, s->seq->op->feed->scratch_bytes, 1);
    mr_buffers_add(out, "mappings of the file", MR_PLACE_MAPPING,
                   s->slots * mr_dtype_size(s->stored[0]), more);
}

static void leave_source(struct mr_runner *r)
{
    struct reading *f = r->state;
    if (f->source) r->segment->seq->op->feed->close(f->source);
    *f = (struct reading){.source = NULL};
}

static mr_status seek(struct mr_runner *r, int64_t position, mr_error *err)
{
    (void)position;
    (void)err;
    if (r->segment->access == MR_FROM_START) leave_source(r);
    return MR_OK;
}

static mr_status open_source(struct mr_runner *r, mr_error *err)
{
    struct reading *f = r->state;
    const struct mr_seq *seq = r->segment->seq;
    if (f->source) return MR_OK;
    MR_TRY(seq->op->feed->open(&f->source, seq, err));
    if (f->has_place) seq->op->feed->go(f->source, &f->place);
    return MR_OK;
}

static size_t least_of(int64_t left, size_t most)
{
    if (left < 0) return 0;
    return left < (int64_t)most ? (size_t)left : most;
}

static mr_status fill(struct mr_runner *r, struct mr_slot *slot, struct mr_filling *filling,
                      mr_error *err)
{
    const struct reading *f = r->state;
    const struct mr_segment *s = r->segment;
    void *columns[MR_MAX_STORED] = {0}, *all[MR_MAX_COLUMNS] = {0};
    MR_TRY(r->engine->class->map(r->engine, slot, s->lead, filling->count, true, columns, err));
    for (size_t c = 0; c < s->column_count; c++) all[s->column_numbers[c]] = columns[c];
    filling->columns = all;
    r->at.is_torn = true;
    r->at.failed = s->seq->op->feed->fill(f->source, filling, &r->at.error);
    filling->columns = NULL; /* they are mapped no longer */
    return r->engine->class->unmap(r->engine, slot, err);
}

/* As many as may be mapped, or else those of one unit: a file may have its elements in pieces. */
static bool map_some(struct mr_runner *r, size_t lead, struct mr_mapping *out, size_t *count)
{
    const struct mr_segment *s = r->segment;
    const struct reading *f = r->state;
    const struct mr_feed *feed = s->seq->op->feed;
    for (size_t entries = s->mapped_entries; entries > 0;
         entries = entries > s->unit ? s->unit : 0) {
        *count = least_of(s->length.most - r->at.next, entries);
        if (*count && feed->map(f->source, r->at.next - (int64_t)lead, lead + *count, out))
            return true;
    }
    return false;
}

/* Elements of the feed, and of those before them what may be left unread, become the slot's where
 * they are: *count of them from *at on, none if they have to be filled in. */
static mr_status place(struct mr_runner *r, struct mr_slot *slot, size_t *count, size_t *at,
                       mr_error *err)
{
    const struct mr_segment *s = r->segment;
    struct mr_mapping *mapping = mr_runner_mapping(r, slot), next;
    /* In a file nothing stands in front of its first element. */
    if (s->looks_back && r->at.next < (int64_t)s->lead) return mr_runner_unplace(r, slot, err);
    size_t lead = least_of(r->at.next, s->lead);
    size_t most;
    *count = 0;
    MR_TRY(mr_runner_unplace(r, slot, err));
    if (!r->engine->reads_in_place || !map_some(r, lead, &next, &most)) return MR_OK;
    size_t first = next.skip_bytes / mr_dtype_size(s->stored[0]) + lead;
    mr_status st = r->engine->class->place(r->engine, slot, next.address, first + most, err);
    if (st != MR_OK) {
        mr_mapping_release(&next);
        return st;
    }
    *mapping = next;
    *count = most;
    *at = first;
    return MR_OK;
}

static void count_bytes(struct mr_runner *r)
{
    struct reading *f = r->state;
    const struct mr_feed *feed = r->segment->seq->op->feed;
    if (!feed->read_bytes) return;
    int64_t bytes = feed->read_bytes(f->source);
    r->control->bytes_read += bytes - f->counted;
    f->counted = bytes;
}

static mr_status launch(struct mr_runner *r, struct mr_slot *slot, enum mr_fill *how, mr_error *err)
{
    const struct mr_segment *s = r->segment;
    struct mr_filling f = {.first = r->at.next,
                           .count = least_of(s->length.most - r->at.next, s->unit),
                           .patience = r->control->patience};
    size_t at = s->lead;
    if (f.count) MR_TRY(open_source(r, err));
    if (f.count) MR_TRY(place(r, slot, &f.got, &at, err));
    if (f.count && f.got == 0) MR_TRY(fill(r, slot, &f, err));
    if (f.count) count_bytes(r);
    r->at.is_exhausted = f.is_over || f.count == 0;
    /* Whoever interrupts may have ended the input, too: that is no end. */
    if (f.is_over || r->at.failed != MR_OK) MR_TRY(mr_control_check(r->control, err));
    if (f.got < f.count && !f.is_over && r->at.failed == MR_OK) r->control->is_in_lull = true;
    r->at.is_torn = false;
    if (f.got) mr_unit_enqueue(r, slot, r->at.next, f.got, at, true);
    r->at.next += (int64_t)f.got;
    *how = f.got                   ? MR_FILLED
           : r->at.failed != MR_OK ? MR_FAILED
           : r->at.is_exhausted    ? MR_ENDED
                                   : MR_PAUSED;
    return MR_OK;
}

/* The words of a place, in the order of its bytes. */
enum { PLACE_WORDS = 5 };

static void words_of(const struct mr_table_place *p, int64_t words[PLACE_WORDS])
{
    const int64_t all[] = {p->row, p->offset, p->line, p->line_bytes, p->empty_line};
    memcpy(words, all, sizeof all);
}

static size_t state_bytes(const struct mr_segment *s)
{
    (void)s;
    return 1 + 10 * PLACE_WORDS;
}

static void save(struct mr_runner *r, struct mr_bytes_out *out)
{
    const struct reading *f = r->state;
    const struct mr_feed *feed = r->segment->seq->op->feed;
    struct mr_table_place place = f->place;
    int64_t words[PLACE_WORDS];
    bool has_place = f->source ? feed->tell && feed->tell(f->source, &place) : f->has_place;
    mr_put_number(out, has_place);
    if (!has_place) return;
    words_of(&place, words);
    for (size_t k = 0; k < PLACE_WORDS; k++) mr_put_number(out, (uint64_t)words[k]);
}

/* What has no place to go to is read from its start up to where it was. */
static mr_status restore(struct mr_runner *r, struct mr_bytes_in *in, mr_error *err)
{
    struct reading *f = r->state;
    int64_t words[PLACE_WORDS] = {0};
    (void)err;
    f->has_place = mr_get_at_most(in, r->segment->seq->op->feed->go != NULL);
    for (size_t k = 0; k < PLACE_WORDS && f->has_place; k++)
        words[k] = mr_get_at_most(in, INT64_MAX);
    f->place = (struct mr_table_place){words[0], words[1], words[2], words[3], words[4]};
    in->is_bad = in->is_bad || r->at.next > INT64_MAX - r->at.dropped;
    if (f->has_place || in->is_bad) return MR_OK;
    r->at.dropped += r->at.next;
    r->at.next = r->at.given = 0;
    r->at.is_exhausted = false;
    return MR_OK;
}

static void move(struct mr_runner *to, struct mr_runner *from)
{
    void *held = to->state;
    to->state = from->state;
    from->state = held;
}

static const char *found(const struct mr_runner *r)
{
    const struct reading *f = r->state;
    const struct mr_feed *feed = r->segment->seq->op->feed;
    return f->source && feed->found ? feed->found(f->source) : "";
}

static const struct mr_kind_runner runner = {
    .is_filled = true,
    .close = leave_source,
    .seek = seek,
    .launch = launch,
    .save = save,
    .restore = restore,
    .move = move,
    .found = found,
};

const struct mr_kind_class mr_kind_feed = {
    .reason = "the host fills it",
    .inputs = MR_INPUTS_NONE,
    .buffers = buffers,
    .state_bytes = state_bytes,
    .state_words = "has_place row offset line line_bytes empty_line",
    .runner = &runner,
};
