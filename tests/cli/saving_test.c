/* Runs that are saved, killed and gone on with: nothing is lost and nothing doubled. */
#include <stdio.h>
#include <string.h>

#include "cli/shell.h"
#include "suite.h"

static struct shell s;

/* The script's exit code is expected to be 0; what it says else is shown. */
static void check(const char *script)
{
    int code = shell_run(&s, script);
    if (code) printf("\n%s\n  exit code %d\n%s%s", script, code, s.out, s.err);
    CU_ASSERT_EQUAL(code, 0);
}

static void check_each(const char *const scripts[], size_t count)
{
    shell_open(&s);
    for (size_t k = 0; k < count; k++) check(scripts[k]);
    shell_close(&s);
}
#define CHECK_EACH(scripts) check_each(scripts, sizeof scripts / sizeof scripts[0])

/* A moment of the run, or of its next part, is another one each time; the machine draws it. */
static void a_killed_run_is_gone_on_with(void)
{
    static const char script[] =
        "run() { \"$COMMAND\" --engine host --batch 500 -q --save s --every 1ms -o got.$f "
        "\"$@\" &\n"
        "        until [ -e s ] || ! kill -0 $! 2>/dev/null; do sleep 0.01; done\n"
        "        sleep 0.0$((RANDOM %% 90 + 10)); kill -9 $! 2>/dev/null; wait $! 2>/dev/null; }\n"
        "RANDOM=%d; resumed=0\n"
        "for ((k = 0; k < %d; k++)); do\n"
        "  formats=(csv raw npy txt jsonl arrow arrows); f=${formats[k %% 7]}\n"
        "  p='range(3e5) | filter(x %% 3 != 1) | map(y: x*x)'\n"
        "  rm -f s got*; [ -e want.$f ] || millrace --engine host -o want.$f \"$p\"\n"
        "  run \"$p\"; [ -e s ] || continue\n"
        "  for part in 1 2; do [ -e got.$f ] || run --resume s; done\n"
        "  millrace -q --engine $([ $((k %% 6)) = 0 ] && echo opencl || echo host) \\\n"
        "    --resume s -o got.$f && cmp want.$f got.$f || exit 1\n"
        "  [ ! -e got.$f.partial ] || exit 2; resumed=$((resumed + 1))\n"
        "done; [ $resumed -ge %d ]";
    char text[2000];
    int times = tests_long ? 300 : 14;
    (void)snprintf(text, sizeof text, script, 20261130, times, times / 2);
    shell_open(&s);
    check(text);
    shell_close(&s);
}

/* A part is not tied to who began it: one of three finishes two. */
static void parts_that_four_saved_are_finished_by_three(void)
{
    static const char *const scripts[] = {
        "of='map(x*x) | filter(x % 1009 == 5)'; saved=0\n"
        "millrace --engine host -o want \"range(1e8) | $of\"\n"
        "for k in 0 1 2 3; do\n"
        "  \"$COMMAND\" --engine host --batch 500 -q --shard $k/4 --save run.$k --every 1ms \\\n"
        "    -o rows.$k \"range(1e8) | shard({k}, {n}) | $of\" &\n"
        "  until [ -e run.$k ] || [ -e rows.$k ]; do sleep 0.01; done; kill -TERM $!; wait $!\n"
        "  [ -e rows.$k ] || saved=$((saved + 1))\n"
        "done 2>/dev/null\n"
        "go_on() { for k; do [ -e rows.$k ] ||\n"
        "    millrace -q --engine host --resume run.$k -o rows.$k; done; }\n"
        "go_on 0 3 & go_on 1 & go_on 2 & wait\n"
        "cat rows.0 rows.1 rows.2 rows.3 | cmp want && [ $saved -ge 2 ]",
    };
    CHECK_EACH(scripts);
}

