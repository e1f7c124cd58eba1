/* Stages, at chance. */
#include <stdio.h>
#include <string.h>

#include "random_writer.h"

void random_take(struct writer *w, int64_t length)
{
    put(w, " | take(");
    random_parameter(w, length);
    put(w, ")");
}

/* Where the expression from `start` on is a column alone, and that is not called x and a number,
 * the map without labels keeps its name. */
static void keep_name(const struct writer *w, size_t start, char name[NAME_BYTES])
{
    for (size_t c = 0; c < w->shape.columns; c++)
        if (w->shape.name[c][0] != 'x' && !strcmp(w->text + start, w->shape.name[c])) {
            (void)snprintf(name, NAME_BYTES, "%s", w->shape.name[c]);
            return;
        }
}

/* One that is there twice goes by its place. */
static void number_twins(struct shape *mapped)
{
    bool twin[COLUMNS] = {false};
    for (size_t a = 0; a < mapped->columns; a++)
        for (size_t b = 0; b < mapped->columns; b++)
            twin[a] |= a != b && !strcmp(mapped->name[a], mapped->name[b]);
    for (size_t c = 0; c < mapped->columns; c++)
        if (twin[c]) (void)snprintf(mapped->name[c], NAME_BYTES, "x%c", '0' + (int)c);
}

static void put_map(struct writer *w, bool keeps_one)
{
    struct shape mapped = {.length = w->shape.length};
    size_t columns = keeps_one || chance(w, 60) ? 1 : 1 + below(w, FEW_COLUMNS);
    bool labelled = !keeps_one && (columns > 1 ? chance(w, 70) : chance(w, 20));
    put(w, " | map(");
    for (size_t k = 0; k < columns; k++) {
        char name[NAME_BYTES] = "x";
        mr_dtype type = any_type(w);
        if (columns > 1) (void)snprintf(name, sizeof name, "x%c", '0' + (int)k);
        if (labelled) random_label(w, name);
        if (k) put(w, ", ");
        if (labelled) put(w, "%s: ", name);
        size_t start = w->length;
        random_expression(w, type, 1 + (unsigned)below(w, 4));
        if (!labelled) keep_name(w, start, name);
        writer_add_column(&mapped, name, type);
    }
    number_twins(&mapped);
    put(w, ")");
    w->shape = mapped;
}

static void put_filter(struct writer *w, bool keeps_one)
{
    (void)keeps_one;
    put(w, " | filter(");
    random_condition(w);
    put(w, ")");
}

static void put_enumerate(struct writer *w, bool keeps_one)
{
    struct shape numbered = {.length = w->shape.length};
    bool taken = keeps_one || w->shape.columns + FEW_COLUMNS > COLUMNS;
    for (size_t c = 0; c < w->shape.columns; c++) taken |= strcmp(w->shape.name[c], "n") == 0;
    if (taken) return;
    put(w, " | enumerate(");
    if (chance(w, 50)) put(w, "%d", (int)below(w, 100) - 20);
    put(w, ")");
    writer_add_column(&numbered, "n", MR_I64);
    for (size_t c = 0; c < w->shape.columns; c++)
        writer_add_column(&numbered, w->shape.name[c], w->shape.type[c]);
    w->shape = numbered;
}

void random_slice(struct writer *w, bool keeps_one)
{
    (void)keeps_one;
    int64_t length = w->shape.length, some = between(w, 0, length + 3);
    switch (below(w, 3)) {
    case 0:
        random_take(w, some);
        if (some < w->shape.length) w->shape.length = some;
        return;
    case 1:
        put(w, " | skip(");
        random_parameter(w, chance(w, 70) ? some / 4 : some);
        put(w, ")");
        return;
    default:
        put(w, " | slice(");
        random_parameter(w, some / 8);
        if (chance(w, 40))
            put(w, ", inf");
        else
            put(w, ", %lld", (long long)(some / 8 + between(w, 0, length + 3)));
        if (chance(w, 80)) put(w, ", %d", 1 + (int)below(w, 7));
        put(w, ")");
    }
}

