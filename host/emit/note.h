/* What the passes write down of each node of a body. Each thing is decided once, in one pass
 * (emit/passes.h); later passes and the text read it. */
#ifndef MR_EMIT_NOTE_H
#define MR_EMIT_NOTE_H

#include "emit/source_text.h"

/* How the lanes of a value are made: constant, name in `millrace explain --passes`. */
#define MR_FORM_TABLE(ROW)                                                                         \
    ROW(MR_FORM_OPERATION, "")           /* by the operation itself, from its operands' lanes */   \
    ROW(MR_FORM_NUMBER, "number")        /* the same in every lane */                              \
    ROW(MR_FORM_POSITION, "position")    /* i, i + 1, ... */                                       \
    ROW(MR_FORM_SLOT, "slot")            /* consecutive elements of a segment's slot */            \
    ROW(MR_FORM_EDGE, "edge")            /* the same, where its first or last may be passed */     \
    ROW(MR_FORM_MEMORY, "memory")        /* consecutive elements of the caller's memory */         \
    ROW(MR_FORM_GATHER, "gather")        /* any elements of the caller's memory */                 \
    ROW(MR_FORM_NATIVE, "native")        /* by the device's own function */                        \
    ROW(MR_FORM_MATH, "math")            /* by the library's function of operands */               \
    ROW(MR_FORM_EACH, "each")            /* by the library's function of any positions */          \
    ROW(MR_FORM_STRIP, "strip")          /* the same, where positions are consecutive */           \
    ROW(MR_FORM_PLAIN, "plain division") /* no guard: the divisor is neither 0 nor -1 */           \
    ROW(MR_FORM_LINE, "line")            /* a product: its number at lane 0 plus rises */          \
    ROW(MR_FORM_EXACT_F64, "exact f64")  /* a cast of a line: added up in f64 */                   \
    ROW(MR_FORM_DIFFERENCES, "differences") /* a polynomial: the last vector plus a difference */  \
    ROW(MR_FORM_RESIDUE, "residue")         /* x % d == r: one product and one comparison */

enum mr_form {
#define MR_FORM_ENUM(constant, name) constant,
    MR_FORM_TABLE(MR_FORM_ENUM)
#undef MR_FORM_ENUM
};

#define MR_FORM_ONE(constant, name) +1
enum { MR_FORM_COUNT = 0 MR_FORM_TABLE(MR_FORM_ONE) };
#undef MR_FORM_ONE

enum { MR_AS_LANES = 1, MR_AS_SCALAR = 2 }; /* bits of mr_note.needs */

/* A polynomial's degree in the position: 0 is made of numbers alone, 1 is a number of positions
 * plus a number, and so on. */
enum { MR_NO_POLYNOMIAL = -1, MR_MOST_DEGREE = 3 };

/* x % divisor == r, or !=, and no remainder for it (residue.h). */
struct mr_residue {
    ir_value x, r;    /* r: a constant or a parameter */
    uint64_t divisor; /* at least 2, its sign left out: C's remainder does not depend on it */
    unsigned bits;    /* of the test's lanes: 32 where x and the divisor are seen to fit */
    bool narrows;     /* x has 64 bits, and the test 32 */
    unsigned shift;   /* the powers of two in the divisor */
    uint64_t inverse; /* of what is left of it, modulo 2^bits */
};

struct mr_note {
    /* Strength. */
    enum mr_form form;
    uint8_t written; /* operations when written out as one expression, or too many */
    int8_t degree;   /* of an integer of 64 bits in the position */
    bool is_line;    /* at position i: start + slope * i, which f64 holds, as it does its parts */
    bool is_exact;   /* a line whose every value f64 holds */
    bool is_small;   /* an integer of which a leaf's sum does not wrap */
    double slope, start;
    int64_t offset;  /* SLOT, EDGE: element i + offset of what the view begins with */
    ir_value walked; /* the polynomial whose differences make the value; IR_NONE: by none */
    struct mr_residue residue;

    /* Needs: of each kernel. A value that no kernel needs is not in the text. */
    uint8_t needs[MR_MAX_KERNELS];

    /* Layout. */
    uint8_t mask_bits; /* of a bool value's lanes: 32 or 64 */
    uint8_t vectors;   /* STRIP: that one call makes, 1 or 4 */
    int32_t param;     /* its place in P, or -1 */
};

const char *mr_form_name(enum mr_form form);

#endif
