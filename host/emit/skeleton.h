/* A kind's kernels are texts in kernels/skeleton/ with holes. `@MARK@` stands for text that the
 * mark's function writes, and a line of one mark and white space only for whole lines. Lines that
 * begin with `//@` say what is written:
 *
 *     //@ each VALUE     what follows, for each row of a list
 *     //@ if F64         what follows, where the test holds
 *     //@ else
 *     //@ end
 *     //@ include FILE   another text
 *     //@# ...           a remark
 *
 * What says that a strip is whole ends with @THERE@, so that neighbours that are not there are not
 * read (marks.c):
 *
 *     const int whole = strip >= low && strip + STRIP <= high@THERE@;
 *
 * Marks, lists and tests are the kind's own (host/kinds/NAME.c), or everybody's (marks.c). */
#ifndef MR_EMIT_SKELETON_H
#define MR_EMIT_SKELETON_H

#include "emit/emitter.h"

struct mr_text_mark {
    const char *name;
    void (*fill)(struct mr_emitter *e, struct mr_strbuf *out);
};

struct mr_text_test {
    const char *name;
    bool (*holds)(const struct mr_emitter *e);
};

struct mr_text_list {
    const char *name;
    /* Goes to row `number`, in the emitter's `column` or `round`; false where there is none. */
    bool (*go)(struct mr_emitter *e, size_t number);
};

struct mr_kernel_form {
    const char *suffix; /* of its name */
    enum mr_items items;
};

struct mr_skeleton {
    const char *files[MR_MAX_SKELETON_FILES];      /* in kernels/, one after the other */
    struct mr_kernel_form kernels[MR_MAX_KERNELS]; /* in the order of the text and of launches */
    const char *library;                           /* a file that its text calls; NULL: none */

    /* How often the last of them is launched for a unit; NULL: once. */
    unsigned (*rounds)(const struct mr_segment *s);

    /* The first of them looks at MR_ARG_BEFORE only where a unit begins inside a leaf. */
    bool has_before_in_leaf;

    /* Each ends with a row of NULLs; NULL: there are none. */
    const struct mr_text_mark *marks;
    const struct mr_text_test *tests;
    const struct mr_text_list *lists;

    /* Writes #defines that the operations before the kernels see too; NULL: none. */
    void (*define)(struct mr_emitter *e, struct mr_strbuf *out);

    /* Leaves that a work-item of MR_ITEMS_LEAVES takes, side by side unless it says otherwise;
     * NULL: 1. */
    unsigned (*leaves)(const struct mr_segment *s, const struct mr_profile *profile);

    /* Work-items of MR_ITEMS_WORKERS; NULL: there is no such kernel. */
    unsigned (*workers)(const struct mr_segment *s);

    /* How values are walked: */
    bool walks_leaves;       /* each from its first vector to its last, by one work-item */
    unsigned strip_vectors;  /* a strip has at least so many vectors; 0: one */
    bool has_no_strips;      /* a turn is one vector */
    bool has_pieces;         /* ... and a work-item's share of a leaf that others share: 64 bytes */
    bool has_one_lane;       /* ... of one lane: each position needs the one before */
    bool lanes_are_apart;    /* each at a position of its own, and some not on (state_paths.cl) */
    bool takes_in_turn;      /* leaves: one after the other */
    bool walks_side_by_side; /* pieces far from each other, at the same time */
    bool takes_scalars;      /* values after the first are numbers, and vectors those of 64 bits */
    bool packs;              /* a second kernel makes the values, unless the first saves them */
    bool ends_at_failed_check; /* what fails limits `good` */
};

static inline size_t mr_skeleton_kernel_count(const struct mr_skeleton *skeleton)
{
    size_t count = 0;
    while (count < MR_MAX_KERNELS && skeleton->kernels[count].suffix) count++;
    return count;
}

/* Whether work-items of its first kernel share the segment's leaves. */
static inline bool mr_skeleton_shares_leaves(const struct mr_skeleton *skeleton,
                                             const struct mr_segment *segment)
{
    return segment->shares_leaves && skeleton->kernels[0].items == MR_ITEMS_SPANS;
}

/* NULL: the host alone computes such a segment. */
const struct mr_skeleton *mr_skeleton_of(const struct mr_segment *segment);

/* Writes one text; false, and the rest is not written, where it is faulty. */
bool mr_fill_text(struct mr_emitter *e, struct mr_strbuf *out, const char *text);

/* Writes the skeleton's texts; where one is faulty the emitter fails and no more is written. */
void mr_fill_skeleton(struct mr_emitter *e, struct mr_strbuf *out);

/* Those of every kind. */
extern const struct mr_text_mark mr_common_marks[];
extern const struct mr_text_test mr_common_tests[];
extern const struct mr_text_list mr_common_lists[];

#endif
