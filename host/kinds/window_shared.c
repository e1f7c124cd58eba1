/* Windows where work-items share leaves: folds stay in registers as far as they can. */
#include "kinds/window_shared.h"

#include <assert.h>
#include <inttypes.h>

#include "plan/cost.h"
#include "plan/kind.h"

/* Folds of so many values are made in registers: at once, or of the lowest digits' so that those of
 * the others lie half rows apart. */
enum { MOST_NEAR = 32, NEAR = 16 };

static bool has_far(const struct mr_segment *s)
{
    return s->extent > MOST_NEAR;
}

static int64_t near_length(const struct mr_segment *s)
{
    return has_far(s) ? NEAR : s->extent;
}

/* Values are made anew by each of the neighbours whose windows they are in, unless that is dearer
 * than to store and load them, or takes too many registers: 153 for 2 columns of f64, windows of 31
 * and spans of 2. */
static bool is_stored(const struct mr_segment *s)
{
    enum { CHEAP = 12, MOST_COLUMNS = 2 };
    return mr_cost_from(&s->body, 0) > CHEAP || s->value_count > MOST_COLUMNS;
}

static void define_near(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "#define EXTENT %" PRId64 "u\n#define NEAR %" PRId64 "\n",
                   e->segment->extent, near_length(e->segment));
    mr_strbuf_add(out, "#define NEAR_STRIPS ((NEAR + 2 * STRIP - 2) / STRIP)\n");
}

/* Folds of `length` values are at hand, and `joined` are what the digits below stand for. */
static int64_t near_round_length(const struct mr_emitter *e)
{
    return (int64_t)1 << e->round;
}

static int64_t near_joined(const struct mr_emitter *e)
{
    return e->segment->extent & (near_round_length(e) - 1);
}

static bool go_to_near_round(struct mr_emitter *e, size_t number)
{
    e->round = number;
    return near_round_length(e) + has_far(e->segment) <= near_length(e->segment);
}

static bool tests_far(const struct mr_emitter *e)
{
    return has_far(e->segment);
}

static bool tests_stored(const struct mr_emitter *e)
{
    return is_stored(e->segment);
}

/* A window that is not one fold of pairs of pairs is several, joined. */
static bool has_near_digits(const struct mr_emitter *e)
{
    const struct mr_segment *s = e->segment;
    return has_far(s) ? s->extent % NEAR != 0 : !mr_is_power_of_two((size_t)s->extent);
}

static bool has_near_digit(const struct mr_emitter *e)
{
    return has_near_digits(e) && (e->segment->extent & near_round_length(e));
}

static bool near_begins(const struct mr_emitter *e)
{
    return has_near_digit(e) && near_joined(e) == 0;
}

static bool near_joins(const struct mr_emitter *e)
{
    return has_near_digit(e) && near_joined(e) > 0;
}

static bool near_doubles(const struct mr_emitter *e)
{
    return 2 * near_round_length(e) <= near_length(e->segment);
}

const char *mr_window_finish(const struct mr_segment *s)
{
    enum mr_finishing finishing = mr_aggregate_of(s->aggregate)->finishing;
    assert(finishing != MR_FINISHED_BY_CODE);
    return finishing == MR_FINISHED_AS_MEAN ? "FOLDED_MEAN" : "FOLDED";
}

static void finish_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_add(out, mr_window_finish(e->segment));
}

static void near_length_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "%" PRId64, near_round_length(e));
}

static void near_joined_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_strbuf_addf(out, "%" PRId64, near_joined(e));
}

/* One for each two binary digits from NEAR on; of a power of two the last folds are the windows. */
static unsigned far_rounds(const struct mr_segment *s)
{
    unsigned rounds = 0;
    int64_t last = mr_is_power_of_two((size_t)s->extent) ? s->extent - 1 : s->extent;
    for (int64_t length = NEAR; has_far(s) && length <= last; length *= 4) rounds++;
    return rounds ? rounds : 1;
}

#define SHARED_SKELETON(...)                                                                       \
    {                                                                                              \
        .marks = shared_marks, .tests = shared_tests, .lists = shared_lists,                       \
        .define = define_near, .rounds = far_rounds, __VA_ARGS__                                   \
    }
#define VALUES_TEXT "skeleton/window_values.cl"
#define NEAR_TEXT "skeleton/window_near.cl"
#define FAR_TEXT "skeleton/window_far.cl"

const struct mr_skeleton *mr_window_shared_skeleton(const struct mr_segment *s)
{
    static const struct mr_text_mark shared_marks[] = {{"FINISH", finish_mark},
                                                       {"NEAR_LENGTH", near_length_mark},
                                                       {"NEAR_JOINED", near_joined_mark},
                                                       {NULL, NULL}};
    static const struct mr_text_test shared_tests[] = {
        {"IS_STORED", tests_stored},
        {"HAS_FAR", tests_far},
        {"HAS_NEAR_DIGITS", has_near_digits},
        {"NEAR_BEGINS", near_begins},
        {"NEAR_JOINS", near_joins},
        {"NEAR_DOUBLES", near_doubles},
        {NULL, NULL},
    };
    static const struct mr_text_list shared_lists[] = {{"NEAR_ROUND", go_to_near_round},
                                                       {NULL, NULL}};
    static const struct mr_skeleton by_parts[2][2] = {
        {SHARED_SKELETON(.files = {NEAR_TEXT}, .kernels = {{"", MR_ITEMS_SPANS}}),
         SHARED_SKELETON(.files = {NEAR_TEXT, FAR_TEXT},
                         .kernels = {{"", MR_ITEMS_SPANS}, {"_far", MR_ITEMS_SPANS}})},
        {SHARED_SKELETON(.files = {VALUES_TEXT, NEAR_TEXT},
                         .kernels = {{"", MR_ITEMS_SPANS}, {"_near", MR_ITEMS_SPANS}}),
         SHARED_SKELETON(.files = {VALUES_TEXT, NEAR_TEXT, FAR_TEXT},
                         .kernels = {{"", MR_ITEMS_SPANS},
                                     {"_near", MR_ITEMS_SPANS},
                                     {"_far", MR_ITEMS_SPANS}})},
    };
    return &by_parts[is_stored(s)][has_far(s)];
}

void mr_window_shared_buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    static const char *const names[] = {"w", "other"};
    static const char *const whats[] = {"values, or folds of a round", "folds of a round"};
    const size_t count = has_far(s) ? 2 : is_stored(s);
    if (count == 0) return;
    out->items = 1;
    out->sets = 1;
    for (size_t c = 0; c < s->value_count; c++)
        for (size_t k = 0; k < count; k++)
            mr_buffers_add_working(out,
                                   (struct mr_working){.what = whats[k],
                                                       .name = names[k],
                                                       .is_of_column = true,
                                                       .column = c,
                                                       .dtype = s->stored[c],
                                                       .elems = s->unit + (size_t)s->extent - 1});
}
