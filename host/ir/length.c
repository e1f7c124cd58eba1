#include "ir/length.h"

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t without(int64_t count, int64_t n)
{
    return count > n ? count - n : 0;
}

static int64_t sum(int64_t a, int64_t b)
{
    return b > INT64_MAX - a ? INT64_MAX : a + b;
}

/* How many of 0, step, 2*step, ... are below `count`. */
static int64_t steps(int64_t count, int64_t step)
{
    return count > 0 ? (count - 1) / step + 1 : 0;
}

struct mr_length mr_length_known(int64_t count)
{
    return (struct mr_length){MR_LENGTH_KNOWN, count, INT64_MAX};
}

struct mr_length mr_length_at_most(int64_t most)
{
    return (struct mr_length){most ? MR_LENGTH_UNKNOWN : MR_LENGTH_KNOWN, most, INT64_MAX};
}

struct mr_length mr_length_take(struct mr_length length, int64_t n)
{
    if (length.kind == MR_LENGTH_ENDLESS || n == 0) length.kind = MR_LENGTH_KNOWN;
    length.most = least(length.most, n);
    return length;
}

struct mr_length mr_length_skip(struct mr_length length, int64_t n)
{
    length.reach = without(length.reach, n);
    /* Nothing limits an unknown length of 2^63-1, so it stays that. */
    if (length.kind != MR_LENGTH_KNOWN && length.most == INT64_MAX) return length;
    length.most = without(length.most, n);
    if (length.most == 0) length.kind = MR_LENGTH_KNOWN;
    return length;
}

struct mr_length mr_length_stride(struct mr_length length, int64_t start, int64_t step)
{
    bool is_limited = length.kind == MR_LENGTH_KNOWN || length.most < INT64_MAX;
    length = mr_length_skip(length, start);
    if (is_limited) length.most = steps(length.most, step);
    length.reach = steps(length.reach, step);
    return length;
}

/* They have positions of their own; that those before them end is found when they do. */
struct mr_length mr_length_some(struct mr_length length)
{
    return mr_length_at_most(length.most);
}

struct mr_length mr_length_chunks(struct mr_length length, int64_t n)
{
    length.reach = INT64_MAX;
    bool is_limited = length.kind == MR_LENGTH_KNOWN || length.most < INT64_MAX;
    if (is_limited) length.most = steps(length.most, n);
    return length;
}

struct mr_length mr_length_shorter(struct mr_length a, struct mr_length b)
{
    struct mr_length both = {MR_LENGTH_KNOWN, least(a.most, b.most), least(a.reach, b.reach)};
    if (a.kind == MR_LENGTH_UNKNOWN || b.kind == MR_LENGTH_UNKNOWN) both.kind = MR_LENGTH_UNKNOWN;
    if (a.kind == MR_LENGTH_ENDLESS && b.kind == MR_LENGTH_ENDLESS) both.kind = MR_LENGTH_ENDLESS;
    if (both.most == 0) both.kind = MR_LENGTH_KNOWN;
    return both;
}

struct mr_length mr_length_joined(struct mr_length a, struct mr_length b)
{
    if (a.kind == MR_LENGTH_ENDLESS) return a;
    struct mr_length both = {.kind = a.kind == MR_LENGTH_UNKNOWN ? MR_LENGTH_UNKNOWN : b.kind};
    both.most = sum(a.most, b.most);
    both.reach = mr_length_goes_on(a) ? a.reach : sum(a.most, b.reach);
    if (a.kind == MR_LENGTH_UNKNOWN) both.reach = INT64_MAX;
    return both;
}

bool mr_length_is_too_long(struct mr_length a, struct mr_length b)
{
    bool are_known = a.kind == MR_LENGTH_KNOWN && b.kind == MR_LENGTH_KNOWN;
    return are_known && b.most > INT64_MAX - a.most;
}

int64_t mr_part_begin(int64_t length, int64_t k, int64_t n)
{
    enum { LEAF = 1024 };
    int64_t leaves = length / LEAF + (length % LEAF != 0);
    int64_t leaf = leaves / n * k + leaves % n * k / n;
    return leaf > length / LEAF ? length : leaf * LEAF;
}
