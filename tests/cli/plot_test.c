/* Drawings: lines of blocks, bars of a histogram, pictures by gnuplot. */
#include <stdio.h>
#include <string.h>

#include "cli/shell.h"
#include "suite.h"

static const struct {
    const char *command;
    int exit_code;
    const char *out, *err; /* all of standard output; a part of standard error */
} rows[] = {
    {"millrace --plot 'range(8)'", 0, "▁▂▃▄▅▆▇█\nx from 0 to 7, 8 elements\n", ""},
    {"millrace --plot 'range(7, -1, -1)'", 0, "█▇▆▅▄▃▂▁\nx from 0 to 7, 8 elements\n", ""},
    {"millrace --plot 'range(3) | map(5)'", 0, "▅▅▅\nx from 5 to 5, 3 elements\n", ""},
    {"millrace --plot 'range(0)'", 0, "x: nothing to draw, 0 elements\n", ""},
    {"millrace --plot 'range(2) | map(nan)'", 0, "x: nothing to draw, 2 elements\n", ""},
    {"millrace --plot 'range(3) | map(select(x == 1, inf, f64(x)))'", 0,
     "▁ █\nx from 0 to 2, 3 elements, 1 of them not finite\n", ""},
    {"millrace --plot 'range(2) | map(a: x, up: -x)'", 0,
     "▁█\na from 0 to 1, 2 elements\n█▁\nup from -1 to 0, 2 elements\n", ""},
    {"millrace --plot 'range(10) | hist(2, 0, 4)'", 0,
     "0 to 2 2 ███████████████████████████████████████████████▍\n"
     "2 to 4 3 ███████████████████████████████████████████████████████████████████████\n",
     ""},
    {"millrace --plot 'range(10) | hist(3, 0.5, 3.5)' | cut -c 1-12", 0,
     "0.5 to 1.5 1\n1.5 to 2.5 1\n2.5 to 3.5 1\n", ""},
    {"millrace --plot 'range(4) | hist(2, 10, 20)'", 0, "10 to 15 0\n15 to 20 0\n", ""},
    {"millrace --plot 'range(3) | map(x == 1 ? -1.7e308 : 1.7e308)'", 0,
     "█▁█\nx from -1.7e+308 to 1.7e+308, 3 elements\n", ""},
    {"millrace --plot 'range(500) | map(1e308 + x*1e305)' | tail -n 1", 0,
     "x from 1e+308 to 1.499e+308, 500 elements\n", ""},
    {"echo '{\"a\\u001b[31mX\": 1}' > e.jsonl; millrace --plot 'read(\"e.jsonl\")' |"
     " tr -d '\\040-\\176\\200-\\377\\n' | wc -c",
     0, "0\n", ""},
    {"millrace --plot 'count()'", 2, "", "the sequence has no end\nhint: append take(n)"},
    {"millrace --plot -o a.csv 'range(3)'", 2, "", "--plot draws on standard output, not in a.csv"},
    {"millrace --plot --format csv 'range(3)'", 2, "", "--plot has no --format"},
    {"millrace -o a.png --save s 'range(3)'", 2, "", "a picture cannot be saved"},
    {"millrace --plot 'range(5) | map(1 / (x - 3))'", 1, "██▁\nx from -1 to 0, 3 elements\n",
     "division by zero"},
};

static void what_comes_is_drawn(void)
{
    static struct shell s;
    shell_open(&s);
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        CU_ASSERT_EQUAL(shell_run(&s, rows[k].command), rows[k].exit_code);
        CU_ASSERT_STRING_EQUAL(s.out, rows[k].out);
        CU_ASSERT_PTR_NOT_NULL(strstr(s.err, rows[k].err));
        if (strcmp(s.out, rows[k].out) || !strstr(s.err, rows[k].err))
            printf("\n  %s: %s%s", rows[k].command, s.out, s.err);
    }
    shell_close(&s);
}

/* However long the sequence, a line fits a terminal, and its ends are those of all elements. */
static void a_line_fits_whatever_its_length(void)
{
    static const char script[] = "for n in 79 80 81 160 161 12345 1000000; do\n"
                                 "  millrace --plot \"range($n)\" > drawn\n"
                                 "  head -n 1 drawn | LC_ALL=C.UTF-8 wc -m | \n"
                                 "    awk '{ if ($1 > 81 || $1 < 41) print \"wide\", $1 }'\n"
                                 "  sed -n 2p drawn\n"
                                 "done\n";
    static struct shell s;
    shell_open(&s);
    CU_ASSERT_EQUAL(shell_run(&s, script), 0);
    CU_ASSERT_STRING_EQUAL(s.out, "x from 0 to 78, 79 elements\n"
                                  "x from 0 to 79, 80 elements\n"
                                  "x from 0 to 80, 81 elements\n"
                                  "x from 0 to 159, 160 elements\n"
                                  "x from 0 to 160, 161 elements\n"
                                  "x from 0 to 12344, 12345 elements\n"
                                  "x from 0 to 999999, 1000000 elements\n");
    shell_close(&s);
}