static void widen_columns(struct writer *w, bool f32_too)
{
    for (size_t c = 0; c < w->shape.columns; c++) {
        mr_dtype *type = &w->shape.type[c];
        if (*type == MR_BOOL || *type == MR_I32) *type = MR_I64;
        if (*type == MR_U32) *type = MR_U64;
        if (*type == MR_F32 && f32_too) *type = MR_F64;
    }
}

static void put_scan(struct writer *w, bool keeps_one)
{
    static const char *const operations[] = {"sum", "prod", "min", "max"};
    size_t k = below(w, 4);
    (void)keeps_one;
    put(w, " | scan(%s)", operations[k]);
    if (k < 2) widen_columns(w, false);
}

static void put_scan_of_ones_own(struct writer *w, bool keeps_one)
{
    if (keeps_one || !writer_has_room(w)) return;
    put(w, " | scan(");
    struct shape own = random_variables(w, false, chance(w, 15));
    random_every(w);
    put(w, ")");
    w->shape = own;
}

static void put_loop(struct writer *w, bool keeps_one)
{
    if (keeps_one || !writer_has_room(w)) return;
    put(w, " | loop(");
    struct shape own = random_variables(w, true, true);
    put(w, ", most=%u)", 1 + (unsigned)below(w, 9));
    w->shape = own;
}

static void put_window(struct writer *w, bool keeps_one)
{
    static const char *const operations[] = {"sum", "mean", "min", "max"};
    static const unsigned wide[] = {64, 100, 127};
    size_t k = below(w, 4);
    (void)keeps_one;
    unsigned size =
        chance(w, 85) || w->shape.length > 5000 ? 1 + (unsigned)below(w, 20) : PICK(w, wide);
    put(w, " | window(%u, %s)", size, operations[k]);
    if (k == 0) widen_columns(w, false);
    for (size_t c = 0; k == 1 && c < w->shape.columns; c++)
        w->shape.type[c] = w->shape.type[c] == MR_F32 ? MR_F32 : MR_F64;
}

static void put_diff(struct writer *w, bool keeps_one)
{
    (void)keeps_one;
    for (size_t c = 0; c < w->shape.columns; c++)
        if (w->shape.type[c] == MR_BOOL) return;
    put(w, " | diff()");
}

static void put_while(struct writer *w, bool keeps_one)
{
    (void)keeps_one;
    put(w, chance(w, 50) ? " | take_while(" : " | drop_while(");
    if (chance(w, 70))
        put(w, "i < %lld", (long long)between(w, 0, w->shape.length + 1));
    else
        random_comparison(w, 1);
    put(w, ")");
}

static void put_chunk(struct writer *w, bool keeps_one)
{
    static const char *const operations[] = {"sum", "prod", "mean", "count", "min", "max"};
    static const unsigned sizes[] = {1, 2, 3, 7, 10, 32, 33, 100, 1000, 1024, 1025, 2500};
    size_t k = below(w, 6);
    (void)keeps_one;
    put(w, " | chunk(%u, %s)", PICK(w, sizes), operations[k]);
    if (k < 2) widen_columns(w, true);
    for (size_t c = 0; (k == 2 || k == 3) && c < w->shape.columns; c++)
        w->shape.type[c] = k == 2 ? MR_F64 : MR_I64;
}

static void put_dedup(struct writer *w, bool keeps_one)
{
    (void)keeps_one;
    put(w, " | dedup()");
}

static void put_run_length(struct writer *w, bool keeps_one)
{
    bool taken = keeps_one || w->shape.columns + FEW_COLUMNS > COLUMNS;
    for (size_t c = 0; c < w->shape.columns; c++) taken |= strcmp(w->shape.name[c], "count") == 0;
    if (taken) return;
    put(w, " | run_length()");
    writer_add_column(&w->shape, "count", MR_I64);
}

void random_stage(struct writer *w, bool keeps_one)
{
    static void (*const stages[])(struct writer *, bool) = {
        put_map,       put_map,      put_map,      put_map,        put_filter, put_filter,
        put_enumerate, random_slice, random_slice, put_scan,       put_window, put_diff,
        put_while,     put_chunk,    put_dedup,    put_run_length,
    };
    static void (*const own[])(struct writer *, bool) = {put_scan_of_ones_own, put_loop};
    if (w->options.variables && chance(w, 40))
        PICK(w, own)(w, keeps_one);
    else
        PICK(w, stages)(w, keeps_one);
}
