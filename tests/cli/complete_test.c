/* What shells are told that a word may become. */
#include <stdio.h>
#include <string.h>

#include "cli/shell.h"
#include "suite.h"

static const struct {
    const char *words, *answer; /* of the shell; whole words, without what they are */
} rows[] = {
    {"ver", "verify\nversion\n"},
    {"'verify' --ta", "--take\n"},
    {"--eng", "--engine\n"},
    {"--engine ''", "auto\nhost\nopencl\n"},
    {"--engine h", "host\n"},
    {"-o ''", ""},
    {"--shard ''", "auto\n"},
    {"merge ''", ""},
    {"explain --ker", "--kernels\n"},
    {"ops dro", "drop_while\n"},
    {"'ran'", "randint(\nrange(\n"},
    {"'range(10) | fil'", "range(10) | filter(\n"},
    {"'range(10) |fil'", "range(10) |filter(\n"},
    {"'range(10) | filter(x > 3) | co'", "range(10) | filter(x > 3) | count()\n"},
    {"'range(10) | filter(sqr'", "range(10) | filter(sqrt(\n"},
    {"'range(10) | filter(abs(x) + sqr'", "range(10) | filter(abs(x) + sqrt(\n"},
    {"'range(10) | filter(a | bo'", "range(10) | filter(a | bool(\n"},
    {"'range(10, dt'", "range(10, dtype=\n"},
    {"'range(10, dtype=f'", "range(10, dtype=f32\nrange(10, dtype=f64\n"},
    {"'sobol(2, scramble=o'", "sobol(2, scramble=owen\n"},
    {"'range(10) | scan(pr'", "range(10) | scan(prod\nrange(10) | scan(prev(\n"},
    {"'zip(range(3), halt'", "zip(range(3), halton(\n"},
    {"'zip(a: halt'", "zip(a: halton(\n"},
    {"'chain(range(3) | enum'", "chain(range(3) | enumerate(\n"},
    {"completion ''", "bash\nzsh\nfish\n"},
    {"help verif", "verify\n"},
    {"help normal_q", "normal_quantile\n"},
    {"tune ''", ""},
    {"--format=c", "--format=csv\n"},
    {"--format = c", "csv\n"},
    {"--format = csv expl", "explain\n"},
    {"'range(10) | sum(ex'", "range(10) | sum(exact\n"},
    {"'read(\"ra'", ""},
    {"'read(\"a.csv\") | fil'", "read(\"a.csv\") | filter(\n"},
    {"'range(3) | map(`co'", ""},
    {"'range(3) # co'", ""},
    {"explain 'range(10) | ta'", "range(10) | take(\nrange(10) | take_while(\n"},
};

static void words_become_what_the_language_has(void)
{
    static struct shell s;
    shell_open(&s);
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        char script[300];
        (void)snprintf(script, sizeof script, "millrace _complete %s | cut -f 1", rows[k].words);
        CU_ASSERT_EQUAL(shell_run(&s, script), 0);
        CU_ASSERT_STRING_EQUAL(s.out, rows[k].answer);
        if (strcmp(s.out, rows[k].answer)) printf("\n  %s: %s", rows[k].words, s.out);
    }
    shell_close(&s);
}

/* As bash calls it: the words before the cursor, the last without the quote it begins with. */
static void bash_completes_inside_an_open_quote(void)
{
    static const char script[] = "eval \"$(millrace completion bash)\"\n"
                                 "compopt() { :; }\n"
                                 "complete -p millrace\n"
                                 "COMP_WORDS=(millrace explain \"'range(10) | fil\") COMP_CWORD=2\n"
                                 "_millrace millrace 'range(10) | fil' explain\n"
                                 "printf '<%s>' \"${COMPREPLY[@]}\"\n"
                                 "COMP_WORDS=(millrace --engine o) COMP_CWORD=2\n"
                                 "_millrace millrace o --engine\n"
                                 "printf '<%s>' \"${COMPREPLY[@]}\"\n";
    static struct shell s;
    shell_open(&s);
    CU_ASSERT_EQUAL(shell_run(&s, script), 0);
    CU_ASSERT_STRING_EQUAL(s.out, "complete -F _millrace millrace\n"
                                  "<range(10) | filter(><range(10) | filter( ><opencl>");
    CU_ASSERT_EQUAL(shell_run(&s, "millrace completion tcsh"), 2);
    CU_ASSERT_EQUAL(shell_run(&s, "millrace completion"), 2);
    shell_close(&s);
}

