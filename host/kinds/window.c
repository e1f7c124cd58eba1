/* The aggregate of `extent` consecutive elements, one element apart. */
#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "emit/lines.h"
#include "emit/skeleton.h"
#include "engine/host_engine.h"
#include "engine/host_fold.h"
#include "kinds/window_shared.h"
#include "plan/kind.h"
#include "ring/runner.h"

/* On a device a window is computed in tiles: a work-item evaluates tile + extent - 1 positions, and
 * what fills the last vector, into its arrays and folds them in place, while memory brings what the
 * next tile reads. Arrays stay in the first cache; tiles grow with the window, so that a quarter of
 * the work is repeated, and at most half of it where arrays are long. */
static size_t kernel_tile(const struct mr_segment *s)
{
    size_t tile = 256, extent = (size_t)s->extent;
    while (tile < extent || (tile < 4 * extent && tile < MR_LEAF)) tile *= 2;
    return tile;
}

static size_t kernel_tile_room(const struct mr_segment *s)
{
    return (kernel_tile(s) + (size_t)s->extent + 15) / 16 * 16;
}

static size_t kernel_tiles(const struct mr_segment *s)
{
    return s->unit / kernel_tile(s) + 2;
}

/* A window whose length is no power of two is folded from partial folds kept beside its values. */
static size_t tile_arrays(const struct mr_segment *s)
{
    return s->extent & (s->extent - 1) ? 2 : 1;
}

/* With folds of m elements in every place, those of 2 m are made of pairs of them. An extent that
 * is no power of two is the fold of one such fold for each of its binary digits, from the lowest:
 * 13 = 1 + 4 + 8. */
struct round {
    int64_t length; /* of the folds at its begin */
    int64_t joined; /* elements that the lower digits stand for */
    int times;      /* how much longer they are at its end */
};

/* Twice at once, unless the extent's next digit wants the folds between. */
static int times_of(int64_t extent, int64_t length)
{
    return 4 * length <= extent && !(extent & (2 * length)) ? 4 : 2;
}

static struct round round_at(const struct mr_emitter *e, size_t number)
{
    int64_t extent = e->segment->extent;
    struct round r = {1, 0, times_of(extent, 1)};
    for (size_t k = 0; k < number; k++) {
        r.joined += extent & r.length;
        r.length *= r.times;
        r.times = times_of(extent, r.length);
    }
    return r;
}

static bool go_to_round(struct mr_emitter *e, size_t number)
{
    e->round = number;
    return round_at(e, number).length <= e->segment->extent;
}

static bool holds_folds(const struct mr_emitter *e)
{
    return tile_arrays(e->segment) > 1;
}

/* Nothing is folded. */
static bool copies(const struct mr_emitter *e)
{
    return e->segment->extent == 1;
}

static bool has_digit(const struct mr_emitter *e)
{
    return holds_folds(e) && (e->segment->extent & round_at(e, e->round).length);
}

static bool begins(const struct mr_emitter *e)
{
    return has_digit(e) && round_at(e, e->round).joined == 0;
}

static bool joins(const struct mr_emitter *e)
{
    return has_digit(e) && round_at(e, e->round).joined > 0;
}

static bool lengthens(const struct mr_emitter *e, int times)
{
    struct round r = round_at(e, e->round);
    return r.times == times && times * r.length <= e->segment->extent;
}

static bool doubles(const struct mr_emitter *e)
{
    return lengthens(e, 2);
}

static bool quadruples(const struct mr_emitter *e)
{
    return lengthens(e, 4);
}

static void add_put(struct mr_emitter *e, struct mr_strbuf *out, bool is_last, const char *array)
{
    const char *finish = is_last ? mr_window_finish(e->segment) : "FOLDED";
    mr_strbuf_addf(out, "%s, %s, %s", finish, is_last ? "write" : "put",
                   is_last ? "to_here" : array);
}

/* How folds are finished and put, and where to: the last ones to the outputs. */
static void put_longer_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    struct round r = round_at(e, e->round);
    add_put(e, out, r.times * r.length == e->segment->extent, "a");
}

static void put_joined_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    struct round r = round_at(e, e->round);
    add_put(e, out, r.joined + r.length == e->segment->extent, "f");
}

static void length_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "%" PRId64 "L", round_at(e, e->round).length);
}

static void joined_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "%" PRId64 "L", round_at(e, e->round).joined);
}

/* Elements behind the last fold that are in none. */
static void beyond_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    struct round r = round_at(e, e->round);
    mr_strbuf_addf(out, "%" PRId64 "L", r.times * r.length - 1);
}

