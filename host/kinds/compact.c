/* Keeps the elements for which a predicate holds, packed. */
#include "emit/column.h"
#include "emit/lines.h"
#include "emit/numbers.h"
#include "emit/skeleton.h"
#include "emit/values.h"
#include "engine/host_engine.h"
#include "plan/kind.h"
#include "ring/runner.h"

static void entries_word_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    (void)e;
    mr_strbuf_addf(out, "%d", MR_STATUS_ENTRIES);
}

static void pack_parameters_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_params(e, out, MR_PACK_KERNEL);
}

static void pack_strips_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_strips(e, out, MR_PACK_KERNEL);
}

static void pack_values_mark(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_values(e, out, MR_PACK_KERNEL, "                ");
}

static bool saves(const struct mr_emitter *e)
{
    return e->segment->saves_values;
}

/* Whether a column before it has the same value. */
static bool repeats(const struct mr_emitter *e)
{
    for (size_t c = 0; c < e->column; c++)
        if (e->segment->values[c] == mr_column_value(e)) return true;
    return false;
}

static bool is_checked(const struct mr_emitter *e)
{
    return e->segment->body.check_count > 0;
}

static const struct mr_skeleton *skeleton(const struct mr_segment *s)
{
    static const struct mr_text_mark marks[] = {
        {"ENTRIES_WORD", entries_word_mark},
        {"PACK_PARAMETERS", pack_parameters_mark},
        {"PACK_STRIPS", pack_strips_mark},
        {"PACK_VALUES", pack_values_mark},
        {NULL, NULL},
    };
    static const struct mr_text_test tests[] = {
        {"SAVES", saves}, {"REPEATS", repeats}, {"CHECKED", is_checked}, {NULL, NULL}};
    static const struct mr_skeleton compact = {
        .files = {"skeleton/compact.cl"},
        .kernels = {{"", MR_ITEMS_LEAVES}, {"_pack", MR_ITEMS_SHARED}},
        .marks = marks,
        .tests = tests,
        .packs = true,
        .ends_at_failed_check = true,
    };
    static const struct mr_skeleton lanes = {
        .files = {"skeleton/compact_lanes.cl"},
        .kernels = {{"", MR_ITEMS_SPANS},
                    {"_rows", MR_ITEMS_LEAVES},
                    {"_blocks", MR_ITEMS_LEAVES},
                    {"_pack", MR_ITEMS_SPANS}},
        .marks = marks,
        .tests = tests,
        .packs = true,
        .ends_at_failed_check = true,
    };
    return s->shares_leaves ? &lanes : &compact;
}

/* `elems` words for each leaf. */
static void add_words(struct mr_buffers *out, const char *what, const char *name, size_t elems)
{
    mr_buffers_add_working(
        out, (struct mr_working){.what = what, .name = name, .dtype = MR_U32, .elems = elems});
}

static void add_shared(struct mr_buffers *out, const struct mr_segment *s)
{
    add_words(out, "survivors by lanes", "lanes", MR_ROW_LANES);
    add_words(out, "survivors by rows", "rows", MR_ROW_LANES);
    add_words(out, "places of leaves", "places", 1);
    add_words(out, "survivors of blocks", "blocks", 1);
    if (s->body.check_count)
        add_words(out, "what is before failed checks", "before_failed", MR_ROW_LANES);
}

static void buffers(const struct mr_segment *s, struct mr_buffers *out)
{
    out->items = mr_leaves_with_room(s);
    out->sets = MR_WORKING_SETS;
    add_words(out, "counts of survivors", "kept", 1);
    if (s->shares_leaves)
        add_shared(out, s);
    else /* A byte a vector of 8 lanes or fewer. */
        mr_buffers_add_working(out, (struct mr_working){.what = "who survives",
                                                        .name = "survives",
                                                        .dtype = MR_BOOL,
                                                        .type = "vbits",
                                                        .elems = MR_LEAF});
    for (size_t c = 0; s->saves_values && c < s->value_count; c++)
        mr_buffers_add_working(out, (struct mr_working){.what = "dear values",
                                                        .name = "s",
                                                        .is_of_column = true,
                                                        .column = c,
                                                        .dtype = s->stored[c],
                                                        .elems = MR_LEAF});
}

static const struct mr_kind_runner runner = {.packs = true};

#define PACK(name, U)                                                                              \
    static void name(void *out, const void *in, const uint16_t *places, size_t count)              \
    {                                                                                              \
        U *results = out;                                                                          \
        const U *xs = in;                                                                          \
        for (size_t k = 0; k < count; k++) results[k] = xs[places[k]];                             \
    }
PACK(pack_1, uint8_t)
PACK(pack_4, uint32_t)
PACK(pack_8, uint64_t)

static void pack_values(struct mr_program *p, const struct mr_slot *slot, size_t entry,
                        const uint16_t *places, size_t kept, size_t count)
{
    for (size_t c = 0; c < p->segment->value_count; c++) {
        const void *lanes = mr_host_lanes(p, c, slot->dtypes[c], p->scratch, count);
        void *to = mr_host_entry(slot, c, entry);
        switch (mr_dtype_size(slot->dtypes[c])) {
        case 1: pack_1(to, lanes, places, kept); break;
        case 4: pack_4(to, lanes, places, kept); break;
        default: pack_8(to, lanes, places, kept); break;
        }
    }
}

/* Survivors' places first, without a branch a lane; then each column by them. Ends at a failed
 * check: what comes after it is never delivered. */
static void run_on_host(struct mr_program *p, const struct mr_launch *launch,
                        struct mr_outcome *out)
{
    uint16_t places[MR_LEAF];
    size_t entries = 0, done = 0;
    for (size_t count; (count = mr_host_leaf(p, launch, done)) && out->failed == SIZE_MAX;
         done += count) {
        if (!mr_host_evaluate(p, launch, done, count, out)) break;
        const uint8_t *keep = mr_host_keep(p);
        size_t good = out->failed == SIZE_MAX ? count : out->failed - done, kept = 0;
        for (size_t k = 0; k < good; k++) {
            places[kept] = (uint16_t)k;
            kept += keep[k] != 0;
        }
        pack_values(p, launch->out, entries, places, kept, count);
        entries += kept;
    }
    out->entries = entries;
}

static const struct mr_kind_host host = {.run = run_on_host};

const struct mr_kind_class mr_kind_compact = {
    .reason = "how many elements survive is known only afterwards",
    .is_filter = true,
    .buffers = buffers,
    .runner = &runner,
    .host = &host,
    .skeleton = skeleton,
    .has_status = true,
    .tells_entries = true,
};
