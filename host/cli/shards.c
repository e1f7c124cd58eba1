#include "cli/shards.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "cli/whole_file.h"
#include "ir/op.h"

/* ---- names of files ---- */

static bool has_marks(const char *text)
{
    return strstr(text, "{k}") || strstr(text, "{n}");
}

/* The text with numbers for {k} and {n}; NULL: no memory. */
static char *filled(const char *text, const struct mr_rank *rank)
{
    struct mr_strbuf out = {0};
    for (const char *p = text; *p; p++) {
        bool is_mark = p[0] == '{' && (p[1] == 'k' || p[1] == 'n') && p[2] == '}';
        if (is_mark)
            mr_strbuf_addf(&out, "%" PRId64, p[1] == 'k' ? rank->number : rank->count);
        else
            mr_strbuf_add_bytes(&out, p, 1);
        p += is_mark ? 2 : 0;
    }
    char *copy = out.failed ? NULL : mr_text_copy(mr_strbuf_text(&out), out.length);
    mr_strbuf_free(&out);
    return copy;
}

static mr_status fill_name(char **held, const char **name, const struct mr_rank *rank,
                           mr_error *err)
{
    if (!*name) return MR_OK;
    *name = *held = filled(*name, rank);
    return *held ? MR_OK : mr_fail_no_memory(err, "a file's name");
}

/* All processes have one command line: without {k} they would write one file. */
static mr_status check_names(const struct mr_options *o, mr_error *err)
{
    const char *const names[] = {o->output, o->save};
    for (size_t k = 0; k < 2; k++) {
        if (!o->shard.is_found || o->shard.count == 1 || !names[k]) continue;
        if (strstr(names[k], "{k}") || strncmp(names[k], "/dev/", 5) == 0) continue;
        mr_status st = mr_fail(err, MR_E_VALUE, "--%s %s: all %" PRId64 " processes would write it",
                               k ? "save" : "output", names[k], o->shard.count);
        return mr_error_hint(err, st, "put {k} into the name, which stands for the part's number");
    }
    return MR_OK;
}

static mr_status check_partial(const struct mr_options *o, mr_error *err)
{
    static const char shorter[] =
        "the files of parts are what is kept: --shard K/N with a larger N "
        "makes each part shorter",
                      prints[] = "a partial is bytes for millrace merge, which prints";
    const struct {
        bool is_given;
        const char *name, *hint;
    } others[] = {{o->save, "save", shorter},
                  {o->resume, "resume", shorter},
                  {o->has_format, "format", prints},
                  {o->plot, "plot", prints},
                  {o->stats != MR_STATS_NONE, "stats", prints}};
    for (size_t k = 0; k < sizeof others / sizeof others[0]; k++) {
        if (!others[k].is_given) continue;
        mr_status st = mr_fail(err, MR_E_ARITY, "--partial and --%s: one of them", others[k].name);
        return mr_error_hint(err, st, "%s", others[k].hint);
    }
    if (o->shard.count) return MR_OK;
    mr_status st = mr_fail(err, MR_E_ARITY, "--partial without --shard: of which part?");
    return mr_error_hint(err, st, "--shard K/N, --shard auto, or --shard 0/1 for all of it");
}

mr_status mr_shard_begin(struct mr_shard_names *names, struct mr_options *options, mr_error *err)
{
    struct mr_options *o = options;
    *names = (struct mr_shard_names){{NULL}};
    if (o->partial) MR_TRY(check_partial(o, err));
    if (!o->shard.count) return MR_OK;
    MR_TRY(check_names(o, err));
    MR_TRY(fill_name(&names->texts[0], &o->output, &o->shard, err));
    MR_TRY(fill_name(&names->texts[1], &o->save, &o->shard, err));
    return fill_name(&names->texts[2], &o->resume, &o->shard, err);
}

void mr_shard_end(struct mr_shard_names *names)
{
    for (size_t k = 0; k < 3; k++) mr_free(names->texts[k]);
}

/* ---- the part ---- */

static mr_status fail_terminal(const mr_seq *seq, const struct mr_options *o, mr_error *err)
{
    int64_t from, until;
    MR_TRY(mr_partial_range(&from, &until, seq, o->shard.number, o->shard.count, err));
    mr_status st = mr_op_fail(seq, NULL, err, MR_E_STATE,
                              "of part %" PRId64 " of %" PRId64 " alone its value says nothing of "
                              "the whole",
                              o->shard.number, o->shard.count);
    return mr_error_hint(err, st, "add --partial -o FILE, and millrace merge the files");
}

static mr_status fail_twice(const struct mr_options *o, mr_error *err)
{
    mr_status st =
        mr_fail(err, MR_E_ARITY, "--partial and {k} in the pipeline: it would be a part of a part");
    return mr_error_hint(err, st,
                         "leave shard({k}, {n}) out: --partial --shard %" PRId64 "/%" PRId64
                         " takes the part by itself",
                         o->shard.number, o->shard.count);
}

mr_status mr_shard_text(char **text, struct mr_options *options, mr_error *err)
{
    if (!options->shard.count || !has_marks(*text)) return MR_OK;
    if (options->partial && strstr(*text, "{k}")) return fail_twice(options, err);
    char *copy = filled(*text, &options->shard);
    if (!copy) return mr_fail_no_memory(err, "the pipeline's text");
    mr_free(*text);
    *text = copy;
    options->is_sharded = true;
    return MR_OK;
}

mr_status mr_shard_take(mr_seq **seq, const struct mr_options *options, mr_error *err)
{
    const struct mr_options *o = options;
    char stage[64];
    mr_seq *part;
    if (!o->shard.count || o->partial || o->is_sharded) return MR_OK;
    if ((*seq)->op->role == MR_TERMINAL) return fail_terminal(*seq, o, err);
    (void)snprintf(stage, sizeof stage, "shard(%" PRId64 ", %" PRId64 ")", o->shard.number,
                   o->shard.count);
    mr_status st = mr_seq_pipe(&part, *seq, stage, err);
    if (st == MR_E_NOT_SEEKABLE)
        return mr_error_hint(err, st,
                             "say where it may stand: source | shard({k}, {n}) | filter(...)");
    MR_TRY(st);
    mr_seq_release(seq);
    *seq = part;
    return MR_OK;
}

mr_status mr_partial_write(const void *bytes, size_t size, const struct mr_options *options,
                           mr_error *err)
{
    if (options->output || !isatty(STDOUT_FILENO))
        return mr_whole_file_write(options->output ? options->output : "-", bytes, size, err);
    mr_status st = mr_fail(err, MR_E_VALUE, "--partial: binary data would go to a terminal");
    return mr_error_hint(err, st, "add -o FILE, or send it to a file or pipe");
}

mr_status mr_shard_write_partial(const mr_seq *seq, const struct mr_options *options,
                                 const mr_stream_params *params, mr_error *err)
{
    int64_t from, until;
    void *bytes;
    size_t size;
    const struct mr_rank *rank = &options->shard;
    MR_TRY(mr_partial_range(&from, &until, seq, rank->number, rank->count, err));
    MR_TRY(mr_reduce_partial(&bytes, &size, seq, params, from, until, err));
    mr_status st = mr_partial_write(bytes, size, options, err);
    mr_partial_free(&bytes);
    return st;
}
