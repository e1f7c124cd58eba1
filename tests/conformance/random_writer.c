#include "random_writer.h"

#include <stdio.h>

void random_integer(struct writer *w, uint64_t n)
{
    unsigned long long value = n;
    if (chance(w, 10))
        put(w, "0x%llx", value);
    else if (n >= 1000 && n < 1000000 && chance(w, 30))
        put(w, "%llu_%03llu", value / 1000, value % 1000);
    else
        put(w, "%llu", value);
}

void random_parameter(struct writer *w, int64_t n)
{
    if (n < 0)
        put(w, "%lld", (long long)n);
    else if (n > 0 && n % 1000 == 0 && chance(w, 40))
        put(w, "%llde3", (long long)n / 1000);
    else
        random_integer(w, (uint64_t)n);
}

static void put_float(struct writer *w)
{
    static const char *const floats[] = {"0.5",    "0.25",  "1.5",  "2.0",   "3.0",
                                         "0.1",    "1e-3",  "1e10", "2.5e4", "7.75",
                                         "0.3333", "1_0.5", "1e3",  "100.0"};
    bool negative = chance(w, 20);
    const char *text = PICK(w, floats);
    put(w, negative ? "(-%s)" : "%s", text);
}

void random_literal(struct writer *w, mr_dtype type)
{
    static const uint64_t large[] = {255, 256, 1000, 4096, 65535, 65536, 1000000, 2147483647};
    if (is_float(type) && chance(w, 70)) {
        put_float(w);
        return;
    }
    uint64_t n = chance(w, 75) ? below(w, 20) : PICK(w, large);
    if ((type == MR_I64 || type == MR_U64) && chance(w, 5)) n = UINT64_C(0x7fffffffffffffff);
    /* As an integer, a literal -0 would lose its sign or keep it: both can be defended. */
    bool negative = n > 0 && (is_signed(type) || is_float(type)) && chance(w, 20);
    put(w, negative ? "(-" : "");
    random_integer(w, n);
    put(w, negative ? ")" : "");
}

void random_dtype(struct writer *w, mr_dtype type, mr_dtype fallback)
{
    if (type != fallback || chance(w, 10)) put(w, ", dtype=%s", mr_dtype_name(type));
}

void random_label(struct writer *w, char name[NAME_BYTES])
{
    /* Not i, n or x, which mean something. */
    static const char letters[] = "abcdefghjklmopqrstuvwyz";
    unsigned count = sizeof letters - 1, k = w->labels++;
    if (k < count)
        (void)snprintf(name, NAME_BYTES, "%c", letters[k]);
    else
        (void)snprintf(name, NAME_BYTES, "%c%u", letters[k % count], k / count % 1000);
}

void writer_one_column(struct writer *w, mr_dtype type, int64_t length)
{
    w->shape = (struct shape){.columns = 1, .name = {"x"}, .type = {type}, .length = length};
}

void writer_add_column(struct shape *shape, const char *name, mr_dtype type)
{
    (void)snprintf(shape->name[shape->columns], NAME_BYTES, "%s", name);
    shape->type[shape->columns++] = type;
}

bool writer_has_room(const struct writer *w)
{
    return w->shape.columns + FEW_COLUMNS <= COLUMNS;
}
