/* A user's own state: variables that each position makes from those of the one before. */
#include <string.h>

#include "emit/argument.h"
#include "emit/column.h"
#include "emit/skeleton.h"
#include "emit/values.h"
#include "engine/host_engine.h"
#include "kinds/search.h"
#include "plan/kind.h"
#include "ring/carry.h"

static void every_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_value(e, out, e->segment->extent, "every");
}

static void type_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_dtype dtype = mr_column_dtype(e);
    mr_strbuf_addf(out, "%s%s", dtype == MR_BOOL ? "vm32" : "v",
                   dtype == MR_BOOL ? "" : mr_dtype_name(dtype));
}

static void next_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    ir_value next = mr_column_value(e);
    if (mr_column_dtype(e) == MR_BOOL)
        mr_emit_mask(e, out, next, 32);
    else
        mr_strbuf_addf(out, "v%d", next);
}

/* ---- what many paths read ---- */

static bool is_slot_load(const struct mr_emitter *e, size_t node)
{
    enum mr_form form = e->notes[node].form;
    return (form == MR_FORM_SLOT || form == MR_FORM_EDGE) && mr_all_needs(e, node);
}

/* `round`: the node. */
static bool go_to_load(struct mr_emitter *e, size_t number)
{
    size_t node = number ? e->round + 1 : 0;
    while (node < e->segment->body.count && !is_slot_load(e, node)) node++;
    e->round = node;
    return node < e->segment->body.count;
}

static void add_vector(struct mr_strbuf *out, mr_dtype dtype)
{
    mr_strbuf_addf(out, "v%s", dtype == MR_BOOL ? "byte" : mr_dtype_name(dtype));
}

static void load_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_slot_load(e, out, (ir_value)e->round);
}

static void load_number_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "%zu", e->round);
}

static void load_vector_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    add_vector(out, mr_emitter_node(e, (ir_value)e->round)->dtype);
}

static void stored_vector_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    add_vector(out, mr_column_dtype(e));
}

/* Enough to fill the lanes of some work-items, and long enough to fill vectors of a path. */
static bool has_many_paths(const struct mr_segment *s)
{
    enum { MANY = 64, LONG = 16 };
    return s->extent >= LONG && s->extent <= (int64_t)(s->unit / MANY);
}

static const struct mr_skeleton *skeleton(const struct mr_segment *s)
{
    static const struct mr_text_mark marks[] = {{"EVERY", every_mark},
                                                {"STATE_TYPE", type_mark},
                                                {"NEXT", next_mark},
                                                {"LOAD", load_mark},
                                                {"LOAD_NUMBER", load_number_mark},
                                                {"LOAD_VECTOR", load_vector_mark},
                                                {"STORED_VECTOR", stored_vector_mark},
                                                {NULL, NULL}};
    static const struct mr_text_list lists[] = {{"LOAD", go_to_load}, {NULL, NULL}};
    /* Each position needs the one before: a work-item walks a path in every shape. */
    static const struct mr_skeleton one = {
        .files = {"skeleton/scan_words.cl", "skeleton/state.cl"},
        .kernels = {{"", MR_ITEMS_PATHS}},
        .marks = marks,
        .has_no_strips = true,
        .has_one_lane = true,
    };
    static const struct mr_skeleton many = {
        .files = {"skeleton/scan_words.cl", "skeleton/state_paths.cl"},
        .kernels = {{"", MR_ITEMS_PATHS}},
        .marks = marks,
        .lists = lists,
        .has_no_strips = true,
        .lanes_are_apart = true,
    };
    return has_many_paths(s) ? &many : &one;
}

/* Position 0 begins anew: nobody reads what was before. */
static void carry_start(const struct mr_segment *s, uint64_t words[])
{
    (void)s;
    (void)words;
}

/* A variable is one word, the first of its two. */
static bool carry_says(const struct mr_segment *s, int64_t position, size_t k)
{
    (void)s;
    (void)position;
    return k % 2 == 0;
}

static size_t value_count(const struct mr_segment *s)
{
    return s->column_count;
}

static const struct mr_kind_runner runner = {MR_CARRY_RUNNER, .judge = mr_search_judge};

/* On the host one position after the other makes the variables only; what else there is of a leaf
 * is then made of them at once. */
enum { ROOM_BYTES = 8 * (MR_LEAF + 64) }; /* of a variable */
struct walk {
    unsigned char *variables[MR_MAX_COLUMNS + 1]; /* in front of each position, and behind the
                                                   * last; MR_BEGINS: whether a path begins */
    size_t sizes[MR_MAX_COLUMNS];
    unsigned char rooms[][ROOM_BYTES];
};