/* What is asked for meanwhile. */
static void ask_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, e->column == 0 && e->round == 0 ? "NEXT" : "NOTHING");
}

/* What the next tile will read, while this one is folded for the first time. */
static void next_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_prefetches(e, out, "((ulong)high + (ulong)(j))");
}

static void define(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, "#define ASKS_ITSELF 1\n");
    mr_strbuf_addf(out, "#define TILE %zu\n#define TILE_ROOM %zu\n#define EXTENT %" PRId64 "\n",
                   kernel_tile(e->segment), kernel_tile_room(e->segment), e->segment->extent);
}

static const struct mr_skeleton *skeleton(const struct mr_segment *s)
{
    static const struct mr_text_mark marks[] = {
        {"PUT_LONGER", put_longer_mark},
        {"PUT_JOINED", put_joined_mark},
        {"LENGTH", length_mark},
        {"JOINED", joined_mark},
        {"BEYOND", beyond_mark},
        {"ASK", ask_mark},
        {"NEXT", next_mark},
        {NULL, NULL},
    };
    static const struct mr_text_test tests[] = {
        {"HOLDS_FOLDS", holds_folds},
        {"COPIES", copies},
        {"BEGINS", begins},
        {"JOINS", joins},
        {"DOUBLES", doubles},
        {"QUADRUPLES", quadruples},
        {NULL, NULL},
    };
    static const struct mr_text_list lists[] = {{"ROUND", go_to_round}, {NULL, NULL}};
    static const struct mr_skeleton window = {
        .files = {"skeleton/window.cl"},
        .kernels = {{"", MR_ITEMS_SHARED}},
        .marks = marks,
        .tests = tests,
        .lists = lists,
        .define = define,
        .has_no_strips = true,
    };
    return s->shares_leaves ? mr_window_shared_skeleton(s) : &window;
}

static void shape(struct mr_segment *s)
{
    s->reach = (uint32_t)(s->extent - 1);
}

static const struct mr_kind_runner runner = {.begins_anywhere = true};

/* On the host: folds of `extent` consecutive elements, by doubling:
 *
 *     W1[i] = x[i]        W2m[i] = Wm[i] op Wm[i + m]
 *
 * and an extent of several binary digits from the smallest digit on, as 13 = 1 + 4 + 8:
 *
 *     i   i + 1     i + 5
 *     [W1][-- W4 --][------ W8 ------]
 *
 * That is the order in which doubling makes them, so the windows so far need one array a tile. */

/* Arrays are rounded so that columns stay aligned. */
enum { LEAST_TILE = 8 * MR_LEAF, ARRAY_MULTIPLE = 64 };

/* Outputs computed at once: no more than caches like. */
static size_t tile_of(const struct mr_segment *s)
{
    size_t tile = 2 * kernel_tile(s) > LEAST_TILE ? 2 * kernel_tile(s) : LEAST_TILE;
    return tile < s->unit ? tile : s->unit;
}

/* What the window folds: a mean is a sum, divided at the end. */
static enum mr_aggregate fold_of(const struct mr_segment *s)
{
    return mr_aggregate_of(s->aggregate)->fold;
}

/* That of the result: a mean of integers is one of f64 from the start. */
static mr_dtype folded_dtype(const struct mr_segment *s, size_t column)
{
    return mr_running_dtype(s->aggregate, mr_ir_dtype(&s->body, s->values[column]));
}

/* Scratch: the elements that a tile needs, column by column, then one column's folds so far. */
static size_t elements_before(const struct mr_segment *s, size_t column)
{
    size_t room = tile_of(s) + (size_t)s->extent - 1, width = 0;
    for (size_t c = 0; c < column; c++) width += mr_dtype_size(folded_dtype(s, c));
    return (room + ARRAY_MULTIPLE - 1) / ARRAY_MULTIPLE * ARRAY_MULTIPLE * width;
}

static unsigned char *elements_of(const struct mr_program *p, size_t column)
{
    return p->scratch + MR_HOST_LEAF_SCRATCH + elements_before(p->segment, column);
}

static size_t scratch_on_host(const struct mr_segment *s)
{
    size_t widest = 0;
    for (size_t c = 0; c < s->value_count; c++) {
        size_t size = mr_dtype_size(folded_dtype(s, c));
        if (size > widest) widest = size;
    }
    if (mr_is_power_of_two((size_t)s->extent)) return elements_before(s, s->value_count);
    return elements_before(s, s->value_count) + tile_of(s) * widest;
}

/* Evaluates all columns of a tile, its first position being launch.first + done. False: it took too
 * long. */
