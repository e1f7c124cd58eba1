/* --shard, --partial and millrace merge, as a user's shell sees them. */
#include <stdio.h>
#include <string.h>

#include "cli/shell.h"
#include "suite.h"

static struct shell s;

/* The script's exit code is expected to be 0; what it says else is shown. */
static void check_each(const char *const scripts[], size_t count)
{
    shell_open(&s);
    for (size_t k = 0; k < count; k++) {
        int code = shell_run(&s, scripts[k]);
        if (code) printf("\n%s\n  exit code %d\n%s%s", scripts[k], code, s.out, s.err);
        CU_ASSERT_EQUAL(code, 0);
    }
    shell_close(&s);
}
#define CHECK_EACH(scripts) check_each(scripts, sizeof scripts / sizeof scripts[0])

static void parts_of_a_stream_are_all_of_it(void)
{
    static const char *const scripts[] = {
        "p='range(20000) | map(x*x)'; millrace --engine host \"$p\" >want\n"
        "for k in 0 1 2; do millrace --engine host --shard $k/3 -o 'rows-{k}-of-{n}' \"$p\"; done\n"
        "cat rows-0-of-3 rows-1-of-3 rows-2-of-3 | cmp want -",
        "millrace --engine host 'range(20000) | filter(x % 7 == 2)' >want\n"
        "for k in 0 1 2; do millrace --engine host --shard $k/3 \\\n"
        "  'range(20000) | shard({k}, {n}) | filter(x % 7 == 2)'; done | cmp want -",
    };
    CHECK_EACH(scripts);
}

static void merge_prints_what_one_run_would(void)
{
    static const char *const scripts[] = {
        "n=0; for p in 'gen(1.0/(i + 1), 9000) | var()' 'range(9000) | max()' \\\n"
        "  'zip(range(9000), gen(sin(i), 9000)) | sum()' 'range(9000) | hist(3, 0, 9000)'; do\n"
        "  for format in text csv; do\n"
        "    for k in 2 0 1; do\n"
        "      millrace --engine host --shard $k/3 --partial -o 'p.{k}' \"$p\" || exit\n"
        "    done\n"
        "    millrace --engine host --format $format \"$p\" >want &&\n"
        "    millrace merge --format $format p.1 p.2 p.0 | cmp want - || exit\n"
        "    millrace merge --partial -o q p.2 p.0 && millrace merge -o got.$format q p.1 &&\n"
        "    { [ $format = text ] || cmp want got.csv; } || exit; n=$((n + 1))\n"
        "  done\n"
        "done; [ $n = 8 ]",
        ("p='range(9000) | hist(3, 0.5, 9000)'\n"
         "for k in 2 0 1; do\n"
         "  millrace --engine host --shard $k/3 --partial -o 'p.{k}' \"$p\" || exit\n"
         "done; millrace --engine host --plot \"$p\" >want && grep -q '0.5 to 3000.33' want &&\n"
         "millrace merge --plot p.1 p.2 p.0 | cmp want -"),
        /* Parts of other cuts, where they begin and end at the same positions. */
        ("p='gen(1.0/(i + 1), 9216) | var()'; for part in 2/3 4/9 0/3 3/9 5/9; do\n"
         "  millrace --engine host --shard $part --partial -o 'cut.{k}-of-{n}' \"$p\" || exit\n"
         "done; millrace --engine host \"$p\" >want && millrace merge cut.* | cmp want -"),
        ("millrace --engine host --shard 0/1 --partial 'range(0) | max()' >p\n"
         "millrace merge p 2>said; [ $? = 1 ] && grep -q 'max: the sequence is empty' said"),
    };
    CHECK_EACH(scripts);
}

static void launchers_say_which_rank_it_is(void)
{
    static const char *const scripts[] = {
        "while read -r number count; do\n"
        "  export $number=1 $count=3\n"
        "  [ \"$(millrace --engine host --shard auto 'range(3000)' | head -1)\" = 1024 ] || exit\n"
        "  unset $number $count\n"
        "done <<'END'\n"
        "OMPI_COMM_WORLD_RANK OMPI_COMM_WORLD_SIZE\n"
        "PMI_RANK PMI_SIZE\n"
        "MV2_COMM_WORLD_RANK MV2_COMM_WORLD_SIZE\n"
        "RANK WORLD_SIZE\n"
        "SLURM_PROCID SLURM_NTASKS\n"
        "END\n",
        "export SLURM_PROCID=0 SLURM_NTASKS=9 OMPI_COMM_WORLD_RANK=2 OMPI_COMM_WORLD_SIZE=3\n"
        "[ \"$(millrace --engine host --shard auto 'range(3000)' | head -1)\" = 2048 ]",
    };
    CHECK_EACH(scripts);
}