static void an_interrupted_run_is_saved(void)
{
    static const char *const scripts[] = {
        "millrace --engine host 'range(1e9) | map(x*x) | sum()' >want\n"
        "\"$COMMAND\" --engine host --save s --every 1ms 'range(1e9) | map(x*x) | sum()' 2>said &\n"
        "until [ -e s ]; do sleep 0.01; done; kill -TERM $!; wait $!\n"
        "[ $? = 143 ] && grep -q '^--resume s goes on with it$' said &&\n"
        "! millrace --resume s --no-fuse 2>said && grep -q 'saved without --no-fuse' said &&\n"
        "grep -q '^hint: leave that out' said &&\n"
        "millrace --engine host --resume s --stats 2>/dev/null | cmp want -",
        /* How it ran goes on, too: what watches its sums or fuses nothing. */
        "\"$COMMAND\" --engine host --save t --no-fuse --stats 'range(2e6) | map(x*3)' >got &\n"
        "until [ -s got ]; do sleep 0.01; done; kill -TERM $!; wait $!\n"
        "millrace --resume t >>got && millrace 'range(2e6) | map(x*3)' | cmp got -",
        "p='range(2e6) | map(x*3)'; \"$COMMAND\" --format arrow --save a \"$p\" >got.arrows &\n"
        "until [ -s got.arrows ]; do sleep 0.01; done; kill -TERM $!; wait $!\n"
        "millrace --resume a --format arrow >>got.arrows &&\n"
        "millrace --format arrow \"$p\" | cmp got.arrows -",
    };
    CHECK_EACH(scripts);
}

/* It goes on right behind the last element that it wrote: there it fails again, or no more. */
static void a_run_that_failed_is_saved_where_it_failed(void)
{
    static const char *const scripts[] = {
        "run() { code=0; millrace --engine $engine \"$@\" 2>said || code=$?; }\n"
        /* Record batches are cut where they are flushed. */
        "rows() { if [ $format = arrow ]; then millrace \"read('$1', format=arrow)\"; else cat $1; "
        "fi; }\n"
        "check() { stages=$1; format=$2; engine=$3; rm -f s\n"
        "  seq 1 99999 | sed '70001s/.*/wrong/' >in.txt\n"
        "  cp -p in.txt time; p=\"read('in.txt', dtype=i64) | $stages\"\n"
        "  run --format $format --save s \"$p\" >got\n"
        "  [ $code != 0 ] && grep -q '^--resume s goes on with it$' said && cp got part || exit 1\n"
        "  run --format $format --resume s --save s >>got\n"
        "  [ $code != 0 ] && grep -q wrong said && cmp got part || exit 2\n"
        "  seq 1 99999 >in.txt; touch -r time in.txt; run --format $format --resume s >>got\n"
        "  millrace --format $format \"$p\" >want\n"
        "  [ $code = 0 ] && cmp <(rows got) <(rows want) || exit 3; }\n"
        "check 'map(x)' text host; [ $(wc -l <part) = 70000 ] || exit 4\n"
        "check 'filter(x % 3 != 1) | scan(sum)' csv host\n"
        "check 'window(5, mean)' arrow host; check 'window(5, mean)' csv opencl\n"
        "check 'sum()' text host; [ ! -s part ]",
    };
    CHECK_EACH(scripts);
}

static void what_is_done_is_not_done_again(void)
{
    static const char *const scripts[] = {
        "millrace --save s 'range(3)' | cmp - <(millrace 'range(3)') && [ -z \"$(millrace --resume "
        "s)\" ]",
        "millrace --save t -o a.csv 'range(3)' && millrace --resume t -o a.csv &&\n"
        "millrace --format csv 'range(3)' | cmp a.csv - && [ ! -e a.csv.partial ]",
        /* A file that is done may be saved over. */
        "millrace --save t 'range(2)' | cmp - <(millrace 'range(2)')",
    };
    CHECK_EACH(scripts);
}