/* A gnuplot that keeps what it is told in place of a picture: the numbers are looked at. */
static void pictures_are_what_gnuplot_is_told(void)
{
    static const char script[] =
        "printf '#!/bin/sh\\ncat\\n' > gnuplot && chmod +x gnuplot && PATH=$PWD:$PATH\n"
        "millrace -o a.svg 'range(3) | map(x*0.5)' && grep -E '^[0-9]|^plot|terminal' a.svg\n"
        "millrace -o b.png 'range(3) | map(x, y: x*x)' && grep -E '^[0-9]|terminal' b.png\n"
        "millrace -o c.svg 'range(9) | hist(2, 0, 8)' && grep -E '^[0-9]' c.svg\n";
    static struct shell s;
    shell_open(&s);
    CU_ASSERT_EQUAL(shell_run(&s, script), 0);
    CU_ASSERT_STRING_EQUAL(s.out,
                           "set terminal svg size 800,500 noenhanced background '#ffffff'\n"
                           "0 0 0 0\n1 0.5 0.5 0.5\n2 1 1 1\n"
                           "plot $data using 1:2 with lines linecolor rgb '#0060a8' notitle\n"
                           "set terminal pngcairo size 800,500 noenhanced background '#ffffff'\n"
                           "0 0\n1 1\n2 4\n"
                           "2 4 4\n6 5 4\n");
    shell_close(&s);
}

/* gnuplot itself warns of a single number and stops without any. */
static void what_has_no_extent_is_drawn_without_a_word(void)
{
    static const char *const flat[] = {"range(0)",
                                       "range(1)",
                                       "gen(nan, 4)",
                                       "gen(5, 4)",
                                       "gen(-1e308, 3)",
                                       "range(0) | hist(3, 0, 1)",
                                       "zip(range(3), gen(nan, 3))",
                                       "zip(range(0), range(0))",
                                       "zip(range(1), range(1))",
                                       "zip(gen(inf, 3), range(3), range(3))"};
    static struct shell s;
    char script[200];
    shell_open(&s);
    for (size_t k = 0; k < sizeof flat / sizeof flat[0]; k++) {
        (void)snprintf(script, sizeof script,
                       "rm -f a.svg; millrace -o a.svg '%s' && grep -c '</svg>' a.svg", flat[k]);
        CU_ASSERT_EQUAL(shell_run(&s, script), 0);
        CU_ASSERT_STRING_EQUAL(s.out, "1\n");
        CU_ASSERT_STRING_EQUAL(s.err, "");
        if (s.err[0]) printf("\n%s: %s", flat[k], s.err);
    }
    shell_close(&s);
}

/* A name in a file is data: it runs nothing. */
static void names_run_nothing(void)
{
    static const char script[] =
        "printf '#!/bin/sh\\ncat\\n' > gnuplot && chmod +x gnuplot && PATH=$PWD:$PATH\n"
        "echo '{\"a'\\''; system(1) #\\u000a\": 1, \"b\": 2}' > e.jsonl\n"
        "millrace -o a.svg 'read(\"e.jsonl\")' && grep label a.svg\n";
    static struct shell s;
    shell_open(&s);
    CU_ASSERT_EQUAL(shell_run(&s, script), 0);
    CU_ASSERT_STRING_EQUAL(s.out, "set xlabel '`a''; system(1) #\\x0a`'\nset ylabel 'b'\n");
    if (!strstr(s.out, "'b'")) printf("\n%s%s", s.out, s.err);
    shell_close(&s);
}

static void a_picture_appears_whole_or_not_at_all(void)
{
    static struct shell s;
    shell_open(&s);
    CU_ASSERT_EQUAL(shell_run(&s, "PATH=$(dirname $(command -v millrace)):. ; echo old > a.svg\n"
                                  "millrace -o a.svg 'range(3)'"),
                    1);
    CU_ASSERT_PTR_NOT_NULL(strstr(s.err, "gnuplot cannot be started"));
    CU_ASSERT_EQUAL(shell_run(&s, "printf '#!/bin/sh\\necho part; exit 3\\n' > gnuplot\n"
                                  "chmod +x gnuplot; PATH=$PWD:$PATH\n"
                                  "millrace -o a.svg 'range(3)'"),
                    1);
    CU_ASSERT_PTR_NOT_NULL(strstr(s.err, "it ended with 3"));
    CU_ASSERT_EQUAL(shell_run(&s, "PATH=$PWD:$PATH; millrace -o a.svg 'range(3) | map(1/(x-2))'"),
                    1);
    CU_ASSERT_EQUAL(shell_run(&s, "PATH=$PWD:$PATH\n"
                                  "millrace -o a.svg 'range(200000) | map(x, x)'"),
                    4);
    CU_ASSERT_PTR_NOT_NULL(strstr(s.err, "more than 100000 points"));
    CU_ASSERT_EQUAL(shell_run(&s, "cat a.svg; ls -A"), 0);
    CU_ASSERT_STRING_EQUAL(s.out, "old\na.svg\ngnuplot\n");
    shell_close(&s);
}

SUITE(plot, {"what_comes_is_drawn", what_comes_is_drawn},
      {"a_line_fits_whatever_its_length", a_line_fits_whatever_its_length},
      {"pictures_are_what_gnuplot_is_told", pictures_are_what_gnuplot_is_told},
      {"what_has_no_extent_is_drawn_without_a_word", what_has_no_extent_is_drawn_without_a_word},
      {"names_run_nothing", names_run_nothing},
      {"a_picture_appears_whole_or_not_at_all", a_picture_appears_whole_or_not_at_all});
