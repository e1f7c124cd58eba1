/* Sources, alone or side by side, at chance. */
#include <stdio.h>

#include "random_writer.h"

static int64_t random_length(struct writer *w)
{
    static const int64_t edges[] = {0,    1,    2,    3,    31,   32,   33,   63,
                                    64,   65,   127,  128,  1000, 1023, 1024, 1025,
                                    2047, 2048, 2049, 3072, 4095, 4096, 4097, 5000};
    static const int64_t large[] = {65535, 65536, 65537, 100000, 131072, 131073, 200000};
    if (w->options.large && chance(w, 40)) return PICK(w, large);
    if (chance(w, 60)) return PICK(w, edges);
    return between(w, 0, chance(w, 50) ? 200 : 5000);
}

static void put_range(struct writer *w, int64_t length)
{
    mr_dtype type = number_type(w);
    if (type == MR_F64 && chance(w, 40)) {
        put(w, "range(0, %.1f, 0.1", (double)length / 10);
        length++;
    } else if (is_float(type)) {
        /* Eighths are exact in f32, so that its rounding of the parameters does not matter. */
        int64_t start = between(w, -800, 800), step = between(w, 1, 40);
        if (chance(w, 30)) step = -step;
        put(w, "range(%.3f, %.4f, %.3f", (double)start / 8, (double)(start + step * length) / 8,
            (double)step / 8);
    } else if (chance(w, 50)) {
        put(w, "range(");
        random_parameter(w, length);
    } else {
        int64_t start = is_signed(type) ? between(w, -1000, 1000) : between(w, 0, 1000);
        int64_t step = chance(w, 50) ? 1 : between(w, 1, 9);
        int64_t stop = start + step * length - (step > 1 && length ? between(w, 0, step - 1) : 0);
        bool down = is_signed(type) && chance(w, 30);
        put(w, "range(");
        random_parameter(w, start);
        put(w, ", ");
        random_parameter(w, down ? 2 * start - stop : stop);
        if (down || step > 1 || chance(w, 30)) put(w, ", %lld", (long long)(down ? -step : step));
    }
    random_dtype(w, type, MR_I64);
    put(w, ")");
    writer_one_column(w, type, length);
}

static void put_count(struct writer *w, int64_t length)
{
    static const char *const decimals[] = {"0.1", "0.5", "1.25", "1e-3", "3.0"};
    mr_dtype type = number_type(w);
    if (type == MR_F64) {
        put(w, "count(-%s", PICK(w, decimals));
        put(w, ", %s", PICK(w, decimals));
    } else if (type == MR_F32) {
        put(w, "count(%.3f", (double)between(w, -80, 80) / 8);
        put(w, ", %.3f", (double)between(w, 1, 8) / 8);
    } else {
        put(w, chance(w, 50) ? "count(start=" : "count(");
        random_parameter(w, is_signed(type) ? between(w, -5000, 5000) : between(w, 0, 5000));
        if (chance(w, 50)) put(w, ", step=%d", (int)below(w, 100) + 1);
    }
    random_dtype(w, type, MR_I64);
    put(w, ")");
    random_take(w, length);
    writer_one_column(w, type, length);
}

static void put_linspace(struct writer *w, int64_t length)
{
    static const char *const ends[] = {"-1", "0", "1", "0.1", "3.75", "100", "1e6", "-2.5"};
    put(w, "linspace(%s, ", PICK(w, ends));
    put(w, "%s, ", PICK(w, ends));
    random_parameter(w, length);
    put(w, ")");
    writer_one_column(w, MR_F64, length);
}

static void put_repeat(struct writer *w, int64_t length)
{
    static const struct {
        const char *text;
        mr_dtype type;
    } values[] = {{"7", MR_I64},   {"-3", MR_I64}, {"2.5", MR_F64},
                  {"0.1", MR_F64}, {"0", MR_I64},  {"9223372036854775807", MR_I64}};
    size_t k = below(w, sizeof values / sizeof values[0]);
    put(w, "repeat(%s%s", values[k].text, chance(w, 50) ? ", times=" : ", ");
    random_parameter(w, length);
    put(w, ")");
    writer_one_column(w, values[k].type, length);
}

static void put_gen(struct writer *w, int64_t length)
{
    mr_dtype type = any_type(w);
    bool may_fail = w->may_fail;
    w->only_position = true;
    w->may_fail = false;
    put(w, "gen(");
    random_expression(w, type, 3);
    put(w, chance(w, 50) ? ", length=" : ", ");
    random_parameter(w, length);
    put(w, ")");
    w->only_position = false;
    w->may_fail = may_fail;
    writer_one_column(w, type, length);
}

static void put_fibonacci(struct writer *w, int64_t length)
{
    static const long long moduli[] = {2, 10, 97, 1000, 65537, 1000000007};
    mr_dtype type = integer_type(w);
    put(w, "fibonacci(");
    if (chance(w, 30)) put(w, "start=%s, ", chance(w, 50) ? "12345" : "1e18");
    put(w, "mod=%lld", PICK(w, moduli));
    random_dtype(w, type, MR_I64);
    put(w, ")");
    random_take(w, length);
    writer_one_column(w, type, length);
}

static void put_random_words(struct writer *w, int64_t length)
{
    mr_dtype type = chance(w, 40) ? MR_U32 : chance(w, 50) ? MR_F32 : MR_F64;
    put(w, type == MR_U32 ? "philox(" : "uniform(");
    if (chance(w, 50)) put(w, "seed=");
    put(w, "%u", (unsigned)below(w, 1000000));
    if (chance(w, 30)) put(w, ", stream=%u", (unsigned)below(w, 100));
    if (type != MR_U32) random_dtype(w, type, MR_F64);
    put(w, ")");
    random_take(w, length);
    writer_one_column(w, type, length);
}