/* Its state is checked as that of any other, and its output by the bytes that it wrote. */
static void what_is_done_is_checked(void)
{
    static const char *const scripts[] = {
        "refused() { ! millrace --engine host \"$@\" 2>said >/dev/null || return 1\n"
        "  grep -q -e \"$want\" said || { cat said; return 1; }; }\n"
        "p='range(1e6) | sum()'; millrace --save s -o out.txt --engine host \"$p\"\n"
        "cp out.txt kept; again() { millrace --engine host --resume s -o out.txt \"$@\"; }\n"
        "again && again \"$p\" || exit 4\n"
        "want='another pipeline' refused --resume s -o out.txt 'range(10)' &&\n"
        "want='wrote text, not raw' refused --resume s -o out.raw &&\n"
        "tr 0-9 1 <kept >out.txt; cp out.txt other\n"
        "want='finished, and -o out.txt holds other' refused --resume s -o out.txt &&\n"
        "want='^hint: name the output' refused --resume s -o out.txt &&\n"
        "cmp out.txt other && [ ! -e out.txt.partial ] || exit 1\n"
        "echo longer >>out.txt; want='holds other' refused --resume s -o out.txt || exit 2\n"
        "rm out.txt; want='is not there' refused --resume s -o out.txt || exit 3\n"
        /* Ended before the file took its name: where another one stood, it is to. */
        "cp kept out.txt.partial; cp other out.txt; again && cmp out.txt kept &&\n"
        "[ ! -e out.txt.partial ]",
        /* What it read is as it was. */
        "seq 9 >in.txt; millrace --save s -o out.csv 'read(\"in.txt\", dtype=i64)'\n"
        "cp out.csv kept; millrace --resume s -o out.csv || exit 1; seq 11 19 >in.txt\n"
        "! millrace --resume s -o out.csv 2>said && grep -q in.txt said && cmp out.csv kept",
        "for format in csv raw npy txt jsonl arrow arrows; do\n"
        "  millrace --engine host --save s -o o.$format 'range(3e4) | map(a: x*x)'; cp o.$format "
        "kept\n"
        "  millrace --engine host --resume s -o o.$format && cmp o.$format kept || exit 1\n"
        "  size=$(stat -c %s kept)\n"
        "  printf '\\xee' | dd of=o.$format bs=1 seek=$((size - 3)) conv=notrunc 2>/dev/null\n"
        "  ! millrace --engine host --resume s -o o.$format 2>said || exit 2\n"
        "  grep -q 'holds other' said || exit 3\n"
        "done",
    };
    CHECK_EACH(scripts);
}

/* Makes in `s` a run that is not done, with `got.csv.partial`. */
#define UNDONE                                                                                     \
    "rm -f s got*; p='range(1e9) | map(n: x)'\n"                                                   \
    "\"$COMMAND\" -q --engine host --save s -o got.csv \"$p\" &\n"                                 \
    "size() { stat -c %s got.csv.partial 2>/dev/null || echo 0; }\n"                               \
    "until [ $(size) -gt 99999 ]; do sleep 0.01; done\n"                                           \
    "kill -TERM $!; wait $!; cp s whole; cp got.csv.partial part\n"                                \
    "refused() { ! millrace \"$@\" 2>said >/dev/null || return 1\n"                                \
    "  grep -q -e \"$want\" said || { cat said; return 1; }; }\n"

