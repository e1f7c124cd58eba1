/* A running aggregate. */
#include "base/memory.h"
#include "emit/argument.h"
#include "emit/column.h"
#include "emit/skeleton.h"
#include "engine/host_engine.h"
#include "engine/host_fold.h"
#include "ir/aggregate.h"
#include "ir/constant.h"
#include "plan/kind.h"
#include "ring/runner.h"

static mr_dtype value_dtype(const struct mr_segment *s, size_t c)
{
    return mr_ir_dtype(&s->body, s->values[c]);
}

/* Whether a scan's folds give the same bits however operands are grouped, so that W prefixes may be
 * made at once. A mask has one bit a lane of 32 or 64 bits; bool columns have lanes of 8, so they
 * take the path without masks. */
static bool is_in_lanes(const struct mr_segment *s)
{
    bool rounds = !mr_fold_chooses(mr_aggregate_of(s->aggregate)->fold);
    for (size_t c = 0; c < s->value_count; c++) {
        mr_dtype dtype = value_dtype(s, c);
        if (dtype == MR_BOOL || (rounds && mr_dtype_is_float(dtype))) return false;
    }
    return true;
}

static unsigned rows(const struct mr_segment *s, const struct mr_profile *profile)
{
    return is_in_lanes(s) ? 1 : profile->side_by_side;
}

static void define(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "#define ROWS %u\n", rows(e->segment, e->profile));
}

static void before_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_argument(
        e, out, (struct mr_kernel_arg){.what = MR_ARG_BEFORE, .dtype = MR_U64, .is_const = true},
        "before");
}

static void after_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_argument(e, out, (struct mr_kernel_arg){.what = MR_ARG_AFTER, .dtype = MR_U64},
                     "after");
}

static const struct mr_skeleton *skeleton(const struct mr_segment *s)
{
    static const struct mr_text_mark marks[] = {
        {"BEFORE", before_mark}, {"AFTER", after_mark}, {NULL, NULL}};
    static const struct mr_skeleton
        leaves = {.files = {"skeleton/scan_words.cl", "skeleton/scan.cl", "skeleton/scan_apply.cl"},
                  .kernels = {{"", MR_ITEMS_LEAVES}, {"_apply", MR_ITEMS_SHARED}},
                  .marks = marks,
                  .define = define,
                  .leaves = rows,
                  .run_vectors = 2},
        lanes = {
            .files = {"skeleton/scan_words.cl", "skeleton/scan_lanes.cl", "skeleton/scan_apply.cl"},
            .kernels = {{"", MR_ITEMS_LEAVES}, {"_apply", MR_ITEMS_SHARED}},
            .marks = marks,
            .define = define,
            .leaves = rows,
            .run_vectors = 2};
    return is_in_lanes(s) ? &lanes : &leaves;
}

/* For each value the fold of the leaves before and that of the leaf so far. */
static void carry_start(const struct mr_segment *s, uint64_t words[])
{
    for (size_t c = 0; c < s->value_count; c++) {
        mr_scalar identity = mr_fold_identity(s->aggregate, value_dtype(s, c));
        words[2 * c] = words[2 * c + 1] = mr_scalar_word(value_dtype(s, c), identity);
    }
}

/* It walks its slot twice, the second time in the caches if they have room. */
static size_t unit(const struct mr_segment *s, const struct mr_unit_aim *aim)
{
    const struct mr_unit_aim half = {.positions = aim->positions / 2, .batch = aim->batch};
    return mr_unit_of_batches(s, &half);
}

static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    out->items = mr_leaves_in(s);
    out->sets = MR_WORKING_SETS;
    for (size_t c = 0; c < s->value_count; c++)
        mr_buffers_add_working(
            out, (struct mr_working){.what = "totals of leaves",
                                     .name = "totals",
                                     .is_of_column = true,
                                     .column = c,
                                     .dtype = mr_fold_dtype(s->aggregate, value_dtype(s, c)),
                                     .elems = 1});
}

/* Carries in front of position `next`: for each value the fold of the leaves before and that of the
 * leaf so far. On a device the host asks for them now and then only: a reader goes on from an older
 * mark and passes over the rest. */
enum { UNITS_BETWEEN = 16 };

struct carries {
    int64_t next;
    bool has_words; /* false: nothing was scanned yet */
    unsigned units; /* since they were asked for */
    uint64_t words[2 * MR_MAX_COLUMNS];
};

static mr_status open(struct mr_runner *r, mr_error *err)
{
    r->state = mr_alloc(1, sizeof(struct carries));
    return r->state ? MR_OK : mr_fail_no_memory(err, "a segment");
}

static void close(struct mr_runner *r)
{
    mr_free(r->state);
}