static bool gather_elements(struct mr_program *p, const struct mr_launch *launch, size_t done,
                            size_t count, struct mr_outcome *out)
{
    for (size_t k = 0, lanes; k < count; k += lanes) {
        lanes = count - k < MR_LEAF ? count - k : MR_LEAF;
        if (!mr_host_evaluate(p, launch, done + k, lanes, out)) return false;
        for (size_t c = 0; c < p->segment->value_count; c++) {
            mr_dtype dtype = folded_dtype(p->segment, c);
            size_t size = mr_dtype_size(dtype);
            memcpy(elements_of(p, c) + k * size, mr_host_lanes(p, c, dtype, p->scratch, lanes),
                   lanes * size);
        }
    }
    return true;
}

/* Folds `count` windows of the column; returns where they are. */
static const unsigned char *fold_windows(struct mr_program *p, size_t column, size_t count)
{
    const struct mr_segment *s = p->segment;
    mr_dtype dtype = folded_dtype(s, column);
    const struct mr_fold_loops *fold = mr_fold_loops(fold_of(s), dtype);
    size_t size = mr_dtype_size(dtype), extent = (size_t)s->extent, done = 0;
    unsigned char *x = elements_of(p, column), *folds = elements_of(p, s->value_count);
    /* Doubling leaves that one fold where the elements were. */
    bool in_place = mr_is_power_of_two(extent);
    for (size_t digit = 1, left = count + extent - 1;; digit *= 2) {
        if (!in_place && (extent & digit)) {
            if (done == 0)
                memcpy(folds, x, count * size);
            else
                fold->pairs(folds, folds, x + done * size, count);
            done += digit;
        }
        if (digit > extent / 2) return in_place ? x : folds;
        left -= digit;
        fold->pairs(x, x, x + digit * size, left);
    }
}

#define DIVIDE(T)                                                                                  \
    static void divide_##T(T *xs, size_t count, T divisor)                                         \
    {                                                                                              \
        for (size_t k = 0; k < count; k++) xs[k] /= divisor;                                       \
    }
DIVIDE(float)
DIVIDE(double)

static void store_windows(struct mr_program *p, size_t column, const unsigned char *x,
                          struct mr_slot *slot, size_t entry, size_t count)
{
    const struct mr_segment *s = p->segment;
    mr_dtype dtype = folded_dtype(s, column);
    void *to = mr_host_entry(slot, column, entry);
    memcpy(to, x, count * mr_dtype_size(dtype));
    enum mr_finishing finishing = mr_aggregate_of(s->aggregate)->finishing;
    assert(finishing != MR_FINISHED_BY_CODE);
    if (finishing == MR_FINISHED_AS_TOTAL) return;
    if (dtype == MR_F32)
        divide_float(to, count, (float)s->extent);
    else
        divide_double(to, count, (double)s->extent);
}

static void run_on_host(struct mr_program *p, const struct mr_launch *launch,
                        struct mr_outcome *out)
{
    const struct mr_segment *s = p->segment;
    const size_t tile = tile_of(s);
    for (size_t done = 0, count; mr_host_leaf(p, launch, done); done += count) {
        count = launch->count - done < tile ? launch->count - done : tile;
        if (!gather_elements(p, launch, done, count + (size_t)s->extent - 1, out)) {
            mr_host_end(launch, done);
            break;
        }
        for (size_t c = 0; c < s->value_count; c++) {
            const unsigned char *windows = fold_windows(p, c, count);
            store_windows(p, c, windows, launch->out, done, count);
        }
    }
}

static const struct mr_kind_host host = {.run = run_on_host};

/* A work-item has the room of one tile, for all tiles that it computes one after the other. */
static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    out->scratch_bytes = scratch_on_host(s);
    if (s->shares_leaves) {
        mr_window_shared_buffers(s, out);
        return;
    }
    out->items = kernel_tiles(s);
    out->sets = 1;
    out->may_share = true;
    for (size_t c = 0; c < s->value_count; c++)
        for (size_t k = 0; k < tile_arrays(s); k++)
            mr_buffers_add_working(
                out, (struct mr_working){.what = k ? "folds so far" : "a tile's values",
                                         .name = k ? "f" : "w",
                                         .is_of_column = true,
                                         .column = c,
                                         .dtype = s->stored[c],
                                         .elems = kernel_tile_room(s)});
}

const struct mr_kind_class mr_kind_window = {
    .reason = "neighbours share their work through a buffer",
    .is_one_by_one = true,
    .has_own_positions = true,
    .aggregates = true,
    .is_running = true,
    .shape = shape,
    .gives_as_many = true,
    .buffers = buffers,
    .runner = &runner,
    .host = &host,
    .skeleton = skeleton,
};