static void what_does_not_fit_is_refused(void)
{
    static const char *const scripts[] = {
        UNDONE "want='holds a run that was not finished' refused --save s 'range(3)' &&\n"
               "want='another pipeline' refused --resume s -o got.csv 'range(3)' &&\n"
               "want='which -o is to name' refused --resume s &&\n"
               "want='the run wrote csv, not raw' refused --resume s -o got.raw &&\n"
               "want='is not there' refused --resume s -o other.csv &&\n"
               "want='no file that --save wrote' refused --resume part -o got.csv &&\n"
               "want='No such file' refused --resume nosuch\n",
        /* What it wrote is nobody's to begin over, until it is removed. */
        UNDONE
        "want='got.csv.partial: is not empty, as a run leaves it that was not finished'\n"
        "refused --save t -o got.csv 'range(3)' && [ ! -e t ] && cmp part got.csv.partial &&\n"
        "rm got.csv.partial && millrace --save t -o got.csv 'range(3)' && rm t\n",
        /* A run that could not be saved at its begin left nothing to go on with. */
        "rm -rf s got* later; want='later/s: open: No such file'\n"
        "for format in csv npy arrow; do\n"
        "  ! millrace --save later/s -o got.$format 'range(3)' 2>said &&\n"
        "  grep -q \"$want\" said &&\n"
        "  mkdir later && millrace --save later/s -o got.$format 'range(3)' &&\n"
        "  [ ! -e got.$format.partial ] && rm -r later || exit 1\n"
        "done",
        UNDONE "want='remove it, and the .partial file of its output, to begin anew'\n"
               "refused --save s -o got.csv 'range(3)' && rm s got.csv.partial &&\n"
               "millrace --save s -o got.csv 'range(3)'",
        UNDONE "truncate -s 100 got.csv.partial\n"
               "want='has 100 bytes' refused --resume s -o got.csv &&\n"
               "cp part got.csv.partial && sed -i '$s/.*//' got.csv.partial && cat part | tr 0-9 1 "
               ">got.csv.partial &&\n"
               "want='holds other bytes than were saved' refused --resume s -o got.csv\n",
        /* Every seventh byte that is another one, and every seventh length. */
        UNDONE "for ((k = 0; k < $(stat -c %s whole); k += 7)); do\n"
               "  cp whole s; printf '\\x01' | dd of=s bs=1 seek=$k conv=notrunc 2>/dev/null\n"
               "  cmp -s whole s || want='^error: s: ' refused --resume s -o got.csv || exit 1\n"
               "  head -c $k whole >s; want='^error: s: ' refused --resume s -o got.csv || exit 1\n"
               "done; cmp part got.csv.partial",
        ("want='cannot be saved' ; millrace --save none -o no.raw 'stdin()' </dev/null 2>&1 | "
         "grep -q \"$want\" &&"
         "[ -z \"$(ls no*)\" ]"),
        /* What is saved and what is written, or is written first, are never one file. */
        "mkdir d; ln -s d/k l; ln -s d e\n"
        "for pair in 'o.csv o.csv' 'o.csv ./o.csv' 'o.csv o.csv.partial' 'd/k l' 'l d/k.partial' "
        "'e/m.csv d/m.csv.partial'; do\n"
        "  millrace --save ${pair#* } -o ${pair% *} --format csv 'range(3)' 2>&1 |\n"
        "    grep -q \"the run writes there for -o ${pair% *}\" || { echo \"$pair\"; exit 1; }\n"
        "done; [ -z \"$(ls -A d)\" ] && [ ! -e o.csv ]",
        /* Nor are what is read and what is cut or saved over, under whatever name. */
        "input() { seq 9 >$1; cp $1 kept; }; rm -f s o*; input o.csv.partial\n"
        "ln o.csv.partial hard; ln -s o.csv.partial soft\n"
        "millrace -o got --save f 'range(2)'; cp f old\n"
        "for name in o.csv.partial hard soft; do\n"
        "  millrace --save s -o o.csv \"read(\\\"$name\\\", format=text) | map(-x)\" 2>&1 |\n"
        "    grep -q 'in o.csv.partial, which the pipeline reads' || exit 1\n"
        "  cmp o.csv.partial kept && [ ! -e s ] || exit 2\n"
        "done\n"
        "millrace --save f 'read(\"f\", dtype=bool, format=raw)' 2>&1 |\n"
        "  grep -q 'save f: the pipeline reads it' && cmp f old || exit 3\n"
        /* What the output takes the place of may be read: it appears when all is read. */
        "rm -f o*; input o.txt; millrace --save s -o o.txt 'read(\"o.txt\")' && cmp o.txt kept",
        "millrace --every 1s 'range(3)' 2>&1 | grep -q 'every without --save'",
        ("millrace --save none --every 3 'range(3)' 2>&1 | "
         "grep -q \"'3' is no time\" && [ ! -e none ]"),
        "for time in 0s 0.5ms 277778h; do\n"
        "  millrace --save none --every $time 'range(3)' 2>&1 |\n"
        "    grep -q \"'$time' is not from 1ms to 1000000000s\" && [ ! -e none ] || exit 1\n"
        "done",
    };
    CHECK_EACH(scripts);
}

SUITE(saving, {"a_killed_run_is_gone_on_with", a_killed_run_is_gone_on_with},
      {"parts_that_four_saved_are_finished_by_three", parts_that_four_saved_are_finished_by_three},
      {"an_interrupted_run_is_saved", an_interrupted_run_is_saved},
      {"a_run_that_failed_is_saved_where_it_failed", a_run_that_failed_is_saved_where_it_failed},
      {"what_is_done_is_not_done_again", what_is_done_is_not_done_again},
      {"what_is_done_is_checked", what_is_done_is_checked},
      {"what_does_not_fit_is_refused", what_does_not_fit_is_refused});