struct refusal {
    const char *script;
    int code;
    const char *says;
};

static void what_cannot_be_is_refused_with_a_way_out(void)
{
    static const struct refusal rows[] = {
        {"millrace --shard auto 'range(3)'", 1, "none is set of OMPI_COMM_WORLD_RANK/"},
        {"RANK=1 millrace --shard auto 'range(3)'", 1, "RANK is set, WORLD_SIZE is not"},
        {"RANK=3 WORLD_SIZE=3 millrace --shard auto 'range(3)'", 1, "is no part"},
        {"RANK=1 WORLD_SIZE=3 PMI_RANK=1 PMI_SIZE=2 millrace --shard auto 'range(3)'", 1,
         "PMI_RANK=1/2, but RANK=1/3"},
        {"RANK=1 WORLD_SIZE=3 millrace --shard auto -o x 'range(3)'", 2, "put {k} into the name"},
        {"millrace --shard 3/3 'range(3)'", 2, "the last of 3 is 2/3"},
        {"millrace --shard 3 'range(3)'", 2, "neither K/N nor auto"},
        {"millrace --shard 0/3 'range(3) | sum()'", 1, "add --partial -o FILE"},
        {"millrace --shard 0/3 'range(3) | fold(s: s+x, init=0)'", 1,
         "of one's own have no partials"},
        {"millrace --shard 0/3 --partial 'range(3) | fold(s: s+x, init=0)'", 1,
         "map() to what sum(), min(), count()"},
        {"millrace --shard 0/3 'range(3) | filter(x > 1)'", 1, "shard({k}, {n})"},
        {"millrace --shard 0/3 --partial 'range(3)'", 1, "partials are of terminals"},
        {"millrace --partial 'range(3) | sum()'", 2, "--shard 0/1 for all of it"},
        {"millrace --shard 0/1 --partial --stats 'range(3) | sum()'", 2, "one of them"},
        {"millrace --shard 0/1 --partial --save x 'range(3) | sum()'", 2, "with a larger N"},
        {"millrace --partial --shard 0/2 -o q0 'range(100) | shard({k},{n}) | sum()'", 2,
         "a part of a part"},
        {"truncate -s 134217729 big; millrace merge big", 4, "big has more than 134217728 bytes"},
        {"millrace 'range(9) | shard(8, 7)'", 2, "the last of 7 parts is shard(6, 7)"},
        {"millrace 'range(9) | scan(sum) | filter(x > 3) | shard(0, 2)'", 1,
         "how many elements filter gives"},
        {"millrace 'stdin() | map(x) | shard(0, 2)'", 1, "write its rows to a .npy file"},
        {"millrace merge", 2, "no files"},
        {"millrace merge none", 1, "none: open"},
        {"echo 1 >x; millrace merge x", 1, "x is not a partial"},
        {"for k in 0 1 2; do millrace --engine host --shard $k/3 --partial -o 'p.{k}'\\\n"
         "  'range(9000) | sum()'; done; millrace merge p.0 p.2",
         1, "positions 3072 to 6143 of 9000 are missing"},
        {"millrace merge p.0 p.1 p.0 p.2", 1, "are in p.0 and in p.0"},
        {"head -c 50 p.0 >q; millrace merge q p.1 p.2", 1, "q is damaged or cut short"},
    };
    shell_open(&s);
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        int code = shell_run(&s, rows[k].script);
        /* What to do then is no news. */
        bool is_all = strstr(rows[k].says, "is not a partial") != NULL;
        bool is_right = code == rows[k].code && strstr(s.err, rows[k].says) &&
                        strstr(s.err, "error: ") && (strstr(s.err, "hint: ") || is_all);
        if (!is_right) printf("\n%s\n  exit code %d\n%s", rows[k].script, code, s.err);
        CU_ASSERT_TRUE(is_right);
    }
    shell_close(&s);
}

SUITE(ranks, {"parts_of_a_stream_are_all_of_it", parts_of_a_stream_are_all_of_it},
      {"merge_prints_what_one_run_would", merge_prints_what_one_run_would},
      {"launchers_say_which_rank_it_is", launchers_say_which_rank_it_is},
      {"what_cannot_be_is_refused_with_a_way_out", what_cannot_be_is_refused_with_a_way_out});
