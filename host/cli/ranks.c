#include "cli/ranks.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <millrace/limits.h>

#include "base/error.h"
#include "base/strbuf.h"

/* A job's own launcher stands around those that were started within it, and its variables are then
 * those of a whole node: it is asked last. */
static const struct launcher {
    const char *name, *number, *count;
    bool is_around;
} launchers[] = {
    {"Open MPI", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", false},
    {"MPICH and others with PMI", "PMI_RANK", "PMI_SIZE", false},
    {"MVAPICH", "MV2_COMM_WORLD_RANK", "MV2_COMM_WORLD_SIZE", false},
    {"torchrun", "RANK", "WORLD_SIZE", false},
    {"Slurm", "SLURM_PROCID", "SLURM_NTASKS", true},
};

enum { LAUNCHERS = sizeof launchers / sizeof launchers[0] };

/* Digits alone. */
static bool read_number(int64_t *out, const char *text, const char *end)
{
    *out = 0;
    if (text == end) return false;
    for (; text < end; text++) {
        if (*text < '0' || *text > '9' || *out > MR_MAX_SHARDS) return false;
        *out = 10 * *out + (*text - '0');
    }
    return true;
}

static bool is_within(const struct mr_rank *r)
{
    return r->count >= 1 && r->count <= MR_MAX_SHARDS && r->number < r->count;
}

static mr_status read_written(struct mr_rank *out, const char *text, mr_error *err)
{
    const char *bar = strchr(text, '/');
    bool is_read = bar && read_number(&out->number, text, bar) &&
                   read_number(&out->count, bar + 1, bar + strlen(bar));
    if (is_read && is_within(out)) return MR_OK;
    mr_status st =
        is_read ? mr_fail(err, MR_E_VALUE, "--shard: '%s': parts count from 0, up to 2^30", text)
                : mr_fail(err, MR_E_VALUE, "--shard: '%s' is neither K/N nor auto", text);
    if (is_read && out->count >= 1 && out->count <= MR_MAX_SHARDS)
        return mr_error_hint(err, st, "the last of %" PRId64 " is %" PRId64 "/%" PRId64, out->count,
                             out->count - 1, out->count);
    return mr_error_hint(err, st, "the second of 8 is 1/8; mpirun -n 8 ... --shard auto");
}

/* What one launcher says; *is_set: it says anything. */
static mr_status ask(struct mr_rank *out, const struct launcher *l, bool *is_set, mr_error *err)
{
    const char *number = getenv(l->number), *count = getenv(l->count);
    *is_set = number || count;
    if (!*is_set) return MR_OK;
    if (!number || !count) {
        mr_status st = mr_fail(err, MR_E_STATE, "--shard auto: %s is set, %s is not",
                               number ? l->number : l->count, number ? l->count : l->number);
        return mr_error_hint(err, st, "set both, as %s does, or give --shard K/N", l->name);
    }
    if (read_number(&out->number, number, number + strlen(number)) &&
        read_number(&out->count, count, count + strlen(count)) && is_within(out))
        return MR_OK;
    mr_status st = mr_fail(err, MR_E_STATE, "--shard auto: %s=%.40s of %s=%.40s is no part",
                           l->number, number, l->count, count);
    return mr_error_hint(err, st, "give --shard K/N");
}

static mr_status fail_missing(mr_error *err)
{
    struct mr_strbuf looked = {0};
    for (size_t k = 0; k < LAUNCHERS; k++)
        mr_strbuf_addf(&looked, "%s%s/%s", k ? ", " : "", launchers[k].number, launchers[k].count);
    mr_status st =
        mr_fail(err, MR_E_STATE, "--shard auto: none is set of %s", mr_strbuf_text(&looked));
    mr_strbuf_free(&looked);
    return mr_error_hint(err, st,
                         "start it by mpirun, srun or torchrun, or give --shard K/N to each");
}

static mr_status fail_conflict(const struct launcher *a, const struct launcher *b, mr_error *err)
{
    mr_status st = mr_fail(err, MR_E_STATE, "--shard auto: %s=%.40s/%.40s, but %s=%.40s/%.40s",
                           a->number, getenv(a->number), getenv(a->count), b->number,
                           getenv(b->number), getenv(b->count));
    return mr_error_hint(err, st, "unset what is not meant (env -u %s), or give --shard K/N",
                         b->number);
}

static mr_status read_environment(struct mr_rank *out, mr_error *err)
{
    const struct launcher *found = NULL;
    for (size_t k = 0; k < LAUNCHERS; k++) {
        const struct launcher *l = &launchers[k];
        struct mr_rank rank = {.is_found = true};
        bool is_set;
        if (found && l->is_around) break;
        MR_TRY(ask(&rank, l, &is_set, err));
        if (!is_set) continue;
        if (found && (rank.number != out->number || rank.count != out->count))
            return fail_conflict(found, l, err);
        found = l;
        *out = rank;
    }
    return found ? MR_OK : fail_missing(err);
}

mr_status mr_rank_read(struct mr_rank *out, const char *text, mr_error *err)
{
    *out = (struct mr_rank){.count = 0};
    return strcmp(text, "auto") == 0 ? read_environment(out, err) : read_written(out, text, err);
}
