/* Every operation of expressions on every dtype's edges, folded by what comes after it: compilers
 * for devices make one of several operations, and then builtins of OpenCL are not those of C.
 * The model computes what is right (model.c): integers wider than any, floats by C. */
#include <stdio.h>
#include <string.h>

#include "delivery.h"
#include "suite.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

enum { EDGES = 16, TEXT_BYTES = 1 << 15, COLUMNS = 8 };

/* ---- what is computed ---- */

static const char *const edges[MR_DTYPE_COUNT][EDGES] = {
    [MR_BOOL] = {"false", "true"},
    [MR_I32] = {"0", "1", "-1", "2", "-2", "3", "-7", "31", "32", "33", "65535", "-65536",
                "1000003", "2147483646", "2147483647", "-2147483648"},
    [MR_U32] = {"0", "1", "2", "3", "7", "31", "32", "33", "65535", "65536", "1000003",
                "2147483647", "2147483648", "2147483649", "4294967294", "4294967295"},
    [MR_I64] = {"0", "1", "-1", "2", "-3", "63", "64", "4294967295", "4294967296", "-4294967296",
                "-2147483649", "1000000000039", "9007199254740993", "9223372036854775806",
                "9223372036854775807", "-9223372036854775807 - 1"},
    [MR_U64] = {"0", "1", "2", "3", "63", "64", "4294967295", "4294967296", "1000000000039",
                "9007199254740993", "9223372036854775807", "9223372036854775808",
                "9223372036854775809", "18446744073709550592", "18446744073709551614",
                "18446744073709551615"},
    [MR_F32] = {"0.0", "-0.0", "1.0", "-1.5", "0.5", "2.5", "1e-45", "-1.1754944e-38", "16777217.0",
                "2147483520.0", "-2147483648.0", "9.223372e18", "1.8446744e19", "3.4028235e38",
                "-inf", "nan"},
    [MR_F64] = {"0.0", "-0.0", "1.0", "-1.5", "0.49999999999999994", "2.5", "5e-324",
                "-2.2250738585072014e-308", "4503599627370497.5", "2147483647.5", "-2147483649.0",
                "9223372036854774784.0", "18446744073709549568.0", "1.7976931348623157e308", "-inf",
                "nan"},
};

#define CASTS "bool(x)", "i32(x)", "u32(x)", "i64(x)", "u64(x)", "f32(x)", "f64(x)"
#define TESTS "x == y", "x != y", "x < y", "x <= y", "x > y", "x >= y"
#define NUMBERS                                                                                    \
    "x + y", "x - y", "x * y", "abs(x)", "sign(x)", "min(x, y)", "max(x, y)", "clamp(x, y, y + y)"

/* The last of the integers' are for signed dtypes. */
enum { SIGNED = 5 };
static const char *const bools[] = {CASTS,   TESTS,    "x && y",    "x || y", "!x",
                                    "x & y", "x | y",  "x ^ y",     "abs(x)", "min(x, y)",
                                    "x + y", "-x - y", "x ? y : !y"};
static const char *const integers[] = {CASTS,
                                       TESTS,
                                       NUMBERS,
                                       "-x",
                                       "~x",
                                       "popcount(x)",
                                       "clz(x)",
                                       "gcd(x, y)",
                                       "x & y",
                                       "x | y",
                                       "x ^ y",
                                       "x << y",
                                       "x >> y",
                                       "x << 1",
                                       "x >> 31",
                                       "y == 0 ? x : x / y",
                                       "y == 0 ? x : x % y",
                                       "y == 0 ? x : floordiv(x, y)",
                                       "y == 0 ? x : mod(x, y)",
                                       "x / 3",
                                       "x % 3",
                                       "floordiv(x, 8)",
                                       "mod(x, 10)",
                                       "x < y ? x : y",
                                       /* SIGNED: */ "x / (-1)",
                                       "x % (-1)",
                                       "x / (-3)",
                                       "floordiv(x, -8)",
                                       "mod(x, -10)"};
static const char *const floats[] = {CASTS,      TESTS,          NUMBERS,        "-x",
                                     "x / y",    "x / 3.0",      "sqrt(x)",      "floor(x)",
                                     "ceil(x)",  "trunc(x)",     "round(x)",     "isnan(x)",
                                     "isinf(x)", "fma(x, y, x)", "x < y ? x : y"};

/* What comes after, each brought to u64; $ stands for the operation. */
static const char *const after_integers[] = {
    "u64($)",      "u64($ / 2)",      "u64($ / 3)",   "u64($ % 3)",
    "u64($ % 8)",  "u64(mod($, 5))",  "u64(sign($))", "u64(abs($))",
    "u64($ >> 1)", "u64($ < 0)",      "u64($ <= 1)",  "u64($ % 3 == 1)",
    "u64(i32($))", "u64(i64($) / 2)", "u64(f64($))",  "u64(floordiv($, 4))",
    "u64($ * $)",  "u64(bool($))"};
