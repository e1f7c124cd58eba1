/* A stream's state as bytes, and a stream from them.
 *
 *     "MRSTATE\n"  format  who wrote it  the sequence  its plan  its files  position  what the
 *     runners and the terminal remember  checksum of all that */
#include <millrace/stream.h>
#include <millrace/version.h>

#include <inttypes.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "lang/sequence_text.h"
#include "ring/leaves.h"
#include "stream/origin.h"
#include "stream/save.h"
#include "stream/seal.h"

static const struct mr_seal seal = {
    .magic = "MRSTATE\n",
    .format = 1,
    .name = "the state",
    .whole = "the state of a stream",
    .remedy = "take an older one, or begin anew",
    .writer = "restore it with the version of millrace that saved it",
};
static const char refused[] = "a stream over it cannot be saved";

/* ---- what it is the state of ---- */

enum { UNFUSED = 1, WATCHES_SUMS = 2, NATIVE_MATH = 4 };

static uint64_t flags_of(const mr_stream_params *params)
{
    return (params->no_fuse ? UNFUSED : 0) | (params->watch_sums ? WATCHES_SUMS : 0) |
           (params->native_math ? NATIVE_MATH : 0);
}

static uint64_t hash_fact(uint64_t hash, uint64_t fact)
{
    struct mr_bytes_out word = {.bytes = (unsigned char[8]){0}, .size = 8};
    mr_put_word(&word, fact);
    return mr_hash_bytes(hash, word.bytes, word.size);
}

/* Runners remember what their segments are: of another plan they would take something else for
 * it. */
static uint64_t hash_cuts(const struct mr_plan *plan)
{
    uint64_t hash = MR_HASH_SEED;
    for (size_t k = 0; k < plan->segment_count; k++) {
        const struct mr_segment *s = plan->segments[k];
        const char *kind = mr_kind_names[s->kind];
        const uint64_t facts[] = {s->value_count, s->stored_count, s->view_count,
                                  (uint64_t)s->extent, (uint64_t)s->body.check_count};
        hash = mr_hash_bytes(hash, kind, strlen(kind) + 1);
        for (size_t n = 0; n < sizeof facts / sizeof facts[0]; n++)
            hash = hash_fact(hash, facts[n]);
    }
    return hash;
}

/* The partials that a terminal's leaves have in each column. */
static uint64_t hash_partials(uint64_t hash, const struct mr_segment *s)
{
    if (!mr_has_leaves(s)) return hash;
    for (size_t c = 0; c < s->value_count; c++) {
        mr_dtype partials[3];
        size_t count =
            mr_partial_dtypes(s->aggregate, mr_ir_dtype(&s->body, s->values[c]), partials);
        hash = hash_fact(hash, count);
        for (size_t n = 0; n < count; n++) hash = hash_fact(hash, (uint64_t)partials[n]);
    }
    return hash;
}

/* The same cuts may be computed by kinds that remember other things: what they write, in order, and
 * how much at most. */
static uint64_t hash_layout(const struct mr_plan *plan)
{
    uint64_t hash = MR_HASH_SEED;
    for (size_t k = 0; k < plan->segment_count; k++) {
        const struct mr_segment *s = plan->segments[k];
        const char *words = mr_kind_of(s->kind)->state_words;
        if (words) hash = mr_hash_bytes(hash, words, strlen(words) + 1);
        hash = hash_partials(hash_fact(hash, s->checkpoint_bytes), s);
    }
    return hash;
}

mr_status mr_stream_note_origin(struct mr_stream *s, const mr_stream_params *params, mr_error *err)
{
    s->plan_flags = flags_of(params);
    struct mr_bytes_out out = {.bytes = NULL};
    if (mr_origin_check(s->seq, refused, NULL) != MR_OK ||
        mr_origin_put_files(s->seq, &out, NULL) != MR_OK)
        return MR_OK;
    s->files_size = out.used;
    s->files = mr_alloc(1, out.used + 1);
    if (!s->files) return mr_fail_no_memory(err, "a stream");
    out = (struct mr_bytes_out){.bytes = s->files, .size = out.used};
    if (mr_origin_put_files(s->seq, &out, NULL) != MR_OK || out.used != s->files_size)
        s->files_size = 0;
    return MR_OK;
}

