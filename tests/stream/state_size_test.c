/* How many bytes a state takes: as many as mr_stream_save() says, and no more than its header
 * promises, also where many columns stand far from their begin. */
#include <stdio.h>
#include <string.h>

#include "rig.h"
#include "ring/bytes.h"
#include "ring/leaves.h"
#include "saved.h"
#include "stream/stream_parts.h"

enum { ROOM = 1 << 14 };

static size_t save(mr_stream *s, unsigned char bytes[ROOM], const char *text)
{
    size_t size = saved_save(s, bytes, ROOM, text);
    CU_ASSERT_TRUE_FATAL(size <= ROOM);
    return size;
}

/* Where there is less room, what is behind it stays as it was. */
static void saving_says_how_many_bytes_it_takes(void)
{
    static const char *const texts[] = {
        "range(1000)", "range(1000) | filter(x % 3 == 0) | scan(sum)", "range(1000) | var()"};
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
        unsigned char bytes[ROOM], less[ROOM];
        size_t needed = 0;
        mr_stream *s = rig_open_text(texts[k], &params);
        const size_t size = save(s, bytes, texts[k]);
        for (size_t room = 0; room < size; room += 7) {
            memset(less, 0xa5, sizeof less);
            CU_ASSERT_EQUAL(mr_stream_save(s, room ? less : NULL, room, &needed, NULL), MR_OK);
            size_t written = room;
            while (written < sizeof less && less[written] == 0xa5) written++;
            CU_ASSERT_TRUE(needed == size && written == sizeof less);
        }
        mr_stream_close(&s);
    }
}

/* ---- far from the begin ---- */

#define EIGHT "range(1125899906842624) | map(x, x+1, x+2, x+3, x+4, x+5, x+6, x+7) | "
enum { COLUMNS = 8 };

struct row {
    const char *text;
    size_t bytes;    /* a column and level */
    unsigned levels; /* 2^levels - 1 leaves stand there, the next one ends the fold, or the chunk */
    bool is_far;     /* or it does not */
    bool is_on_device;
};

static const struct row rows[] = {
    {EIGHT "var()", 24, 40, false, true},
    {EIGHT "mean()", 16, 40, false, false},
    {EIGHT "argmax()", 16, 40, false, false},
    {EIGHT "min()", 8, 40, false, false},
    {EIGHT "chunk(549755813888, sum)", 8, 29, false, true},
    {EIGHT "chunk(549755813888, mean)", 16, 29, false, true},
    {EIGHT "map(0.5*x0, x1, x2, x3, x4, x5, x6, x7) | chunk(1e12, sum)", 8, 29, true, false},
};

static int64_t leaves_of(const struct row *row)
{
    return (INT64_C(1) << row->levels) - 1;
}

/* Numbers that no two columns and levels share, and that are no NaN. */
static uint64_t made_up(size_t column, unsigned level, unsigned word)
{
    return UINT64_C(0x3ff123456789abcd) + (column << 40) + ((uint64_t)level << 24) + word;
}

/* As if the terminal had folded so many leaves. */
static void stand_in_tree(struct mr_runner *root, const struct row *row)
{
    struct mr_leaves *leaves = root->state;
    for (size_t c = 0; c < leaves->count; c++)
        for (unsigned level = row->levels; level-- > 0;) {
            const struct mr_partial subtree = {.count = INT64_C(1024) << level,
                                               .a.u64 = made_up(c, level, 0),
                                               .b.u64 = made_up(c, level, 1),
                                               .c.u64 = made_up(c, level, 2)};
            mr_tree_add_subtree(&leaves->trees[c], subtree, level);
        }
    root->at.next = root->at.given = leaves_of(row) * MR_LEAF;
}

/* As its written form has it: nothing to pass over, nothing given, the position, more to come; then
 * what is carried, level by level the words of each column. */
static void stand_in_chunk(struct mr_runner *root, const struct row *row)
{
    unsigned char bytes[ROOM];
    struct mr_bytes_out out = {.bytes = bytes, .size = sizeof bytes};
    mr_put_signed(&out, 0);
    mr_put_number(&out, 0);
    mr_put_number(&out, (uint64_t)(leaves_of(row) * MR_LEAF));
    mr_put_number(&out, 0);
    mr_put_number(&out, true);
    for (unsigned level = 0; level < row->levels; level++)
        for (size_t c = 0; c < COLUMNS; c++)
            for (unsigned word = 0; word < row->bytes / 8; word++)
                mr_put_word(&out, made_up(c, level, word));
    struct mr_bytes_in in = {.bytes = bytes, .size = out.used};
    CU_ASSERT_EQUAL_FATAL(mr_runner_restore(root, &in, NULL), MR_OK);
    CU_ASSERT_TRUE(!in.is_bad && in.at == in.size);
}