static const char *const after_floats[] = {
    "u64($)",      "u64(i64($))",      "u64(i32($))",  "u64(u32($))",  "u64($ < 0)",
    "u64($ >= 1)", "u64(isnan($))",    "u64($ / 3)",   "u64(bool($))", "u64(abs($))",
    "u64($ == $)", "u64(i64(f32($)))", "u64(floor($))"};
static const char *const after_bools[] = {"u64($)", "u64(!$)", "u64($ ? 5 : 7)", "u64($ != true)"};

/* ---- texts ---- */

struct text {
    char bytes[TEXT_BYTES];
    size_t length;
};

static void add(struct text *t, const char *more)
{
    size_t length = strlen(more);
    CU_ASSERT_TRUE_FATAL(t->length + length < sizeof t->bytes);
    memcpy(t->bytes + t->length, more, length + 1);
    t->length += length;
}

static size_t edge_count(mr_dtype dtype)
{
    return dtype == MR_BOOL ? 2 : EDGES;
}

/* The edges in turn, each so many times: element k is edge k / each % count. */
static void add_edges(struct text *t, mr_dtype dtype, size_t each)
{
    size_t count = edge_count(dtype);
    char some[96];
    add(t, "gen(");
    for (size_t k = 0; k < count; k++) {
        (void)snprintf(some, sizeof some, "i / %zu %% %zu == %zu ? ", each, count, k);
        if (k + 1 < count) add(t, some);
        (void)snprintf(some, sizeof some, "%s(%s)%s", mr_dtype_name(dtype), edges[dtype][k],
                       k + 1 < count ? " : " : "");
        add(t, some);
    }
    (void)snprintf(some, sizeof some, ", %zu)", count * count);
    add(t, some);
}

static void add_operation(struct text *t, const char *after, const char *operation)
{
    for (; *after; after++) {
        const char one[] = {*after, '\0'};
        if (*after == '$') add(t, "(");
        add(t, *after == '$' ? operation : one);
        if (*after == '$') add(t, ")");
    }
}

/* A sum of what comes after an operation, each times another odd number: one that is wrong shows.
 * All of it, or `few`, other ones for each operation. */
static void add_sum(struct text *t, mr_dtype dtype, const char *operation, size_t number,
                    size_t few)
{
    bool is_float = dtype == MR_F32 || dtype == MR_F64;
    const char *const *after = is_float           ? after_floats
                               : dtype == MR_BOOL ? after_bools
                                                  : after_integers;
    size_t count = is_float           ? LENGTH(after_floats)
                   : dtype == MR_BOOL ? LENGTH(after_bools)
                                      : LENGTH(after_integers);
    for (size_t k = 0; k < count && k < few; k++) {
        size_t at = few < count ? (number * few + k) % count : k;
        char weight[32];
        (void)snprintf(weight, sizeof weight, "%zu * ", 2 * (number + at) + 1);
        if (k) add(t, " + ");
        add(t, weight);
        add_operation(t, after[at], operation);
    }
}

/* ---- edges in memory, so that kernels know nothing of them ---- */

struct sheet {
    mr_dtype dtype;
    struct text source; /* for the model */
    struct model_result edges;
    mr_seq *seq;
};

static void open_sheet(struct sheet *sheet, mr_dtype dtype)
{
    struct text *t = &sheet->source;
    mr_error err;
    sheet->dtype = dtype;
    t->length = 0;
    add(t, "zip(x: ");
    add_edges(t, dtype, 1);
    add(t, ", y: ");
    add_edges(t, dtype, edge_count(dtype));
    add(t, ")");
    CU_ASSERT_TRUE_FATAL(model_run(&sheet->edges, t->bytes, EDGES * EDGES));
    const struct model_column *x = &sheet->edges.column[0], *y = &sheet->edges.column[1];
    const mr_array arrays[] = {{.name = "x", .dtype = dtype, .data = x->data},
                               {.name = "y", .dtype = dtype, .data = y->data}};
    CU_ASSERT_EQUAL_FATAL(mr_seq_from_array(&sheet->seq, arrays, 2, x->len, &err), MR_OK);
}

static void close_sheet(struct sheet *sheet)
{
    mr_seq_release(&sheet->seq);
    model_free(&sheet->edges);
}