/* Its files were looked at when it was opened. */
static mr_status check_origin(const struct mr_stream *s, mr_error *err)
{
    MR_TRY(mr_origin_check(s->seq, refused, err));
    if (!s->files) return mr_fail(err, MR_E_STATE, "a file was not there when it was opened");
    struct mr_bytes_in in = {.bytes = s->files, .size = s->files_size};
    return mr_origin_check_files(s->seq, &in, "the stream was opened", err);
}

/* ---- saving ---- */

static mr_status put_description(struct mr_stream *s, struct mr_bytes_out *out, mr_error *err)
{
    mr_fingerprint print;
    char *text;
    MR_TRY(mr_seq_outline(&text, &print, s->seq, err));
    mr_put_text(out, text);
    mr_text_free(&text);
    mr_put_word(out, print.words[0]);
    mr_put_word(out, print.words[1]);
    mr_put_number(out, s->plan_flags);
    mr_put_word(out, hash_cuts(s->leg.plan));
    mr_put_word(out, hash_layout(s->leg.plan));
    mr_put_bytes(out, s->files, s->files_size);
    return MR_OK;
}

static mr_status put_stream(struct mr_stream *s, struct mr_bytes_out *out, mr_error *err)
{
    struct mr_runner *root = s->leg.root;
    MR_TRY(check_origin(s, err));
    mr_seal_begin(&seal, out);
    MR_TRY(put_description(s, out, err));
    mr_put_number(out, (uint64_t)s->position);
    if (mr_kind_of(root->segment->kind)->is_terminal)
        mr_reduction_save(&s->result, root, s->is_reduced, out);
    else
        mr_runner_save(root, s->lent, out);
    return MR_OK;
}

mr_status mr_stream_put(struct mr_stream *s, void *bytes, size_t size, size_t *needed,
                        mr_error *err)
{
    struct mr_bytes_out out = {.bytes = bytes, .size = size};
    MR_TRY(put_stream(s, &out, err));
    mr_seal_end(&out);
    *needed = out.used;
    return MR_OK;
}

/* ---- restoring ---- */

static mr_status fail_other_sequence(const char *text, const char *own, mr_error *err)
{
    mr_status st;
    if (strcmp(text, own) == 0) {
        st = mr_fail(err, MR_E_STATE,
                     "the columns of the pipeline's sources are not those of the state");
        return mr_error_hint(err, st, "begin anew");
    }
    st = mr_fail(err, MR_E_STATE, "the state is that of another pipeline: %.200s", text);
    return mr_error_hint(err, st, "restore it with that one, which mr_state_text() gives");
}

static mr_status check_sequence(struct mr_stream *s, const char *text, struct mr_bytes_in *in,
                                mr_error *err)
{
    mr_fingerprint print;
    char *own;
    MR_TRY(mr_origin_check(s->seq, refused, err));
    MR_TRY(mr_seq_outline(&own, &print, s->seq, err));
    uint64_t first = mr_get_word(in), second = mr_get_word(in);
    mr_status st = MR_OK;
    if (print.words[0] != first || print.words[1] != second)
        st = fail_other_sequence(text, own, err);
    mr_text_free(&own);
    return st;
}

static mr_status fail_other_build(const char *version, const char *differs, mr_error *err)
{
    mr_status st = mr_fail(err, MR_E_STATE,
                           "the state was saved by another build (millrace %.40s), which %s than "
                           "this one (millrace %s)",
                           version, differs, mr_version());
    return mr_error_hint(err, st, "restore it with the build of millrace that saved it");
}

