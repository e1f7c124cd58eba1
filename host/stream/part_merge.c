#include "stream/part_merge.h"

#include <millrace/partials.h>
#include <millrace/version.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/float_env.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "stream/part.h"

/* ---- one of them ---- */

struct part {
    char name[128]; /* for messages */
    bool is_named;  /* as its owner calls it */
    struct mr_bytes_in in;
    size_t origin_at, origin_bytes; /* in it */
    struct mr_part_origin origin;
};

static mr_status fail_version(const struct part *p, const char *version, mr_error *err)
{
    mr_status st = mr_fail(err, MR_E_FORMAT, "%s was made by millrace %.40s, and this is %s",
                           p->name, version, mr_version());
    return mr_error_hint(err, st, "other versions may give other bits: compute all with one");
}

/* What a seal's messages call "the partial" has a name here. */
static mr_status open_named(struct part *p, const void *bytes, size_t size, mr_error *err)
{
    struct mr_seal seal = mr_part_seal;
    seal.name = p->name;
    if (p->is_named) seal.where = p->name;
    MR_TRY(mr_seal_open(&p->in, &seal, bytes, size, err));
    char *version = mr_get_text(&p->in);
    if (!version)
        return p->in.is_bad ? mr_seal_fail_damaged(&seal, size, err)
                            : mr_fail_no_memory(err, "a partial");
    bool is_ours = strcmp(version, mr_version()) == 0;
    mr_status st = is_ours ? MR_OK : fail_version(p, version, err);
    mr_free(version);
    MR_TRY(st);
    p->origin_at = p->in.at;
    MR_TRY(mr_part_get_origin(&p->origin, &p->in, err));
    p->origin_bytes = p->in.at - p->origin_at;
    return MR_OK;
}

static mr_status open_part(struct part *p, const void *bytes, size_t size, const char *name,
                           size_t number, mr_error *err)
{
    p->is_named = name != NULL;
    if (name)
        (void)snprintf(p->name, sizeof p->name, "%.120s", name);
    else
        (void)snprintf(p->name, sizeof p->name, "partial %zu", number);
    return open_named(p, bytes, size, err);
}

/* ---- whether they belong together ---- */

static mr_status check_alike(const struct part *first, const struct part *p, mr_error *err)
{
    const struct mr_part_origin *a = &first->origin, *b = &p->origin;
    mr_status st;
    if (a->print.words[0] != b->print.words[0] || a->print.words[1] != b->print.words[1]) {
        st = mr_fail(err, MR_E_STATE, "%s is of another pipeline than %s: %.200s", p->name,
                     first->name, b->text);
        return mr_error_hint(err, st, "merge those of one pipeline: %.180s", a->text);
    }
    if (a->files != b->files || a->length != b->length) {
        st = mr_fail(err, MR_E_STATE, "%s read other files than %s: of other size or content",
                     p->name, first->name);
        return mr_error_hint(err, st, "give all processes the same files");
    }
    if (a->native_math != b->native_math) {
        const struct part *native = a->native_math ? first : p, *own = a->native_math ? p : first;
        st = mr_fail(err, MR_E_STATE, "%s was made with mr_stream_params.native_math, %s without",
                     native->name, own->name);
        return mr_error_hint(err, st, "compute all alike");
    }
    bool are_alike = first->origin_bytes == p->origin_bytes &&
                     memcmp(first->in.bytes + first->origin_at, p->in.bytes + p->origin_at,
                            p->origin_bytes) == 0;
    return are_alike ? MR_OK : mr_seal_fail_damaged(&mr_part_seal, p->in.size, err);
}

/* ---- all of them ---- */

struct piece {
    int64_t from, until;
    size_t part, at; /* where what is known of it stands */
};

struct merging {
    struct part *parts;
    size_t part_count;
    struct piece *pieces; /* by position, once all are there */
    size_t piece_count, piece_capacity;
    struct mr_stretch *stretch; /* what is being put together */
    void *bins[MR_MAX_COLUMNS];
};

static void merging_free(struct merging *m)
{
    for (size_t k = 0; k < m->part_count; k++) mr_part_origin_free(&m->parts[k].origin);
    for (size_t c = 0; c < MR_MAX_COLUMNS; c++) mr_free(m->bins[c]);
    mr_free(m->parts);
    mr_free(m->pieces);
    mr_free(m->stretch);
}