static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    mr_carry_buffers(s, out);
    mr_buffers_add(out, "registers of a walk", MR_PLACE_LANES, mr_most_lanes_bytes(&s->body), 1);
    mr_buffers_add(out, "variables of a leaf", MR_PLACE_OWN,
                   sizeof(struct walk) + (s->carried_count + 1) * ROOM_BYTES, 1);
}

static void open_on_host(struct mr_program *p)
{
    const struct mr_segment *s = p->segment;
    struct walk *w = p->own;
    for (size_t c = 0; c < s->carried_count; c++) {
        w->sizes[c] = mr_dtype_size(mr_ir_dtype(&s->body, s->carried[c]));
        w->variables[c] = w->rooms[c];
    }
    w->variables[MR_MAX_COLUMNS] = w->rooms[s->carried_count];
}

/* False: it took too long. */
static bool walk_leaf(struct mr_program *p, int64_t first, size_t count)
{
    const struct mr_segment *s = p->segment;
    struct walk *w = p->own;
    const void *at[MR_MAX_COLUMNS + 1];
    unsigned char *begins = w->variables[MR_MAX_COLUMNS];
    int64_t step = first % s->extent;
    mr_lanes_carry(p->walker, at);
    for (size_t k = 0; k < count; k++, step = step + 1 < s->extent ? step + 1 : 0) {
        begins[k] = step == 0;
        at[MR_MAX_COLUMNS] = begins + k;
        for (size_t c = 0; c < s->carried_count; c++) at[c] = w->variables[c] + k * w->sizes[c];
        if (!mr_lanes_evaluate(p->walker, first + (int64_t)k, 1, p->inputs)) return false;
        for (size_t c = 0; c < s->carried_count; c++)
            memcpy(w->variables[c] + (k + 1) * w->sizes[c],
                   mr_lanes_value(p->walker, s->carried[c]), w->sizes[c]);
    }
    mr_lanes_carry(p->lanes, (const void *const *)w->variables);
    return true;
}

static void take_variables(struct mr_program *p, const struct mr_slot *previous)
{
    const struct mr_segment *s = p->segment;
    struct walk *w = p->own;
    for (size_t c = 0; c < s->carried_count && previous; c++)
        mr_lane_put(w->variables[c], mr_ir_dtype(&s->body, s->carried[c]),
                    previous->carries[c].before);
}

static void hand_on(struct mr_program *p, size_t count)
{
    struct walk *w = p->own;
    for (size_t c = 0; c < p->segment->carried_count; c++)
        memcpy(w->variables[c], w->variables[c] + count * w->sizes[c], w->sizes[c]);
}

/* To the first position that fails or ends it. */
static void run_on_host(struct mr_program *p, const struct mr_launch *launch,
                        struct mr_outcome *out)
{
    const struct mr_segment *s = p->segment;
    const struct walk *w = p->own;
    take_variables(p, launch->previous);
    for (size_t done = 0, count; (count = mr_host_leaf(p, launch, done)); done += count) {
        if (!walk_leaf(p, launch->first + (int64_t)done, count)) {
            mr_host_end(launch, done);
            break;
        }
        if (!mr_host_evaluate(p, launch, done, count, out)) break;
        mr_host_store(p, launch->out, done, count);
        const uint8_t *keep = mr_host_keep(p), *end = keep ? memchr(keep, 0, count) : NULL;
        if (end) out->stop = done + (size_t)(end - keep);
        if (out->failed != SIZE_MAX || end) return;
        hand_on(p, count);
    }
    for (size_t c = 0; c < s->carried_count; c++)
        launch->out->carries[c] = (struct mr_carry){
            .before = mr_lane_get(w->variables[c], mr_ir_dtype(&s->body, s->carried[c]))};
}

static const struct mr_kind_host host = {.run = run_on_host, .open = open_on_host};

const struct mr_kind_class mr_kind_state = {
    .reason = "sequential by nature: each element needs the state before it",
    .reason_stands = true,
    .is_one_by_one = true,
    .walks = true,
    .apart = MR_KIND_FUSED,
    .value_count = value_count,
    .gives_as_many = true,
    .buffers = buffers,
    .runner = &runner,
    .state_bytes = mr_carry_state_bytes,
    .state_words = "has_words variable*",
    .host = &host,
    .skeleton = skeleton,
    .carry_start = carry_start,
    .carry_says = carry_says,
    .has_status = true,
};
