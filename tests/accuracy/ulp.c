/* Measures kernels/lib/math_*.cl against MPFR: ulp [--quick] [--markdown] [--docs FILE] [name...]
 *
 * Prints the largest error of each function in units in the last place of the exact result, and
 * where it was. Exits 1 if a bound that the library documents is exceeded. Takes 1e6 points a row;
 * in f32, every argument in a unary row's range, against the f64 functions (their error is below
 * 2^-28 ulp of an f32). --quick takes the first 1e5 of the same points for both, unless the
 * environment's MILLRACE_TESTS is long. --markdown prints the table's rows of
 * docs/functions.md; --docs FILE compares with them: points are always the same, so that none may
 * be worse than the worst that is written there.
 *
 * Stands alone: it needs the kernel sources, not the library. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ulp_row.h"

static bool report(const struct ulp_row *r, const char *dtype, struct ulp_worst w)
{
    printf("%-16s %s  %8.4f  %4g  %a", r->name, dtype, w.ulps, r->bound, w.x);
    if (r->pairing != UNARY) printf(", %a", w.y);
    bool fits = w.ulps <= r->bound;
    printf("%s\n", fits ? "" : "  EXCEEDED");
    fflush(stdout);
    return fits;
}

static void print_cell(const struct ulp_row *r, struct ulp_worst w)
{
    printf(" %.4f | `%a", w.ulps, w.x);
    if (r->pairing != UNARY) printf(", %a", w.y);
    printf("` |");
}

static void print_markdown(const struct ulp_row *r, struct ulp_worst f64, struct ulp_worst f32)
{
    printf("| `%s` | %g |", r->name, r->bound);
    print_cell(r, f64);
    print_cell(r, f32);
    printf("\n");
    fflush(stdout);
}

/* True if the page has a row for the function with errors as large as these or larger. */
static bool is_documented(const char *page, const struct ulp_row *r, struct ulp_worst f64,
                          struct ulp_worst f32)
{
    static const double rounding = 0.00005;
    char line[256], begin[64];
    double bound, wide, narrow;
    FILE *file = fopen(page, "r");
    bool found = false;
    (void)snprintf(begin, sizeof begin, "| `%s` |", r->name);
    while (file && !found && fgets(line, sizeof line, file))
        found = strncmp(line, begin, strlen(begin)) == 0;
    if (file) (void)fclose(file);
    bool right = found &&
                 sscanf(line + strlen(begin), " %lf | %lf | `%*[^`]` | %lf |", &bound, &wide,
                        &narrow) == 3 &&
                 bound == r->bound && f64.ulps <= wide + rounding && f32.ulps <= narrow + rounding;
    if (!right) printf("%s: %s does not say so\n", r->name, page);
    return right;
}

static bool chosen(const char *name, char **names)
{
    if (!*names) return true;
    for (; *names; names++)
        if (strcmp(name, *names) == 0) return true;
    return false;
}

struct options {
    bool quick, markdown;
    const char *docs;
};

static bool measure_row(const struct ulp_row *r, const struct options *o)
{
    uint64_t points = o->quick ? 100000 : 1000000;
    bool all_f32 = !o->quick && r->pairing == UNARY, fits = true;
    struct ulp_worst f64 = ulp_measure(r, false, points);
    struct ulp_worst f32 = all_f32 ? ulp_measure_all_f32(r) : ulp_measure(r, true, points);
    if (o->markdown) {
        print_markdown(r, f64, f32);
        fits = f64.ulps <= r->bound && f32.ulps <= r->bound;
    } else {
        fits &= report(r, "f64", f64);
        fits &= report(r, "f32", f32);
    }
    if (o->docs) fits &= is_documented(o->docs, r, f64, f32);
    return fits;
}

int main(int argc, char **argv)
{
    struct options o = {false, false, NULL};
    const char *tests = getenv("MILLRACE_TESTS");
    bool fits = true, is_long = tests && strcmp(tests, "long") == 0;
    (void)argc;
    for (argv++; *argv && **argv == '-'; argv++) {
        o.quick = o.quick || (strcmp(*argv, "--quick") == 0 && !is_long);
        o.markdown = o.markdown || strcmp(*argv, "--markdown") == 0;
        if (strcmp(*argv, "--docs") == 0 && argv[1]) o.docs = *++argv;
    }
    if (!o.markdown)
        printf("%-16s %s  %8s  %4s  %s\n", "function", "dtype", "max ulp", "bound", "at");
    for (size_t k = 0; k < ulp_row_count; k++)
        if (chosen(ulp_rows[k].name, argv)) fits &= measure_row(&ulp_rows[k], &o);
    mpfr_free_cache();
    return fits ? 0 : 1;
}