/* What the header of mr_stream_save() says. */
static size_t promised(const struct row *row, const mr_stream *s, const unsigned char bytes[],
                       size_t size)
{
    char *text = NULL;
    CU_ASSERT_EQUAL_FATAL(mr_state_text(&text, bytes, size, NULL), MR_OK);
    size_t most = strlen(text) + 100 + 90 * s->leg.plan->segment_count +
                  row->levels * (10 + COLUMNS * row->bytes);
    mr_text_free(&text);
    return most;
}

static void read_one(mr_stream *s, uint64_t values[COLUMNS])
{
    void *columns[COLUMNS];
    size_t got = 0;
    for (size_t c = 0; c < COLUMNS; c++) columns[c] = &values[c];
    CU_ASSERT_EQUAL(mr_stream_read(s, 1, columns, &got, NULL), MR_OK);
    CU_ASSERT_EQUAL(got, 1);
    mr_stream_close(&s);
}

/* The chunk's sum modulo 2^64: what is carried, and the last leaf. */
static uint64_t sum_of(const struct row *row, size_t column)
{
    uint64_t sum = 0, first = (uint64_t)leaves_of(row) * MR_LEAF;
    for (unsigned level = 0; level < row->levels; level++) sum += made_up(column, level, 0);
    for (uint64_t x = first; x < first + MR_LEAF; x++) sum += x + column;
    return sum;
}

/* On each engine, to what the stream gives that was not saved. */
static void check_going_on(const struct row *row, mr_seq *seq, mr_stream *s,
                           const unsigned char bytes[], size_t size)
{
    static const struct way ways[] = {{.engine = MR_ENGINE_HOST}, {.engine = MR_ENGINE_OPENCL}};
    uint64_t all[COLUMNS] = {0};
    read_one(s, all);
    for (unsigned k = 0; k < (row->is_on_device ? 2 : 1); k++) {
        uint64_t rest[COLUMNS] = {0};
        read_one(saved_restore(seq, ways[k], bytes, size, row->text), rest);
        CU_ASSERT_EQUAL(memcmp(all, rest, sizeof all), 0);
    }
    for (size_t c = 0; c < COLUMNS && strstr(row->text, "sum)"); c++)
        CU_ASSERT_EQUAL(all[c], sum_of(row, c));
}

static void check_row(const struct row *row)
{
    unsigned char bytes[ROOM], again[ROOM];
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    mr_seq *seq = rig_parse(row->text);
    mr_stream *s = rig_open(seq, &params);
    if (mr_kind_of(s->leg.root->segment->kind)->is_terminal)
        stand_in_tree(s->leg.root, row);
    else
        stand_in_chunk(s->leg.root, row);
    size_t size = save(s, bytes, row->text), least = row->levels * COLUMNS * row->bytes;
    CU_ASSERT_TRUE(size > least && size <= promised(row, s, bytes, size));
    mr_stream *on = saved_restore(seq, saved_host_ways[1], bytes, size, row->text);
    CU_ASSERT_EQUAL(save(on, again, row->text), size);
    CU_ASSERT_EQUAL(memcmp(again, bytes, size), 0);
    mr_stream_close(&on);
    if (row->is_far)
        mr_stream_close(&s);
    else
        check_going_on(row, seq, s, bytes, size);
    mr_seq_release(&seq);
}

static void states_of_many_columns_are_as_short_as_is_promised(void)
{
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) check_row(&rows[k]);
}

/* A chunk that is begun anew carries nothing, and one leaf is one level, however long it is. */
static void a_chunk_has_the_levels_that_are_there(void)
{
    static const struct {
        int64_t position;
        size_t words;
    } at[] = {{0, 0}, {1024, 1}, {2048, 1}, {3072, 2}, {1023 * 1024, 10}, {1024 * 1024, 1}};
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    mr_stream *s = rig_open_text("range(1e13) | map(0.5*x) | chunk(1e12, sum)", &params);
    const struct mr_segment *segment = s->leg.root->segment;
    const struct mr_kind_class *kind = mr_kind_of(segment->kind);
    for (size_t k = 0; k < sizeof at / sizeof at[0]; k++) {
        size_t words = 0;
        for (size_t n = 0; n < mr_carry_words(segment); n++)
            words += kind->carry_says(segment, at[k].position, n);
        CU_ASSERT_EQUAL(words, at[k].words);
    }
    mr_stream_close(&s);
}

SUITE(state_size, {"saving_says_how_many_bytes_it_takes", saving_says_how_many_bytes_it_takes},
      {"states_of_many_columns_are_as_short_as_is_promised",
       states_of_many_columns_are_as_short_as_is_promised},
      {"a_chunk_has_the_levels_that_are_there", a_chunk_has_the_levels_that_are_there},
      NOTHING_IS_LEFT_BEHIND);
