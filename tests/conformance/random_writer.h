/* What the files of random pipelines share: a text is written at chance, from left to right, and
 * the columns that it has so far are known. */
#ifndef MR_TESTS_CONFORMANCE_RANDOM_WRITER_H
#define MR_TESTS_CONFORMANCE_RANDOM_WRITER_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <millrace/dtype.h>

#include "random_numbers.h"
#include "random_pipeline.h"

enum { COLUMNS = 8, NAME_BYTES = 16, TEXT_BYTES = 1 << 16, FEW_COLUMNS = 3 };

struct shape {
    size_t columns;
    char name[COLUMNS][NAME_BYTES];
    mr_dtype type[COLUMNS];
    int64_t length; /* at most this many elements */
};

struct writer {
    struct random_pipeline_options options;
    uint64_t state;
    struct shape shape; /* what expressions and stages written now apply to */
    bool only_position; /* inside gen(): there are no columns */
    bool only_this;     /* no neighbours of the element: variables have none */
    bool may_fail;      /* unguarded divisions are allowed in the expression written now */
    bool finished;      /* no stage may follow */
    unsigned labels;    /* used so far: labels are unique in a pipeline */
    size_t length;
    char text[TEXT_BYTES];
};

/* ---- chance ---- */

static inline size_t below(struct writer *w, size_t bound)
{
    return (size_t)(splitmix_next(&w->state) % bound);
}

static inline bool chance(struct writer *w, unsigned percent)
{
    return below(w, 100) < percent;
}

static inline int64_t between(struct writer *w, int64_t low, int64_t high)
{
    return low + (int64_t)(splitmix_next(&w->state) % (uint64_t)(high - low + 1));
}

#define PICK(w, table) ((table)[below(w, sizeof(table) / sizeof(table)[0])])

/* ---- dtypes ---- */

static inline bool is_float(mr_dtype type)
{
    return type == MR_F32 || type == MR_F64;
}

static inline bool is_signed(mr_dtype type)
{
    return type == MR_I32 || type == MR_I64;
}

static inline bool is_integer(mr_dtype type)
{
    return !is_float(type) && type != MR_BOOL;
}

static inline mr_dtype any_type(struct writer *w)
{
    return (mr_dtype)(MR_BOOL + below(w, MR_DTYPE_COUNT - MR_BOOL));
}

static inline mr_dtype number_type(struct writer *w)
{
    static const mr_dtype types[] = {MR_I32, MR_U32, MR_I64, MR_I64,
                                     MR_U64, MR_F32, MR_F64, MR_F64};
    return PICK(w, types);
}

static inline mr_dtype integer_type(struct writer *w)
{
    static const mr_dtype types[] = {MR_I32, MR_U32, MR_I64, MR_U64};
    return PICK(w, types);
}

/* Writes on. */
__attribute__((format(printf, 2, 3))) static inline void put(struct writer *w, const char *format,
                                                             ...)
{
    size_t room = sizeof w->text - w->length;
    va_list list;
    va_start(list, format);
    int count = vsnprintf(w->text + w->length, room, format, list);
    va_end(list);
    if (count > 0) w->length += (size_t)count < room ? (size_t)count : room - 1;
}

/* ---- random_writer.c: the pieces of a text, and its columns ---- */

/* A non-negative integer in one of its spellings. */
void random_integer(struct writer *w, uint64_t n);

/* A parameter: may be negative, and a whole float when it is round. */
void random_parameter(struct writer *w, int64_t n);

/* A literal that fits the dtype; it takes the dtype only because of what it stands beside. */
void random_literal(struct writer *w, mr_dtype type);

/* `dtype=`, where it has to be said or chance wants it. */
void random_dtype(struct writer *w, mr_dtype type, mr_dtype fallback);

/* A name that no other column of the pipeline has. */
void random_label(struct writer *w, char name[NAME_BYTES]);

/* The columns that there are from here on. */
void writer_one_column(struct writer *w, mr_dtype type, int64_t length);
void writer_add_column(struct shape *shape, const char *name, mr_dtype type);
bool writer_has_room(const struct writer *w); /* for variables of one's own */

/* ---- random_expression.c: each writes one of exactly the dtype asked for, that a literal does
 * not stand for alone ---- */

void random_expression(struct writer *w, mr_dtype type, unsigned depth);
void random_comparison(struct writer *w, unsigned depth);

/* A column of the dtype, the position, or one of them cast. */
void random_leaf(struct writer *w, mr_dtype type);
void random_column(struct writer *w, size_t column);

/* A quotient or remainder, safe by a constant, an odd divisor or a guard, unless it may fail. */
void random_division(struct writer *w, mr_dtype type, unsigned depth);

/* A condition that holds for a good part of the elements. */
void random_condition(struct writer *w);

/* Up to two variables, their starts, and `while=` if `ends`. Returns them; expressions see them and
 * the columns there were. */
struct shape random_variables(struct writer *w, bool sees_element, bool ends);
void random_every(struct writer *w);

/* ---- random_source.c ---- */

/* One column named x. */
void random_source(struct writer *w);
void random_zip(struct writer *w, unsigned depth);
void random_chain(struct writer *w);

/* ---- random_stage.c ---- */

/* `keeps_one`: one column comes in, and one named x goes out. */
void random_stage(struct writer *w, bool keeps_one);
void random_slice(struct writer *w, bool keeps_one);
void random_take(struct writer *w, int64_t length);

#endif
