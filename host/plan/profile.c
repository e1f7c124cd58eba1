#include "plan/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct mr_profile mr_profiles[MR_PROFILE_ROWS] = {
#define PROFILE_ROW(name, takes, ...) [MR_PROFILE_##name] = {__VA_ARGS__},
    MR_PROFILE_TABLE(PROFILE_ROW)
#undef PROFILE_ROW
};

const struct mr_profile *mr_profile_of(const struct mr_profile_device *d)
{
#define PROFILE_TAKEN(name, takes, ...)                                                            \
    if (takes) return &mr_profiles[MR_PROFILE_##name];
    MR_PROFILE_TABLE(PROFILE_TAKEN)
#undef PROFILE_TAKEN
    return NULL; /* not reached: the last row takes any */
}

/* Private arrays of a whole group may be on one thread's stack of 8 MiB (stacks-groups in
 * cl/quirk.c), and a leaf of a variance takes 8 KiB a column and 8 more, unless work-items share
 * it. */
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

/* Without vectors, and where they share leaves, work-items are the lanes, and there must be many:
 * one or more a leaf, each with one chain of operations. */
static void take_sharing(struct mr_profile *p)
{
    bool shares = mr_profile_shares_leaves(p);
    if (!shares && (p->width_32 > 1 || p->width_64 > 1)) return;
    p->sharing_items = 0;
    p->side_by_side = 1;
    if (shares) p->ahead_bytes = 0;
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

/* The largest units: who computes most likes them, and smaller ones would cost it more than they
 * gain the others. */
bool mr_profile_join(struct mr_profile *common, const struct mr_profile *one)
{
    if (one->unit > common->unit) common->unit = one->unit;
    if (one->ring > common->ring) common->ring = one->ring;
    return mr_profile_shares_leaves(common) == mr_profile_shares_leaves(one);
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
