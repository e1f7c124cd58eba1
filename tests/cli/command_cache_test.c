/* What the command keeps for the next run: programs and tuned shapes. */
#include "cli/script_rows.h"
#include "suite.h"

/* The second process that builds a program keeps it, the third takes it: the file stays the same
 * but for its time. One that was damaged, or that others may write, is replaced. */
#define IN_A_CACHE_THAT_KEEPS                                                                      \
    IN_A_NEW_CACHE                                                                                 \
    "m() { millrace --device Portable --engine opencl 'range(1000) | map(x*x) | sum()'; }; "       \
    "millrace --device Portable --engine opencl 'range(3) | sum()' >/dev/null; "                   \
    "cd $XDG_CACHE_HOME/millrace && rm program-*; "                                                \
    "file() { stat -c %i program-*; }; "
static void a_program_built_twice_is_kept_and_taken(void)
{
    static const struct script_row rows[] = {
        {IN_A_CACHE_THAT_KEEPS "m; stat -c '%s %a' program-*; m; stat -c %a program-*; "
                               "f=$(file); test -s program-* && touch -d '1 hour ago' program-*; "
                               "m; test $f = $(file) && find program-* -mmin -2 | grep -c .",
         0,
         "332833500\n0 600\n332833500\n600\n332833500\n1\n",
         {0}},
        {IN_A_CACHE_THAT_KEEPS
         "m; m; p=$(echo program-*); for damage in 'truncate -s -1 $p' 'truncate -s 100 $p' "
         "'echo >$p' 'chmod 666 $p' 'sed -i s/IOTA/IATA/ $p' 'mv $p elsewhere; ln -s elsewhere $p' "
         "'printf x | dd conv=notrunc bs=1 seek=70000 of=$p status=none'; do "
         "eval \"$damage\"; f=$(file); m; test $f != $(file) && stat -c '%F %a' $p; done",
         0,
#define ANEW "332833500\nregular file 600\n"
         "332833500\n332833500\n" ANEW ANEW ANEW ANEW ANEW ANEW ANEW,
         {0}},
        /* As many as may be: the oldest goes. */
        {IN_A_CACHE_THAT_KEEPS "for k in $(seq 100 227); do touch -d \"$k hours ago\" program-$k; "
                               "done; m; ls program-* | wc -l; test -e program-227 || echo gone",
         0,
         "332833500\n128\ngone\n",
         {0}},
#ifdef MILLRACE_LAYER
        /* What stands between may change programs. */
        {IN_A_CACHE_THAT_KEEPS
         "export OPENCL_LAYERS=$LAYER; m; ls | grep -v building | sed s/-.*//",
         0,
         "332833500\npassed\n",
         {0}},
#endif
    };
    CHECK_ROWS(rows);
}

/* The host engine is done before the kernels are: what a run throws away the next but some has. */
static void kernels_that_were_begun_in_vain_are_there_in_the_end(void)
{
    static const struct script_row rows[] = {
        {IN_A_NEW_CACHE
         "export POCL_CACHE_DIR=$XDG_CACHE_HOME; m() { millrace --stats 'range(1, 4e5) | "
         "loop(n: n % 2 == 0 ? n/2 : 3*n + 1, steps: steps + 1, init=(x, 0), while=n != 1, "
         "most=1000) | map(steps) | max()' 2>&1; }; "
         "for k in 1 2 3 4 5 6; do m >/dev/null; done; "
         "m | grep -c -e ^442 -e '^device_from *[0-9]'",
         0,
         "2\n",
         {0}},
    };
    CHECK_ROWS(rows);
}

static void a_tuned_shape_is_kept_shown_and_used(void)
{
    static const struct script_row rows[] = {
        {IN_A_NEW_CACHE
         "millrace tune --quick | grep -c ' is kept in '$XDG_CACHE_HOME; "
         "millrace devices | grep -c '(tuned)'; "
         "ls $XDG_CACHE_HOME/millrace | grep -v -e program -e building | sed s/-.*//; "
         "millrace --engine opencl 'range(1000) | sum()'",
         0,
         "1\n1\npassed\nshapes\n499500\n",
         {0}},
        /* What would run is explained, units as well. */
        {IN_A_NEW_CACHE
         "millrace explain 'range(1e7)' | grep -c '^shape: .*, tuned)'; "
         "millrace tune --quick >/dev/null; "
         "sed -i 's/unit [0-9]*/unit 131072/' $XDG_CACHE_HOME/millrace/shapes; "
         "millrace explain 'range(1e7)' | grep -c -e '^shape: .* unit 131072, ring "
         "3 (pthread.*, tuned)$' -e 'units of 131072 positions'; "
         "millrace explain --shape 'lanes 1/1, group 64, unit 65536, ring 2' "
         "'range(1e7)' | grep -v tuned | grep -c -e 'ring 2 (.*given)' -e 'of 65536 pos'; "
         "millrace explain --engine host 'range(1e7)' | grep -c '(the host engine)'",
         0,
         "0\n2\n2\n1\n",
         {0}},
        /* A damaged file is as good as none, and the doctor tells. */
        {IN_A_NEW_CACHE "mkdir $XDG_CACHE_HOME/millrace; echo x >$XDG_CACHE_HOME/millrace/shapes; "
                        "millrace --engine opencl 'range(1000) | sum()'; "
                        "OCL_ICD_VENDORS=/nonexistent millrace doctor | "
                        "grep -A 1 'tuned before' | grep -c 'fix: millrace tune'",
         0,
         "499500\n1\n",
         {0}},
        {"millrace tune --device 'no such thing'", 3, "", {"error: "}},
        {"millrace --shape 'lanes 3' 'range(3)'",
         2,
         "",
         {"error: 'lanes 3' is no shape", "hint: "}},
        {"millrace --shape 'lanes 1/1, group 64, unit 65536, ring 2' 'range(3) | sum()'",
         0,
         "3\n",
         {0}},
    };
    CHECK_ROWS(rows);
}

SUITE(command_cache,
      {"a_program_built_twice_is_kept_and_taken", a_program_built_twice_is_kept_and_taken},
      {"kernels_that_were_begun_in_vain_are_there_in_the_end",
       kernels_that_were_begun_in_vain_are_there_in_the_end},
      {"a_tuned_shape_is_kept_shown_and_used", a_tuned_shape_is_kept_shown_and_used});
