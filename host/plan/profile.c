#include "plan/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* CPU: measured under PoCL on two cores. A unit costs some 10 us beside its elements, of threads
 * woken and of the one that enqueues: units of 2^19 took 5 to 30 % less time than those of 2^18
 * (bench/README.md), and three slots of them, 12 MiB of f64, stay in the last cache. Memory
 * is asked for ahead, since some CPUs prefetch only within a page and read a third slower without;
 * loops that only read do without.
 *
 * A few work-items that share a unit keep all cores busy; where each operation waits for the one
 * before it, a core has room for four chains of them.
 *
 * GPUs: not timed, no device was at hand. Their compilers make vectors of work-items, so that a
 * vector of a work-item is only what it reads and writes at once: up to 16 bytes, and as many lanes
 * are its span, so that those of neighbours are consecutive. Four lanes are a block of Philox, too,
 * two of 64 bits are one of pairs. Groups of 64, which every vendor runs whole. Where memory
 * is the device's own, its bandwidth is 0.5 to 5 TB/s: 2^22 elements, 16 or 32 MB, are 5 to 50 us,
 * so that starting a kernel, some 3 us, is hidden behind the one before. */
const struct mr_profile mr_profiles[MR_PROFILE_ROWS] = {
    [MR_PROFILE_HOST] = {.width_32 = 16,
                         .width_64 = 8,
                         .span_32 = MR_ROW_LANES,
                         .span_64 = MR_ROW_LANES,
                         .group_elems = 1,
                         .unit = 1 << 15,
                         .ring = 3,
                         .sharing_items = 4,
                         .side_by_side = 4},
    [MR_PROFILE_CPU] = {.width_32 = 16,
                        .width_64 = 8,
                        .span_32 = MR_ROW_LANES,
                        .span_64 = MR_ROW_LANES,
                        .group_elems = 4,
                        .unit = 1 << 19,
                        .ring = 3,
                        .sharing_items = 4,
                        .side_by_side = 4,
                        .ahead_bytes = 4096},
    [MR_PROFILE_INTEGRATED] = {.width_32 = 4,
                               .width_64 = 2,
                               .span_32 = 4,
                               .span_64 = 2,
                               .group_elems = 64,
                               .unit = 1 << 18,
                               .ring = 3,
                               .side_by_side = 1},
    [MR_PROFILE_DISCRETE] = {.width_32 = 4,
                             .width_64 = 2,
                             .span_32 = 4,
                             .span_64 = 2,
                             .group_elems = 64,
                             .unit = 1 << 22,
                             .ring = 3,
                             .side_by_side = 1},
};

/* PoCL keeps the private arrays of a whole group on one thread's stack of 8 MiB, and a leaf of a
 * variance takes 8 KiB a column and 8 more, unless work-items share it. */
enum { MOST_GROUP = 64, MOST_SHARING_GROUP = 256 };

static bool has_possible_lanes(unsigned width, unsigned span)
{
    return mr_is_power_of_two(width) && width <= 16 && mr_is_power_of_two(span) && width <= span &&
           span <= MR_ROW_LANES;
}

static bool is_possible(const struct mr_profile *p)
{
    return has_possible_lanes(p->width_32, p->span_32) &&
           has_possible_lanes(p->width_64, p->span_64) &&
           (p->span_32 < MR_ROW_LANES) == (p->span_64 < MR_ROW_LANES) &&
           mr_is_power_of_two(p->group_elems) &&
           p->group_elems <= (mr_profile_shares_leaves(p) ? MOST_SHARING_GROUP : MOST_GROUP) &&
           mr_is_power_of_two(p->unit) && p->unit >= 4096 && p->unit <= MR_PROFILE_MOST_UNIT &&
           p->ring >= 2 && p->ring <= 16;
}

/* The number after `before`, at most 8 digits of it; moves *text behind it, or makes it NULL. */
static unsigned long take_number(const char **text, const char *before)
{
    size_t length = strlen(before);
    bool is_there = *text && strncmp(*text, before, length) == 0;
    const char *digits = is_there ? *text + length : "";
    size_t count = strspn(digits, "0123456789");
    bool is_number = count > 0 && count <= 8;
    *text = is_number ? digits + count : NULL;
    return is_number ? strtoul(digits, NULL, 10) : 0;
}

#define SPAN ", span "

static void take_span(const char **text, struct mr_profile *p)
{
    p->span_32 = p->span_64 = MR_ROW_LANES;
    if (!*text || strncmp(*text, SPAN, strlen(SPAN)) != 0) return;
    p->span_32 = (unsigned)take_number(text, SPAN);
    p->span_64 = (unsigned)take_number(text, "/");
}

/* Without vectors, and where they share leaves, work-items are the lanes, and there must be many,
 * as on GPUs. */
static void take_sharing(struct mr_profile *p)
{
    const struct mr_profile *gpu = &mr_profiles[MR_PROFILE_DISCRETE];
    bool shares = mr_profile_shares_leaves(p);
    if (!shares && (p->width_32 > 1 || p->width_64 > 1)) return;
    p->sharing_items = gpu->sharing_items;
    p->side_by_side = gpu->side_by_side;
    if (shares) p->ahead_bytes = gpu->ahead_bytes;
}

/* A work-item that owned all lanes would have them as arrays of scalars, and loops over them in its
 * text: Intel's compiler of 2022 took minutes. Compilers for CPUs make vectors of a group's
 * work-items by themselves, so that a group has one there. */
void mr_profile_make_plain(struct mr_profile *profile)
{
    if (!mr_profile_shares_leaves(profile)) profile->group_elems = 1;
    profile->width_32 = profile->width_64 = 1;
    profile->span_32 = profile->span_64 = 1;
    take_sharing(profile);
}

mr_status mr_profile_parse(struct mr_profile *out, const char *text, mr_error *err)
{
    struct mr_profile p = *out;
    const char *at = text;
    p.width_32 = (unsigned)take_number(&at, "lanes ");
    p.width_64 = (unsigned)take_number(&at, "/");
    take_span(&at, &p);
    p.group_elems = (unsigned)take_number(&at, ", group ");
    p.unit = take_number(&at, ", unit ");
    p.ring = (unsigned)take_number(&at, ", ring ");
    if (at && *at == '\0' && is_possible(&p)) {
        take_sharing(&p);
        *out = p;
        return MR_OK;
    }
    mr_status st = mr_fail(err, MR_E_VALUE, "'%.80s' is no shape of code", text);
    return mr_error_hint(err, st,
                         "for example 'lanes 16/8, group 4, unit 524288, ring 3', groups up to %d, "
                         "or 'lanes 4/2, span 4/2, group 64, ...' where work-items share rows of "
                         "%d, groups up to %d: powers of two, lanes up to 16, units up to %d",
                         MOST_GROUP, MR_ROW_LANES, MOST_SHARING_GROUP, MR_PROFILE_MOST_UNIT);
}

void mr_profile_write(char out[MR_PROFILE_TEXT_BYTES], const struct mr_profile *profile)
{
    char span[32] = "";
    if (mr_profile_shares_leaves(profile))
        (void)snprintf(span, sizeof span, SPAN "%u/%u", profile->span_32, profile->span_64);
    (void)snprintf(out, MR_PROFILE_TEXT_BYTES, "lanes %u/%u%s, group %u, unit %zu, ring %u",
                   profile->width_32, profile->width_64, span, profile->group_elems, profile->unit,
                   profile->ring);
}