static mr_status seek(struct mr_runner *r, int64_t position, mr_error *err)
{
    *(struct carries *)r->state = (struct carries){.next = position};
    return mr_runner_seek_inputs(r, position, err);
}

static size_t count_words(const struct mr_segment *s)
{
    return 2 * s->value_count;
}

static size_t state_bytes(const struct mr_segment *s)
{
    return 1 + 8 * count_words(s);
}

static void put_words(const struct mr_runner *r, struct mr_bytes_out *out)
{
    const struct carries *c = r->state;
    for (size_t k = 0; k < count_words(r->segment); k++) mr_put_word(out, c->words[k]);
}

static void save(struct mr_runner *r, struct mr_bytes_out *out)
{
    const struct carries *c = r->state;
    bool is_known = c->next == r->at.next;
    bool has_words = !is_known || c->has_words;
    mr_put_number(out, has_words);
    if (!is_known) out->hole = out->used;
    if (has_words) put_words(r, out);
}

static void fill_hole(const struct mr_runner *r, struct mr_mark *mark)
{
    struct mr_bytes_out out = {.bytes = mark->bytes, .size = mark->size, .used = mark->hole};
    if (!mark->hole) return;
    put_words(r, &out);
    mark->hole = 0;
}

static mr_status settle(struct mr_runner *r, const struct mr_unit *unit, mr_error *err)
{
    const struct mr_engine_class *class = r->engine->class;
    struct carries *c = r->state;
    bool is_near = class->lend == NULL;
    if (!r->mark_bytes || (!is_near && ++c->units < UNITS_BETWEEN)) return MR_OK;
    c->units = 0;
    c->next = unit->first + (int64_t)unit->count;
    c->has_words = true;
    MR_TRY(class->carry_save(r->engine, r->program, unit->slot, c->next, c->words, err));
    if (r->queued) fill_hole(r, &r->queue[0].mark);
    return MR_OK;
}

static mr_status restore(struct mr_runner *r, struct mr_bytes_in *in, mr_error *err)
{
    struct carries *c = r->state;
    c->next = r->at.next;
    c->has_words = mr_get_at_most(in, 1);
    if (!c->has_words) return MR_OK;
    for (size_t k = 0; k < count_words(r->segment); k++) c->words[k] = mr_get_word(in);
    r->last = r->slots[0];
    return r->engine->class->carry_load(r->engine, r->program, r->last, c->words, err);
}

static const struct mr_kind_runner runner = {
    .open = open,
    .close = close,
    .seek = seek,
    .settle = settle,
    .state_bytes = state_bytes,
    .save = save,
    .restore = restore,
};

static void begin_carries(struct mr_program *p, const struct mr_launch *launch)
{
    const struct mr_segment *s = p->segment;
    for (size_t c = 0; c < s->value_count; c++) {
        mr_scalar identity = mr_fold_identity(s->aggregate, launch->out->dtypes[c]);
        launch->out->carries[c] =
            launch->previous ? launch->previous->carries[c] : (struct mr_carry){identity, identity};
    }
}

/* A prefix inside each leaf, combined with that of all leaves before it: the same bits wherever
 * units are cut. */
static void run_on_host(struct mr_program *p, const struct mr_launch *launch,
                        struct mr_outcome *out)
{
    const struct mr_segment *s = p->segment;
    struct mr_slot *slot = launch->out;
    begin_carries(p, launch);
    for (size_t done = 0, count; done < launch->count; done += count) {
        size_t lane = (size_t)((launch->first + (int64_t)done) % MR_LEAF);
        count = mr_host_leaf(launch, done);
        if (count > MR_LEAF - lane) count = MR_LEAF - lane;
        mr_host_evaluate(p, launch, done, count, out);
        for (size_t c = 0; c < s->value_count; c++) {
            mr_dtype dtype = slot->dtypes[c];
            struct mr_carry *carry = &slot->carries[c];
            const struct mr_fold_loops *fold = mr_fold_loops(s->aggregate, dtype);
            if (lane == 0) {
                carry->before = fold->values(carry->before, carry->within);
                carry->within = mr_fold_identity(s->aggregate, dtype);
            }
            const void *lanes = mr_host_lanes(p, c, dtype, p->scratch, count);
            fold->prefixes(mr_host_row(slot, c, done), lanes, count, carry->before, &carry->within);
        }
    }
}

static const struct mr_kind_host host = {.run = run_on_host};

const struct mr_kind_class mr_kind_scan = {
    .name = "carry",
    .reason = "each element needs the sum of those before",
    .is_one_by_one = true,
    .aggregates = true,
    .runs_along = true,
    .gives_as_many = true,
    .unit = unit,
    .buffers = buffers,
    .runner = &runner,
    .host = &host,
    .skeleton = skeleton,
    .carry_start = carry_start,
};