static const struct mr_part_origin *origin_of(const struct merging *m)
{
    return &m->parts[0].origin;
}

static mr_status add_piece(struct merging *m, struct piece piece, mr_error *err)
{
    if (m->piece_count == m->piece_capacity) {
        size_t capacity = m->piece_capacity ? 2 * m->piece_capacity : 16;
        struct piece *grown = mr_resize(m->pieces, capacity, sizeof *grown);
        if (!grown) return mr_fail_no_memory(err, "partials");
        m->pieces = grown;
        m->piece_capacity = capacity;
    }
    m->pieces[m->piece_count++] = piece;
    return MR_OK;
}

/* Reads a part to its end. */
static mr_status add_pieces(struct merging *m, size_t number, mr_error *err)
{
    struct part *p = &m->parts[number];
    struct mr_bytes_in *in = &p->in;
    const struct mr_terminal *t = &p->origin.terminal;
    uint64_t count = mr_get_number(in);
    for (uint64_t k = 0; k < count && !in->is_bad; k++) {
        struct piece piece = {.part = number};
        mr_stretch_get_bounds(&p->origin, &piece.from, &piece.until, in);
        piece.at = in->at;
        if (in->is_bad) break;
        mr_stretch_start(m->stretch, t, piece.from);
        mr_stretch_get(m->stretch, t, piece.until, in);
        MR_TRY(add_piece(m, piece, err));
    }
    mr_part_get_bins(t, m->bins, in);
    if (!in->is_bad && in->at == in->size) return MR_OK;
    return mr_seal_fail_damaged(&mr_part_seal, in->size, err);
}

static mr_status alloc_bins(struct merging *m, mr_error *err)
{
    const struct mr_terminal *t = &origin_of(m)->terminal;
    for (size_t c = 0; c < t->column_count; c++) {
        m->bins[c] = mr_alloc(mr_terminal_entries(t), sizeof(uint64_t));
        if (!m->bins[c]) return mr_fail_no_memory(err, "partials");
    }
    return MR_OK;
}

static int by_position(const void *a, const void *b)
{
    const struct piece *x = a, *y = b;
    if (x->from != y->from) return x->from < y->from ? -1 : 1;
    return (x->part > y->part) - (x->part < y->part);
}

static mr_status check_overlaps(const struct merging *m, mr_error *err)
{
    for (size_t k = 0; k + 1 < m->piece_count; k++) {
        const struct piece *x = &m->pieces[k], *y = &m->pieces[k + 1];
        if (x->until <= y->from) continue;
        int64_t until = x->until < y->until ? x->until : y->until;
        mr_status st =
            mr_fail(err, MR_E_STATE, "positions %" PRId64 " to %" PRId64 " are in %s and in %s",
                    y->from, until - 1, m->parts[x->part].name, m->parts[y->part].name);
        return mr_error_hint(err, st, "give each partial once, and each of a part of its own");
    }
    return MR_OK;
}

static mr_status merging_open(struct merging *m, const void *const parts[], const size_t sizes[],
                              const char *const names[], size_t count, mr_error *err)
{
    m->parts = mr_alloc(count, sizeof *m->parts);
    m->stretch = mr_alloc(1, sizeof *m->stretch);
    if (!m->parts || !m->stretch) return mr_fail_no_memory(err, "partials");
    for (size_t k = 0; k < count; k++) {
        m->part_count = k + 1;
        MR_TRY(open_part(&m->parts[k], parts[k], sizes[k], names ? names[k] : NULL, k + 1, err));
        MR_TRY(check_alike(&m->parts[0], &m->parts[k], err));
        if (k == 0) MR_TRY(alloc_bins(m, err));
        MR_TRY(add_pieces(m, k, err));
    }
    if (m->piece_count) qsort(m->pieces, m->piece_count, sizeof *m->pieces, by_position);
    return check_overlaps(m, err);
}

/* ---- neighbours become one ---- */

/* The next piece after those that touch one another from piece k on. */
static size_t end_of_stretch(const struct merging *m, size_t k)
{
    for (k++; k < m->piece_count && m->pieces[k - 1].until == m->pieces[k].from;) k++;
    return k;
}