/* As these call it, with the word as it stands on the line, and its quote by itself. */
static void zsh_completes_inside_an_open_quote(void)
{
    static const char script[] =
        "cat > ask <<'EOF'\n"
        "compdef() { }\ncompadd() { print -rl -- \"$@\" $whole }\n_files() { print files }\n"
        "compset() { }\nmillrace() { $COMMAND \"$@\" }\n"
        "eval \"$(millrace completion zsh)\"\ntypeset -A compstate\n"
        "try() { compstate[quote]=$1 PREFIX=$2; words=(\"${@:3}\"); CURRENT=$#words; _millrace }\n"
        "try \"'\" 'read(\"a\") | fil' millrace explain \"'read(\\\"a\\\") | fil\"\n"
        "try '' 'range\\(10,dty' millrace 'range\\(10,dty'\n"
        "try '' o millrace --engine o\n"
        "try '' a. millrace --save a.\n"
        "EOF\n"
        "export COMMAND; zsh -f ask\n"
        /* From a folder of fpath, which zsh reads at the first word that is completed. */
        "\"$COMMAND\" completion zsh > _millrace; sed -i 's/^eval/fpath=($PWD); autoload -Uz "
        "_millrace #/' ask\n"
        "zsh -f ask | sed -n 8p\n";
    static struct shell s;
    shell_open(&s);
    CU_ASSERT_EQUAL(shell_run(&s, script), 0);
    CU_ASSERT_STRING_EQUAL(s.out, "-S\n\n-l\n-d\nshown\n-a\nwhole\nread(\"a\") | filter(\n"
                                  "-S\n\n-l\n-d\nshown\n-a\nwhole\nrange(10,dtype=\n"
                                  "-l\n-d\nshown\n-a\nwhole\nopencl\nfiles\n"
                                  "read(\"a\") | filter(\n");
    shell_close(&s);
}

static void fish_completes_inside_an_open_quote(void)
{
    static const char script[] =
        "cat > ask <<'EOF'\n"
        "function millrace; $COMMAND $argv; end\nmillrace completion fish | source\n"
        "complete -C \"millrace explain 'range(10) | fil\"\n"
        "complete -C 'millrace --engine o'\n"
        "EOF\n"
        "export COMMAND; mkdir home; HOME=$PWD/home fish --no-config ask | cut -f 1; rm -r home\n";
    static struct shell s;
    shell_open(&s);
    CU_ASSERT_EQUAL(shell_run(&s, script), 0);
    CU_ASSERT_STRING_EQUAL(s.out, "range(10) | filter(\nopencl\n");
    shell_close(&s);
}

/* Without groff, that every request is one that the macros have. */
static void the_manual_is_good_roff(void)
{
    static const char script[] =
        "millrace _manual > page; grep -c '^.SH ' page\n"
        "grep -oE '^[.][A-Za-z]+' page | sort -u | tr -d '\\n'\n"
        "! command -v groff > /dev/null || groff -man -Tascii -ww page 2>&1 > /dev/null\n"
        "grep -c '^.TP' page | awk '$1 > 100 {print \"\\ntold\"}'\n";
    static struct shell s;
    shell_open(&s);
    CU_ASSERT_EQUAL(shell_run(&s, script), 0);
    CU_ASSERT_STRING_EQUAL(s.out, "8\n.B.I.PP.RE.RS.SH.SS.TH.TP.br.fi.nf\ntold\n");
    if (!strstr(s.out, "told")) printf("\n%s", s.out);
    shell_close(&s);
}

SUITE(complete, {"words_become_what_the_language_has", words_become_what_the_language_has},
      {"bash_completes_inside_an_open_quote", bash_completes_inside_an_open_quote},
      {"zsh_completes_inside_an_open_quote", zsh_completes_inside_an_open_quote},
      {"fish_completes_inside_an_open_quote", fish_completes_inside_an_open_quote},
      {"the_manual_is_good_roff", the_manual_is_good_roff});
