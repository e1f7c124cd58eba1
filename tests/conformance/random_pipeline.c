#include "random_pipeline.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "random_writer.h"

/* A division, guarded only by a filter before it: what a mask drops must not fail. */
static void put_filtered_division(struct writer *w)
{
    size_t column = below(w, w->shape.columns);
    mr_dtype type = w->shape.type[column];
    if (!is_integer(type)) return;
    char divisor[NAME_BYTES];
    size_t mark = w->length;
    random_column(w, column);
    (void)snprintf(divisor, sizeof divisor, "%s", w->text + mark);
    w->length = mark;
    put(w, " | filter(%s != 0) | map(", divisor);
    random_leaf(w, type);
    put(w, " %s %s)", chance(w, 50) ? "/" : "%", divisor);
    writer_one_column(w, type, w->shape.length);
}

/* What fails, and what needs some of its elements or all. */
static void put_failing_stage(struct writer *w)
{
    mr_dtype type = integer_type(w);
    bool is_map = chance(w, 70);
    w->may_fail = true;
    put(w, is_map ? " | map(" : chance(w, 50) ? " | filter(" : " | take_while(");
    random_division(w, type, 1);
    put(w, is_map ? ")" : " != 5)");
    w->may_fail = false;
    w->finished = true;
    if (is_map) writer_one_column(w, type, w->shape.length);
    for (unsigned more = 0; more < 3 && chance(w, 45); more++) {
        if (chance(w, 60))
            random_slice(w, false);
        else
            random_stage(w, false);
    }
}

static void put_overflow(struct writer *w)
{
    mr_dtype type = integer_type(w);
    put(w, "fibonacci(");
    put(w, "start=%u", chance(w, 60) ? 0 : (unsigned)below(w, 60));
    random_dtype(w, type, MR_I64);
    put(w, ")");
    random_take(w, between(w, 30, 120));
    writer_one_column(w, type, 120);
    w->finished = true;
}

/* ---- terminals and the whole ----------------------------------------------------------------- */

static void put_terminal(struct writer *w)
{
    static const char *const needs_all[] = {"sum",  "norm", "prod", "min",    "max",
                                            "mean", "var",  "std",  "argmin", "argmax"};
    static const char *const others[] = {"count", "any", "all", "first", "last"};
    static const char *const some[] = {"any", "all", "first", "count"};
    if (w->shape.columns == 1 && w->shape.type[0] != MR_BOOL && chance(w, 12)) {
        int64_t low = between(w, -50, 50);
        put(w, " | hist(%u", 1 + (unsigned)below(w, 20));
        put(w, ", %lld, %lld)", (long long)low, (long long)(low + between(w, 1, 3000)));
        return;
    }
    if (w->options.variables && writer_has_room(w) && chance(w, 40)) {
        put(w, " | fold(");
        (void)random_variables(w, false, chance(w, 15));
        put(w, ")");
        return;
    }
    const char *name = PICK(w, needs_all);
    if (w->finished && chance(w, 50))
        name = PICK(w, some);
    else if (!w->finished && chance(w, 20))
        name = PICK(w, others);
    bool spread = strcmp(name, "var") == 0 || strcmp(name, "std") == 0;
    put(w, " | %s(%s)", name, spread && chance(w, 30) ? "ddof=1" : "");
}

static void put_pipeline(struct writer *w)
{
    bool fails = !w->options.no_failures && chance(w, 15);
    if (fails && chance(w, 15))
        put_overflow(w);
    else if (chance(w, 20))
        random_zip(w, 1);
    else if (chance(w, 12))
        random_chain(w);
    else
        random_source(w);
    for (size_t stages = below(w, 6); stages && !w->finished; stages--) random_stage(w, false);
    if (!w->finished && chance(w, 8)) put_filtered_division(w);
    if (!w->finished && fails) put_failing_stage(w);
    if (!w->options.no_terminal && chance(w, 60)) put_terminal(w);
}

char *random_pipeline(uint64_t seed, struct random_pipeline_options options)
{
    struct writer *w = mr_alloc(1, sizeof *w);
    if (!w) return NULL;
    w->options = options;
    w->state = seed;
    put_pipeline(w);
    char *text = mr_text_copy(w->text, w->length);
    mr_free(w);
    return text;
}