/* The ends of a dtype and what stands beside them, in turn. */
static void put_edges(struct writer *w, int64_t length)
{
    enum { EDGES = 8 };
    static const char *const edges[MR_DTYPE_COUNT][EDGES] = {
        [MR_BOOL] = {"true", "false", "true", "true", "false", "false", "true", "false"},
        [MR_I32] = {"-2147483648", "2147483647", "-2147483647", "-1", "0", "1", "65536", "-32769"},
        [MR_U32] = {"4294967295", "2147483648", "2147483647", "0", "1", "4294967294", "65535", "3"},
        [MR_I64] = {"-9223372036854775807 - 1", "9223372036854775807", "-1", "0", "1",
                    "-9223372036854775807", "4294967296", "-2147483649"},
        [MR_U64] = {"18446744073709551615", "9223372036854775808", "9223372036854775807", "0", "1",
                    "18446744073709551614", "4294967295", "9007199254740993"},
        [MR_F32] = {"nan", "inf", "-inf", "-0.0", "1e-45", "3.4028235e38", "-16777217.0", "0.5"},
        [MR_F64] = {"nan", "inf", "-inf", "-0.0", "5e-324", "1.7976931348623157e308",
                    "9007199254740993.0", "-0.5"},
    };
    mr_dtype type = any_type(w);
    size_t count = 2 + below(w, 4), first = below(w, EDGES);
    put(w, "gen(");
    for (size_t k = 0; k < count; k++) {
        if (k + 1 < count) put(w, "i %% %zu == %zu ? ", count, k);
        put(w, "%s(%s)", mr_dtype_name(type), edges[type][(first + k) % EDGES]);
        put(w, k + 1 < count ? " : " : ", ");
    }
    random_parameter(w, length);
    put(w, ")");
    writer_one_column(w, type, length);
}

/* Its last elements are at far positions. */
static void put_far(struct writer *w, int64_t length)
{
    static const int64_t ends[] = {INT64_MAX - 1, INT64_C(1) << 62, INT64_C(1) << 53,
                                   (INT64_C(1) << 32) + 5};
    int64_t end = PICK(w, ends);
    mr_dtype type = MR_I64;
    if (chance(w, 50)) {
        put(w, "range(%lld)", (long long)end);
    } else if (chance(w, 50)) {
        bool may_fail = w->may_fail;
        w->only_position = true;
        w->may_fail = false;
        type = any_type(w);
        put(w, "gen(");
        random_expression(w, type, 2);
        put(w, ", %lld)", (long long)end);
        w->only_position = false;
        w->may_fail = may_fail;
    } else {
        type = MR_U32;
        put(w, "philox(%u) | take(%lld)", (unsigned)below(w, 1000), (long long)end);
    }
    put(w, " | skip(%lld)", (long long)(end - length));
    writer_one_column(w, type, length);
}

/* One path, of which one variable goes on. */
static void put_iterate(struct writer *w, int64_t length)
{
    w->shape = (struct shape){.length = length};
    put(w, "iterate(");
    struct shape own = random_variables(w, false, chance(w, 15));
    random_every(w);
    put(w, ")");
    random_take(w, length);
    put(w, " | map(x: %s)", own.name[0]);
    writer_one_column(w, own.type[0], length);
}

void random_source(struct writer *w)
{
    static void (*const sources[])(struct writer *, int64_t) = {
        put_range,        put_range, put_range, put_count,     put_linspace,
        put_repeat,       put_gen,   put_gen,   put_fibonacci, put_random_words,
        put_random_words, put_edges, put_edges, put_far,
    };
    int64_t length = random_length(w);
    if (w->options.variables && chance(w, 25))
        put_iterate(w, length);
    else
        PICK(w, sources)(w, length);
}

/* A source and a few stages that leave one column named x. */
static void put_single(struct writer *w, unsigned stages)
{
    random_source(w);
    while (stages-- && chance(w, 40)) random_stage(w, true);
}

void random_zip(struct writer *w, unsigned depth)
{
    struct shape zipped = {.length = INT64_MAX};
    size_t inputs = 2 + below(w, FEW_COLUMNS - 1);
    bool nests = depth > 0 && chance(w, 25), labelled = depth == 0 || nests || chance(w, 60);
    put(w, "zip(");
    for (size_t k = 0; k < inputs; k++) {
        char name[NAME_BYTES];
        if (k) put(w, ", ");
        if (nests && k == 1) {
            random_zip(w, 0);
            for (size_t c = 0; c < w->shape.columns; c++)
                writer_add_column(&zipped, w->shape.name[c], w->shape.type[c]);
        } else {
            (void)snprintf(name, sizeof name, "x%c", '0' + (int)k);
            if (labelled) random_label(w, name);
            if (labelled) put(w, "%s: ", name);
            put_single(w, 2);
            writer_add_column(&zipped, name, w->shape.type[0]);
        }
        if (w->shape.length < zipped.length) zipped.length = w->shape.length;
    }
    put(w, ")");
    w->shape = zipped;
}

void random_chain(struct writer *w)
{
    mr_dtype type = any_type(w);
    size_t inputs = 1 + below(w, 3);
    int64_t length = 0;
    put(w, "chain(");
    for (size_t k = 0; k < inputs; k++) {
        if (k) put(w, ", ");
        put_single(w, 1);
        if (w->shape.type[0] != type) put(w, " | map(%s(x))", mr_dtype_name(type));
        length += w->shape.length;
    }
    put(w, ")");
    writer_one_column(w, type, length);
}