static void join_pieces(struct merging *m, size_t k, size_t end)
{
    const struct mr_terminal *t = &origin_of(m)->terminal;
    mr_stretch_start(m->stretch, t, m->pieces[k].from);
    for (; k < end; k++) {
        struct mr_bytes_in in = m->parts[m->pieces[k].part].in;
        in.at = m->pieces[k].at;
        mr_stretch_get(m->stretch, t, m->pieces[k].until, &in);
    }
}

static void put_merged(struct merging *m, struct mr_bytes_out *out)
{
    const struct mr_part_origin *origin = origin_of(m);
    size_t stretches = 0;
    for (size_t k = 0; k < m->piece_count; k = end_of_stretch(m, k)) stretches++;
    mr_seal_begin(&mr_part_seal, out);
    mr_part_put_origin(origin, out);
    mr_put_number(out, stretches);
    for (size_t k = 0, end; k < m->piece_count; k = end) {
        end = end_of_stretch(m, k);
        join_pieces(m, k, end);
        mr_stretch_put(m->stretch, &origin->terminal, out);
    }
    mr_part_put_bins(&origin->terminal, m->bins, out);
    mr_seal_end(out);
}

static mr_status write_merged(void **bytes, size_t *size, struct merging *m, mr_error *err)
{
    struct mr_bytes_out out = {.bytes = NULL};
    put_merged(m, &out);
    out = (struct mr_bytes_out){.bytes = mr_alloc(1, out.used), .size = out.used};
    if (!out.bytes) return mr_fail_no_memory(err, "a partial");
    put_merged(m, &out);
    *bytes = out.bytes;
    *size = out.used;
    return MR_OK;
}

mr_status mr_part_merge(void **bytes, size_t *size, const void *const parts[], const size_t sizes[],
                        const char *const names[], size_t count, mr_error *err)
{
    MR_OWN_FLOAT_ENV;
    struct merging m = {.parts = NULL};
    mr_status st = merging_open(&m, parts, sizes, names, count, err);
    if (st == MR_OK) st = write_merged(bytes, size, &m, err);
    merging_free(&m);
    return st;
}

mr_status mr_partial_merge(void **bytes, size_t *size, const void *const parts[],
                           const size_t sizes[], size_t count, mr_error *err)
{
    MR_NEED(err, bytes);
    *bytes = NULL;
    MR_NEED(err, size);
    *size = 0;
    MR_NEED(err, parts);
    MR_NEED(err, sizes);
    if (count == 0) return mr_fail(err, MR_E_VALUE, "mr_partial_merge: there are no partials");
    for (size_t k = 0; k < count; k++)
        if (!parts[k]) return mr_fail(err, MR_E_VALUE, "mr_partial_merge: parts[%zu] is NULL", k);
    return mr_part_merge(bytes, size, parts, sizes, NULL, count, err);
}

void mr_partial_free(void **bytes)
{
    if (!bytes) return;
    mr_free(*bytes);
    *bytes = NULL;
}

/* ---- finishing ---- */

static void add_gap(struct mr_strbuf *out, size_t *gaps, int64_t from, int64_t until)
{
    enum { MOST_SHOWN = 4 };
    if (from == until) return;
    if ((*gaps)++ < MOST_SHOWN)
        mr_strbuf_addf(out, "%s%" PRId64 " to %" PRId64, *gaps > 1 ? ", " : "", from, until - 1);
    else if (*gaps == MOST_SHOWN + 1)
        mr_strbuf_add(out, ", ...");
}

static mr_status check_whole(const struct merging *m, mr_error *err)
{
    struct mr_strbuf missing = {0};
    int64_t length = origin_of(m)->length, at = 0;
    size_t gaps = 0;
    for (size_t k = 0; k < m->piece_count; at = m->pieces[k++].until)
        add_gap(&missing, &gaps, at, m->pieces[k].from);
    add_gap(&missing, &gaps, at, length);
    mr_status st = MR_OK;
    if (gaps) {
        st = mr_fail(err, MR_E_STATE, "positions %s of %" PRId64 " are missing",
                     mr_strbuf_text(&missing), length);
        mr_error_hint(err, st, "merge the partials of these, too");
    }
    mr_strbuf_free(&missing);
    return st;
}