static mr_dtype dtype_of(const struct sheet *sheet, const char *operation)
{
    mr_seq *seq = NULL;
    mr_error err = {0};
    const mr_arg arg = mr_expr(operation);
    mr_status st = mr_seq_apply(&seq, "map", sheet->seq, &arg, 1, &err);
    if (st != MR_OK) printf("\n%s: %s", operation, err.message);
    CU_ASSERT_EQUAL_FATAL(st, MR_OK);
    mr_dtype dtype = mr_seq_column_dtype(seq, 0);
    mr_seq_release(&seq);
    return dtype;
}

static void check_map(const struct sheet *sheet, const char *map, struct run run)
{
    static struct text whole;
    struct model_result expected = {0}, got;
    char difference[300];
    mr_seq *seq = NULL;
    mr_error err = {0};
    whole = sheet->source;
    add(&whole, " | ");
    add(&whole, map);
    bool same = model_run(&expected, whole.bytes, EDGES * EDGES);
    (void)snprintf(difference, sizeof difference, "%s", expected.message);
    CU_ASSERT_EQUAL_FATAL(mr_seq_pipe(&seq, sheet->seq, map, &err), MR_OK);
    if (same) {
        same = deliver(&got, seq, run, EDGES * EDGES);
        (void)snprintf(difference, sizeof difference, "%s", got.message);
        if (same) same = same_elements(difference, sizeof difference, &expected, 0, &got);
        model_free(&got);
    }
    if (!same)
        printf("\n  %s: %s of %s\n    %s", run_name(run), map, mr_dtype_name(sheet->dtype),
               difference);
    CU_ASSERT_TRUE(same);
    mr_seq_release(&seq);
    model_free(&expected);
}

static void check_both(const struct sheet *sheet, const struct text *map)
{
    static const char *const shapes[] = {NULL, "lanes 1/1, group 64, unit 4096, ring 3"};
    check_map(sheet, map->bytes, (struct run){MR_ENGINE_HOST, .batch = 4096, .ring = 2});
    for (size_t k = 0; k < (tests_long ? 2 : 1); k++)
        check_map(sheet, map->bytes,
                  (struct run){MR_ENGINE_OPENCL, .batch = 4096, .ring = 2, .shape = shapes[k]});
}

/* ---- operations to columns ---- */

/* All of them in one kernel, a few of what comes after each: kernels take long to build. */
static void check_some(const struct sheet *sheet, const char *const operations[], size_t count)
{
    static struct text map;
    map.length = 0;
    for (size_t c = 0; c < COLUMNS; c++) {
        add(&map, c ? ", " : "map(");
        for (size_t k = c; k < count; k += COLUMNS) {
            if (k > c) add(&map, " + ");
            add_sum(&map, dtype_of(sheet, operations[k]), operations[k], k, 2);
        }
    }
    add(&map, ")");
    check_both(sheet, &map);
}

/* A column each, with all that comes after it; or by itself, since a sum does not show all bits of
 * a float. */
static void check_all(const struct sheet *sheet, const char *const operations[], size_t count,
                      bool alone)
{
    static struct text map;
    for (size_t from = 0; from < count; from += COLUMNS) {
        map.length = 0;
        for (size_t k = from; k < count && k < from + COLUMNS; k++) {
            add(&map, k == from ? "map(" : ", ");
            if (alone)
                add(&map, operations[k]);
            else
                add_sum(&map, dtype_of(sheet, operations[k]), operations[k], k, SIZE_MAX);
        }
        add(&map, ")");
        check_both(sheet, &map);
    }
}

static void check_operations(mr_dtype dtype, const char *const operations[], size_t count)
{
    static struct sheet sheet;
    open_sheet(&sheet, dtype);
    if (tests_long) {
        check_all(&sheet, operations, count, false);
        check_all(&sheet, operations, count, true);
    } else {
        check_some(&sheet, operations, count);
    }
    close_sheet(&sheet);
}

static void operations_on_bools_are_those_of_c(void)
{
    check_operations(MR_BOOL, bools, LENGTH(bools));
}

static void operations_on_integers_are_those_of_c(void)
{
    for (mr_dtype dtype = MR_I32; dtype <= MR_U64; dtype++) {
        bool is_signed = dtype == MR_I32 || dtype == MR_I64;
        check_operations(dtype, integers, LENGTH(integers) - (is_signed ? 0 : SIGNED));
    }
}

static void operations_on_floats_are_those_of_c(void)
{
    check_operations(MR_F32, floats, LENGTH(floats));
    check_operations(MR_F64, floats, LENGTH(floats));
}

SUITE(operations, {"operations_on_bools_are_those_of_c", operations_on_bools_are_those_of_c},
      {"operations_on_integers_are_those_of_c", operations_on_integers_are_those_of_c},
      {"operations_on_floats_are_those_of_c", operations_on_floats_are_those_of_c});