static mr_status check_plan(struct mr_stream *s, const char *version, struct mr_bytes_in *in,
                            mr_error *err)
{
    static const char *const names[] = {"mr_stream_params.no_fuse", "mr_stream_params.watch_sums",
                                        "mr_stream_params.native_math"};
    uint64_t differ = mr_get_number(in) ^ s->plan_flags;
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        if (!(differ >> k & 1)) continue;
        mr_status st = mr_fail(err, MR_E_STATE, "the state was saved %s %s",
                               s->plan_flags >> k & 1 ? "without" : "with", names[k]);
        return mr_error_hint(err, st, "restore it as it was saved");
    }
    if (mr_get_word(in) != hash_cuts(s->leg.plan))
        return fail_other_build(version, "cuts the pipeline otherwise", err);
    if (mr_get_word(in) != hash_layout(s->leg.plan))
        return fail_other_build(version, "remembers other things of the pipeline", err);
    return MR_OK;
}

static mr_status get_stream(struct mr_stream *s, struct mr_bytes_in *in, mr_error *err)
{
    struct mr_runner *root = s->leg.root;
    MR_TRY(mr_origin_check_files(s->seq, in, "the state was saved", err));
    s->position = mr_get_at_most(in, INT64_MAX);
    if (!mr_kind_of(root->segment->kind)->is_terminal) return mr_runner_restore(root, in, err);
    MR_TRY(mr_reduction_restore(&s->result, root, &s->is_reduced, in, err));
    int64_t entries = s->is_reduced ? (int64_t)s->result.entries : 0;
    in->is_bad = in->is_bad || s->position > entries;
    return MR_OK;
}

/* What follows the texts. */
static mr_status get_checked(struct mr_stream *s, const char *version, const char *text,
                             struct mr_bytes_in *in, mr_error *err)
{
    MR_TRY(check_sequence(s, text, in, err));
    MR_TRY(check_plan(s, version, in, err));
    return get_stream(s, in, err);
}

mr_status mr_stream_get(struct mr_stream *s, const void *bytes, size_t size, mr_error *err)
{
    struct mr_bytes_in in;
    MR_TRY(mr_seal_open(&in, &seal, bytes, size, err));
    char *version = mr_get_text(&in), *text = mr_get_text(&in);
    mr_status st = version && text ? get_checked(s, version, text, &in, err)
                   : in.is_bad     ? mr_seal_fail_damaged(&seal, size, err)
                                   : mr_fail_no_memory(err, "a state's text");
    if (st == MR_OK && (in.is_bad || in.at != in.size)) st = mr_seal_fail_damaged(&seal, size, err);
    mr_free(version);
    mr_free(text);
    return st;
}

mr_status mr_state_modes(mr_stream_params *params, const void *bytes, size_t size, mr_error *err)
{
    struct mr_bytes_in in;
    MR_TRY(mr_seal_open(&in, &seal, bytes, size, err));
    char *version = mr_get_text(&in), *text = mr_get_text(&in);
    bool is_whole = version && text;
    mr_free(version);
    mr_free(text);
    if (!is_whole && !in.is_bad) return mr_fail_no_memory(err, "a state's text");
    (void)mr_get_word(&in); /* the fingerprint */
    (void)mr_get_word(&in);
    uint64_t flags = mr_get_number(&in);
    if (in.is_bad) return mr_seal_fail_damaged(&seal, size, err);
    params->no_fuse |= flags & UNFUSED;
    params->native_math |= (flags & NATIVE_MATH) != 0;
    params->watch_sums = flags & WATCHES_SUMS;
    return MR_OK;
}

mr_status mr_state_text(char **out, const void *bytes, size_t size, mr_error *err)
{
    struct mr_bytes_in in;
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, bytes);
    MR_TRY(mr_seal_open(&in, &seal, bytes, size, err));
    char *version = mr_get_text(&in);
    mr_free(version);
    *out = mr_get_text(&in);
    if (*out) return MR_OK;
    return in.is_bad ? mr_seal_fail_damaged(&seal, size, err)
                     : mr_fail_no_memory(err, "a state's text");
}