/* A row as it is; nothing, if nobody has one. */
static mr_status take_row(const struct merging *m, void *const columns[], mr_error *err)
{
    const struct mr_terminal *t = &origin_of(m)->terminal;
    if (!m->stretch->has_row) return mr_terminal_fail_empty(t, err);
    for (size_t c = 0; c < t->column_count; c++)
        mr_scalar_write(t->columns[c].dtype, columns[c], 0, m->stretch->row[c]);
    return MR_OK;
}

/* Into m->bins, which have the room. */
static mr_status finish(struct merging *m, size_t *entries, mr_error *err)
{
    const struct mr_terminal *t = &origin_of(m)->terminal;
    MR_TRY(check_whole(m, err));
    if (t->bins) return mr_terminal_finish_bins(t, m->bins, entries, err);
    *entries = 1;
    mr_stretch_start(m->stretch, t, 0);
    if (m->piece_count) join_pieces(m, 0, m->piece_count);
    if (mr_partials_of(t->aggregate)->takes_element) return take_row(m, m->bins, err);
    return mr_terminal_finish(t, &m->stretch->leaves, m->bins, NULL, err);
}

static void release_column(void *column)
{
    mr_free(column);
}

/* The columns belong to the sequence then. */
static mr_status give_entries(mr_seq **out, struct merging *m, size_t entries, mr_error *err)
{
    const struct mr_terminal *t = &origin_of(m)->terminal;
    mr_array arrays[MR_MAX_COLUMNS] = {{.name = NULL}};
    for (size_t c = 0; c < t->column_count; c++)
        arrays[c] = (mr_array){.name = t->columns[c].name,
                               .dtype = t->columns[c].dtype,
                               .data = m->bins[c],
                               .release = release_column,
                               .owner = m->bins[c]};
    MR_TRY(mr_seq_from_array(out, arrays, t->column_count, entries, err));
    /* As of the terminal itself, so that whoever draws them knows their edges. */
    struct mr_bins bins;
    if (t->low < t->high && mr_bins_set(&bins, (int64_t)t->bins, t->low, t->high))
        (*out)->settings.bins = bins;
    memset(m->bins, 0, sizeof m->bins);
    return MR_OK;
}

mr_status mr_partial_finish(mr_seq **out, const void *bytes, size_t size, mr_error *err)
{
    MR_OWN_FLOAT_ENV;
    struct merging m = {.parts = NULL};
    size_t entries = 0;
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, bytes);
    static const char *const names[] = {"the partial"};
    mr_status st = merging_open(&m, &bytes, &size, names, 1, err);
    if (st == MR_OK) st = finish(&m, &entries, err);
    if (st == MR_OK) st = give_entries(out, &m, entries, err);
    merging_free(&m);
    return st;
}

mr_status mr_partial_value(mr_scalar *value, mr_dtype *dtype, const void *bytes, size_t size,
                           mr_error *err)
{
    MR_OWN_FLOAT_ENV;
    static const char *const names[] = {"the partial"};
    struct merging m = {.parts = NULL};
    size_t entries = 0;
    MR_NEED(err, value);
    MR_NEED(err, bytes);
    mr_status st = merging_open(&m, &bytes, &size, names, 1, err);
    if (st == MR_OK) st = finish(&m, &entries, err);
    if (st == MR_OK && (entries != 1 || origin_of(&m)->terminal.column_count != 1)) {
        st = mr_fail(err, MR_E_STATE, "%s: its result is not one value",
                     origin_of(&m)->terminal.name);
        mr_error_hint(err, st, "mr_partial_finish() gives all of it");
    }
    if (st == MR_OK) {
        mr_dtype of = origin_of(&m)->terminal.columns[0].dtype;
        *value = mr_scalar_read(of, m.bins[0], 0);
        if (dtype) *dtype = of;
    }
    merging_free(&m);
    return st;
}

mr_status mr_partial_text(char **out, const void *bytes, size_t size, mr_error *err)
{
    struct part p = {.name = "the partial"};
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, bytes);
    MR_TRY(open_named(&p, bytes, size, err));
    *out = p.origin.text;
    p.origin.text = NULL;
    mr_part_origin_free(&p.origin);
    return MR_OK;
}
