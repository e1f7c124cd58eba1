/* What the command prints, where, and how it exits. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <millrace/version.h>

#include "cli/shell.h"
#include "suite.h"

struct row {
    const char *script;
    int exit_code;
    const char *out;    /* the whole of it; NULL: not looked at */
    const char *err[3]; /* parts of it, in this order; none: it is empty */
};

static bool err_matches(const struct row *row, const char *err)
{
    if (!row->err[0]) return err[0] == '\0';
    for (size_t k = 0; k < 3 && row->err[k]; k++) {
        err = strstr(err, row->err[k]);
        if (!err) return false;
        err += strlen(row->err[k]);
    }
    return true;
}

static void check_rows(const struct row rows[], size_t count)
{
    static struct shell s;
    shell_open(&s);
    for (size_t k = 0; k < count; k++) {
        const struct row *row = &rows[k];
        int exit_code = shell_run(&s, row->script);
        bool fits = exit_code == row->exit_code && (!row->out || strcmp(s.out, row->out) == 0) &&
                    err_matches(row, s.err);
        CU_ASSERT(fits);
        if (!fits)
            printf("\n    %s\n    exit code %d (%d expected)\n    stdout: %.2000s\n    stderr: "
                   "%.2000s\n",
                   row->script, exit_code, row->exit_code, s.out, s.err);
    }
    shell_close(&s);
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof rows / sizeof rows[0])

static void data_goes_to_standard_output(void)
{
    static const struct row rows[] = {
        {"millrace 'range(3)'", 0, "0\n1\n2\n", {0}},
        {"millrace run 'range(3)'", 0, "0\n1\n2\n", {0}},
        {"millrace 'range(0)'", 0, "", {0}},
        {"millrace 'range(3) | map(a: x, b: x*0.5)'", 0, "0\t0.0\n1\t0.5\n2\t1.0\n", {0}},
        {"millrace 'range(101) | sum()'", 0, "5050\n", {0}},
        {"millrace 'zip(range(3), repeat(0.5)) | sum()'", 0, "3\t1.5\n", {0}},
        {"millrace 'range(100) | hist(4, 0, 100)'", 0, "25\n25\n25\n25\n", {0}},
        {"millrace 'count() | filter(x > 10) | take(3)'", 0, "11\n12\n13\n", {0}},
        {"millrace 'count() | take_while(x < 2)'", 0, "0\n1\n", {0}},
        {"millrace --batch 2 --ring 5 'range(3)' --engine host", 0, "0\n1\n2\n", {0}},
        {"millrace --batch 2 --engine opencl 'range(3)'", 0, "0\n1\n2\n", {0}},
        {"millrace --staged --engine opencl 'range(3)'", 0, "0\n1\n2\n", {0}},
        {"printf 'range(3)\\n  | map(x*x) # squares\\n' > p; millrace --file p; rm p",
         0,
         "0\n1\n4\n",
         {0}},
        {"echo 'range(2)' | millrace -f -", 0, "0\n1\n", {0}},
        {"printf '1\\n2\\n' | millrace 'stdin() | map(x*2)'", 0, "2.0\n4.0\n", {0}},
        {"millrace -q 'range(1)'", 0, "0\n", {0}},
        {"millrace --batch 1e3 --ring 0x2 'range(1)'", 0, "0\n", {0}},
        {"millrace --batch '1 << 16' 'range(1)'", 0, "0\n", {0}},
        {"millrace 'range(3) | map(x^2)'",
         0,
         "2\n3\n0\n",
         {"note: map: ^ is exclusive or", "               ^~~", "hint: a power is pow(a, b)"}},
        {"millrace -q 'range(3) | map(x^2)' 2>&1", 0, "2\n3\n0\n", {0}},
        {"test \"$(millrace version)$(millrace -V)\" = \"$(millrace --version)$(millrace "
         "--version)\"",
         0,
         "",
         {0}},
        {"millrace text 'range( stop = 1_000 )|map( (x)+0x10 )  # sixteen'",
         0,
         "range(0, 1000) | map(x + 16)\n",
         {0}},
        {"echo 'normal()' | millrace text -f -", 0, "normal(seed=0, stream=0)\n", {0}},
        {"millrace text 'range(3) | map(y)'", 2, "", {"unknown column 'y'"}},
        {"millrace help i64 clamp", 2, "", {"help: 2 arguments"}},
        {"millrace help atan2 | head -n 1; millrace help min | grep '^min'",
         0,
         "atan2(a, b)\nmin()\nmin(a, b, ...)\n",
         {0}},
        {"millrace help > a; millrace --help | cmp a -; rm a", 0, "", {0}},
        {"millrace help explain > a; millrace explain --help | cmp a -; rm a", 0, "", {0}},
        {"millrace help hist > a; millrace ops hist | cmp a -; rm a", 0, "", {0}},
    };
    CHECK_ROWS(rows);
}

static void formats_are_written_as_asked(void)
{
    static const struct row rows[] = {
        {"millrace --format csv 'range(2) | map(n: x, half: x*0.5)'",
         0,
         "n,half\n0,0.0\n1,0.5\n",
         {0}},
        {"millrace --format raw 'range(2) | map(u32(x))' | od -An -tx1",
         0,
         " 00 00 00 00 01 00 00 00\n",
         {0}},
        {"millrace --format npy 'range(3)' | tail -c 24 | od -An -td8 -w8 -v",
         0,
         "                    0\n                    1\n                    2\n",
         {0}},
        {"millrace -o a.arrow 'range(2e5) | map(v: x*0.5, even: x % 2 == 0)'\n"
         "s() { millrace \"$@\" 'read(\"a.arrow\", columns=v) | sum()'; }\n"
         "s --engine host; s --engine opencl --no-map\n"
         "s --engine opencl --shape 'lanes 4/4, group 1, unit 16384, ring 3'\n"
         "millrace --format csv 'read(\"a.arrow\") | slice(131071, 131073)'; rm a.arrow",
         0,
         "9999950000.0\n9999950000.0\n9999950000.0\nv,even\n65535.5,false\n65536.0,true\n",
         {0}},
        {"millrace --format npy 'range(3)' -o a.npy && millrace \"read('a.npy')\"; rm a.npy",
         0,
         "0\n1\n2\n",
         {0}},
        {"millrace --format npy 'range(9) | filter(x > 5)' -o a.npy && millrace \"read('a.npy')\";"
         "rm a.npy",
         0,
         "6\n7\n8\n",
         {0}},
        {"millrace 'range(2) | map(a: x, b: x*0.5)' -o f.csv; cat f.csv; rm f.csv",
         0,
         "a,b\n0,0.0\n1,0.5\n",
         {0}},
        {"millrace 'range(2) | map(a: x, b: x*0.5)' -o f.TSV; cat f.TSV; rm f.TSV",
         0,
         "a\tb\n0\t0.0\n1\t0.5\n",
         {0}},
        {"for f in f.npy f.raw f.bin f.txt f; do millrace 'range(3)' -o $f; wc -c <$f; rm $f; done",
         0,
         "152\n24\n24\n6\n6\n",
         {0}},
        {"millrace --format raw 'range(3)' -o f.raw && wc -c <f.raw; rm f.raw", 0, "24\n", {0}},
        {"millrace --format csv 'range(3)' -o f.npy",
         2,
         "",
         {"--format csv contradicts -o f.npy, whose name says npy", "hint: leave --format out"}},
        {"millrace 'range(3)' -o f.parquet", 2, "", {"f.parquet: .parquet files", "by --format"}},
        {"millrace --format csv 'range(2)' -o f.csv.gz; cat f.csv.gz; rm f.csv.gz",
         0,
         "x\n0\n1\n",
         {0}},
        {"millrace --format npy 'range(9) | filter(x > 5)' | cat; exit ${PIPESTATUS[0]}",
         2,
         "",
         {"length", "hint: use --format raw"}},
    };
    CHECK_ROWS(rows);
}

static void misuse_exits_with_2_and_says_how_it_is_meant(void)
{
    static const struct row rows[] = {
        {"millrace", 2, "", {"error: no pipeline", "hint: millrace 'range"}},
        {"millrace run", 2, "", {"error: no pipeline", "hint: "}},
        {"millrace range 10", 2, "", {"2 arguments", "'10'", "hint: quote the pipeline"}},
        {"millrace 'range(3)' 'sum()'", 2, "", {"'sum()' is one too many", "quote the pipeline"}},
        {"millrace explian 'range(3)'", 2, "", {"hint: did you mean 'millrace explain'?"}},
        {"millrace devices all", 2, "", {"devices: 1 arguments, the limit is 0"}},
        {"millrace --bacth 3 'range(3)'", 2, "", {"'--bacth'", "hint: did you mean --batch?"}},
        {"millrace --nonsense 'range(3)'", 2, "", {"'--nonsense'", "millrace --help"}},
        {"millrace -z 'range(3)'", 2, "", {"'-z'", "millrace --help"}},
        {"millrace --quiet=1 'range(3)'", 2, "", {"--quiet takes no value"}},
        {"millrace 'range(3)' -o", 2, "", {"--output needs a value: FILE"}},
        {"millrace --kernels 'range(3)'", 2, "", {"run takes no --kernels"}},
        {"millrace devices --batch 3", 2, "", {"devices takes no --batch"}},
        {"millrace --engine gpu 'range(3)'",
         2,
         "",
         {"--engine: 'gpu' is none of auto|host|opencl"}},
        {"millrace --batch 0 'range(3)'", 2, "", {"--batch: '0'", "from 1 to 16777216"}},
        {"millrace --batch 16777217 'range(3)'", 2, "", {"--batch: '16777217'"}},
        {"millrace --batch 1.5 'range(3)'", 2, "", {"--batch: '1.5' is not an integer"}},
        {"millrace help nonsense", 2, "", {"no operator or function 'nonsense'"}},
        {"millrace version 2", 2, "", {"version: 1 arguments, the limit is 0"}},
        {"millrace --ring 1 'range(3)'", 2, "", {"--ring: '1'", "from 2 to 16"}},
        {"millrace --ring 17 'range(3)'", 2, "", {"--ring: '17'", "from 2 to 16"}},
        {"millrace --max-memory 0 'range(3)'", 2, "", {"--max-memory: '0'", "hint: ", "64MiB"}},
        {"millrace --max-memory 3Q 'range(3)'", 2, "", {"--max-memory: '3Q'", "hint: "}},
        {"millrace --format xml 'range(3)'",
         2,
         "",
         {"'xml' is none of text|arrow|csv|jsonl|npy|raw"}},
        {"millrace --stats=xml 'range(3)'", 2, "", {"--stats: 'xml'", "--stats=json"}},
        {"millrace --file p 'range(3)'", 2, "", {"a pipeline and --file"}},
        {"millrace ops zzzqqq",
         2,
         "",
         {"no operator or function 'zzzqqq'", "hint: millrace ops lists"}},
        {"millrace ops squrt", 2, "", {"hint: did you mean 'sqrt'?"}},
        {"millrace ops fitler", 2, "", {"'fitler'", "hint: did you mean 'filter'?"}},
    };
    CHECK_ROWS(rows);
}

static void bad_pipelines_are_refused_with_place_and_hint(void)
{
    static const struct row rows[] = {
        {"millrace 'rnage(10)'",
         2,
         "",
         {"rnage", "\n  rnage(10)\n  ^~~~~", "did you mean 'range'?"}},
        {"millrace 'range(10) | take()'",
         2,
         "",
         {"error: take", "\n              ^~~~\n", "hint: write take(n)"}},
        {"millrace 'range(10) | take(1, 2)'", 2, "", {"error: take", "^", "hint: write take(n)"}},
        {"millrace 'range(10) | map(x & 1.5)'", 2, "", {"error: map: '&' is for integers"}},
        {"millrace 'range(10) | map(y*2)'",
         2,
         "",
         {"error: map: unknown column 'y'", "\n                  ^", "hint: "}},
        {"millrace 'range(1x)'", 2, "", {"number 1x ends in letters", "\n        ^"}},
        {"millrace 'range(10) | take(-3)'",
         2,
         "",
         {"take: n=-3 must not be negative", "^~", "hint: for example count() | take(5)"}},
        {"millrace 'range(10) | take(1.5)'", 2, "", {"take: n=1.5"}},
        {"millrace 'range(3) | map(1/0)'", 2, "", {"division by the constant 0"}},
        {"millrace 'map(x)'", 2, "", {"map"}},
        {"millrace 'range(3) | sum() | take(1)'", 2, "", {"sum"}},
        {"millrace 'range(3'", 2, "", {"error: ", "\n  range(3\n"}},
        {"millrace ''", 2, "", {"error: "}},
        {"millrace \"range(3) | map($(printf '(%.0s' {1..300})x$(printf ')%.0s' {1..300}))\"",
         4,
         "",
         {"200"}},
        {"millrace \"range(9) $(printf '| skip(1) %.0s' {1..70})\"", 4, "", {"64"}},
    };
    CHECK_ROWS(rows);
}

static void bad_files_are_named_with_the_place_in_them(void)
{
    static const struct row rows[] = {
        {"millrace \"read('nosuch.npy')\"", 1, "", {"nosuch.npy: open: No such file", "hint: "}},
        {"millrace --format npy 'range(9)' -o a.npy; head -c 160 a.npy > b.npy; rm a.npy;"
         "millrace \"read('b.npy')\"; e=$?; rm b.npy; exit $e",
         1,
         NULL,
         {"b.npy"}},
        {"printf '\\x93NUMPY\\x01\\x00\\xff\\xff{' > c.npy; millrace \"read('c.npy')\"; e=$?;"
         "rm c.npy; exit $e",
         1,
         "",
         {"c.npy: its .npy header claims 65535 bytes, 1 are there", "hint: the file is damaged"}},
        {"printf 'a,b\\n1,2\\n3\\n' > r.csv; millrace \"read('r.csv')\"; e=$?; rm r.csv; exit $e",
         1,
         "1\t2\n",
         {"error: r.csv:3: has 1 field", "\n  ^~~~\nat element 1\n", "hint: correct the file"}},
        {"printf 'a\\n1\\nx\\n' > t.csv; millrace \"read('t.csv')\"; e=$?; rm t.csv; exit $e",
         1,
         "1.0\n",
         {"error: t.csv:3:1: column 'a': 'x' is not a number", "\nat element 1\n", "hint: "}},
        {"printf 'a;b\\n1;2.5\\n' > u.csv; millrace --stats \"read('u.csv')\"; e=$?; rm u.csv; "
         "exit $e",
         0,
         "1\t2.5\n",
         {"\ninput                u.csv: line 1 is the header (names, no numbers); separated by "
          "semicolons; dtypes by 1 row\n"}},
        {"millrace \"read('')\"", 1, "", {"the file's name is empty", "\n  ^~~~\n", "hint: "}},
        {"printf '1\\n2\\nthree\\n4\\n' | millrace 'stdin()'", 1, "1.0\n2.0\n", {"three"}},
        {"printf '1\\n2\\nthree\\n4\\n' | millrace 'stdin()'",
         1,
         "1.0\n2.0\n",
         {"standard input:3:1", "\nat element 2\n", "hint: "}},
        {"millrace 'stdin(i64) | count()' <&-",
         1,
         "",
         {"standard input: read: Bad file descriptor", "hint: it is closed"}},
        {"millrace 'range(3)' >&-", 1, "", {"standard output: write: Bad file descriptor"}},
        {"millrace 'range(3)' -o f <&- >&-; e=$?; cat f; rm f; exit $e", 0, "0\n1\n2\n", {0}},
        {"echo a | millrace \"read('-', format=csv) | map(a)\"",
         2,
         "",
         {"its columns must be named", "hint: add columns=(a, b)"}},
        {"printf 'a,b\\n1,2\\n' | millrace \"read('-', format=csv, columns=(b, a)) | map(b - a)\"",
         0,
         "1.0\n",
         {0}},
        {"printf 'a,b\\n1,2\\n' | millrace \"read('-', format=csv, columns=1) | map(x1)\"",
         0,
         "2.0\n",
         {0}},
        {"millrace --format arrow 'range(2)' | millrace 'read(\"-\", format=arrow)'",
         1,
         "",
         {"- is a pipe: this format is read from files", "hint: write it to a file first"}},
        {"millrace --format npy 'range(2) | map(x, x)' |"
         "millrace \"read('-', format=npy, dtype=i64)\"",
         1,
         "",
         {"has 2 columns, not 1", "hint: a pipe's columns are not known beforehand"}},
        {"printf '1,2\\n' | millrace 'stdin()'",
         1,
         "",
         {"hint: if these are columns: read(\"-\", format=csv, columns=(0, 1))"}},
        {"printf '1\\na\\n' | millrace 'stdin(i64)'", 1, "1\n", {"hint: correct what writes it\n"}},
        {"printf '1\\nNA\\n' | millrace 'stdin(i64)'",
         1,
         "1\n",
         {"hint: read it with read(\"-\", missing=nan), or missing=skip to leave out its row"}},
        {"printf '1,2\\n3,a\\n' | millrace 'read(\"-\", format=csv, columns=(0, 1))'",
         1,
         "1.0\t2.0\n",
         {"hint: correct what writes it, or choose other columns"}},
        {"millrace 'range(3)' -o s.npy; millrace \"read('s.npy') | shuffle(1)\"; e=$?; rm s.npy;"
         "exit $e",
         1,
         "",
         {"hint: shuffle all of them in one buffer: shuffle(seed, window=3)"}},
        {"millrace --file nosuch.txt", 1, "", {"nosuch.txt: open: No such file"}},
        {"millrace --file .", 1, "", {".: is a directory"}},
    };
    CHECK_ROWS(rows);
}

static void elements_before_a_failure_are_delivered(void)
{
    static const struct row rows[] = {
        {"set -o pipefail; millrace --engine host 'count() | map(1000/(x-123456))' | wc -l",
         1,
         "123456\n",
         {"error: map", "123456"}},
        {"set -o pipefail; millrace --engine opencl 'count() | map(1000/(x-123456))' | wc -l",
         1,
         "123456\n",
         {"error: map", "123456"}},
        {"set -o pipefail; millrace --batch 1000 'count() | map(1000 % (x-123456))' | wc -l",
         1,
         "123456\n",
         {"error: map", "123456"}},
        {"set -o pipefail; millrace 'fibonacci()' | tail -n 1",
         1,
         "7540113804746346429\n",
         {"fibonacci", "93"}},
        {"set -o pipefail; millrace --engine host 'fibonacci(dtype=u32)' | tail -n 1",
         1,
         "2971215073\n",
         {"fibonacci", "48"}},
        {"millrace 'range(0) | max()'", 1, "", {"max"}},
        {"millrace 'range(9) | filter(x > 9) | first()'", 1, "", {"first"}},
    };
    CHECK_ROWS(rows);
}

static void a_named_file_appears_whole_or_not_at_all(void)
{
    static const struct row rows[] = {
        {"millrace 'range(3)' -o f && cat f; ls -A; rm f", 0, "0\n1\n2\nf\n", {0}},
        {"millrace 'count() | map(1/(x-99999))' -o f; e=$?; ls -A; exit $e", 1, "", {"99999"}},
        {"echo old > f; millrace 'count() | map(1/(x-99999))' -o f; e=$?; cat f; rm f; exit $e",
         1,
         "old\n",
         {"99999"}},
        {"millrace 'range(3)' -o /dev/stdout | tail -n 1", 0, "2\n", {0}},
        {"millrace 'range(3)' -o >(tail -n 1 > t); until [ -s t ]; do :; done; cat t; rm t",
         0,
         "2\n",
         {0}},
        {"mkfifo p; tail -n 1 p & millrace 'range(3)' -o p; wait; rm p", 0, "2\n", {0}},
        {"millrace 'range(3)' -o nosuch/f",
         1,
         "",
         {"nosuch/f: open: No such file", "hint: create the"}},
        {"millrace 'range(3)' -o .", 1, "", {"."}},
    };
    CHECK_ROWS(rows);
}

static void failed_writes_are_told_and_closed_pipes_are_not(void)
{
    static const struct row rows[] = {
        {"millrace 'count()' > /dev/full", 1, "", {"standard output: write: No space left"}},
        {"millrace 'count()' -o /dev/full", 1, "", {"/dev/full: write: No space left", "hint: "}},
        {"millrace 'range(3)' > /dev/full", 1, "", {"standard output: write: No space left"}},
        {"millrace ops > /dev/full", 1, "", {"standard output: write: No space left"}},
        {"millrace 'count()' | head -n 2; exit ${PIPESTATUS[0]}", 141, "0\n1\n", {0}},
        {"millrace 'count() | filter(x % 1000 == 7)' | head -n 1; exit ${PIPESTATUS[0]}",
         141,
         "7\n",
         {0}},
        {"millrace ops | true; exit $((PIPESTATUS[0] == 141 || PIPESTATUS[0] == 0 ? 0 : 1))",
         0,
         "",
         {0}},
    };
    CHECK_ROWS(rows);
}

static void machines_without_a_device_are_told_what_to_install(void)
{
    static const struct row rows[] = {
        {"OCL_ICD_VENDORS=/nonexistent millrace --engine opencl 'range(3)'",
         3,
         "",
         {"error: ", "hint: ", "pocl-opencl-icd"}},
        {"MILLRACE_OPENCL_LIBRARY=/nonexistent.so millrace --engine opencl 'range(3)'",
         3,
         "",
         {"no OpenCL loader", "hint: apt install"}},
        {"OCL_ICD_VENDORS=/nonexistent millrace 'range(3) | sum()'", 0, "3\n", {0}},
        {"OCL_ICD_VENDORS=/nonexistent millrace --stats 'range(3) | sum()'",
         0,
         "3\n",
         {"engine               host", "reason"}},
        {"millrace --device nosuch --engine opencl 'range(3)'", 3, "", {"nosuch"}},
        {"OCL_ICD_VENDORS=/nonexistent millrace devices", 3, NULL, {"error: ", "hint: "}},
        {"millrace devices --device nosuch", 3, NULL, {"nosuch", "hint: "}},
#ifdef MILLRACE_LAYER
        {"OPENCL_LAYERS=$LAYER MILLRACE_LAYER_NO_DEVICES=1 millrace --engine opencl 'range(3)'",
         3,
         "",
         {"error: ", "hint: "}},
        {"OPENCL_LAYERS=$LAYER MILLRACE_LAYER_NO_FP64=1 millrace --engine opencl 'linspace(0, 1)'",
         3,
         "",
         {"f64", "hint: "}},
        {"OPENCL_LAYERS=$LAYER MILLRACE_LAYER_NO_FP64=1 millrace --engine opencl 'range(2)'",
         0,
         "0\n1\n",
         {0}},
        {"OPENCL_LAYERS=$LAYER MILLRACE_LAYER_NO_FP64=1 millrace 'linspace(0, 1, 2)'",
         0,
         "0.0\n1.0\n",
         {0}},
#endif
    };
    CHECK_ROWS(rows);
}

static void a_memory_budget_is_kept_or_refused_with_the_least_it_takes(void)
{
    static const struct row rows[] = {
        {"millrace --max-memory 1KiB 'range(9) | sum()'", 4, "", {"error: ", "bytes"}},
        {"millrace --max-memory 1KiB --engine host 'range(9)'", 4, "", {"error: ", "bytes"}},
        {"millrace explain --max-memory 1KiB 'range(9)'", 4, "", {"error: ", "KiB (--max-memory)"}},
        {"millrace --engine host --device x 'range(9)'",
         2,
         "",
         {"error: --device: ", "--engine opencl"}},
        {"millrace explain --no-fuse 'range(9) | map(x+1)' | grep -c 'cut: each stage by itself'",
         0,
         "1\n",
         {0}},
        {"millrace --max-memory 64MiB 'range(1e6) | map(x*x) | sum()'",
         0,
         "333332833333500000\n",
         {0}},
    };
    CHECK_ROWS(rows);
}

static void stats_go_to_standard_error_as_lines_or_json(void)
{
    static const struct row rows[] = {
        {"millrace --stats --engine host 'range(3)'",
         0,
         "0\n1\n2\n",
         {"elements             3\npositions            3\nbatches              1\nseconds ",
          "peak_host_bytes ", "engine               host\ndevice               -\nstalls "}},
        {"millrace --stats=json --engine host 'range(3)'",
         0,
         "0\n1\n2\n",
         {"{\"elements\": 3, \"positions\": 3, \"batches\": 1, \"seconds\": ",
          "\"engine\": \"host\", \"device\": "
          "\"\", \"stalls\": ",
          "\"reason\": \"asked for\", \"math\": \"own\", \"device_from\": null, "
          "\"sums\": \"\"}\n"}},
        {"millrace --stats=json 'range(3)' 2>&1 >/dev/null | python3 -c 'import json, sys\n"
         "print(*json.load(sys.stdin))'",
         0,
         "elements positions batches seconds positions_per_second peak_host_bytes "
         "peak_device_bytes engine device stalls reason math device_from sums\n",
         {0}},
        {"millrace --stats --engine host 'repeat(9223372036854775807, 2) | sum()'",
         0,
         "-2\n",
         {"sums                 wrapped\n"}},
        {"millrace --stats --math native --engine opencl 'range(1) | map(sin(x))'",
         0,
         "0.0\n",
         {"math                 native: other devices may give other bits\n"}},
        {"millrace --stats --engine host 'range(1) | map(sin(x))'",
         0,
         "0.0\n",
         {"math                 own\n"}},
        {"millrace --math native --engine host 'range(1) | map(sin(x))'",
         2,
         "",
         {"--math native: the host engine has no use for it"}},
        {"millrace --stats 'count() | map(1/(x-5))' >/dev/null",
         1,
         "",
         {"elements             5\n", "error: map"}},
    };
    CHECK_ROWS(rows);
}

#define IN_A_NEW_CACHE "export XDG_CACHE_HOME=$(mktemp -d); trap 'rm -r $XDG_CACHE_HOME' EXIT; "

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
    static const struct row rows[] = {
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
    static const struct row rows[] = {
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
    static const struct row rows[] = {
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
         "'range(1e7)' | grep -c -e 'unit 65536, ring 2 (.*given)' -e 'of 65536 pos'; "
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

static void explain_needs_no_device(void)
{
    static const struct row rows[] = {
        {"OCL_ICD_VENDORS=/nonexistent millrace explain 'range(1e9) | map(x*x) | sum()' | grep -c "
         ".",
         0,
         NULL,
         {0}},
        {"millrace explain --kernels 'range(1e9) | map(x*x) | sum()' | grep -c '^ *kernel\\|^ "
         "*__kernel'",
         0,
         NULL,
         {0}},
        {"millrace explain --passes 'range(1e9) | filter(x > 7) | map(exp(x))' | grep -o "
         "'segment.*after.*:'",
         0,
         "segment 1 after strength:\nsegment 1 after needs:\nsegment 1 after layout:\n"
         "segment 2 after strength:\nsegment 2 after needs:\nsegment 2 after layout:\n",
         {0}},
        {"millrace run --passes 'range(9)'", 2, "", {"--passes"}},
        {"millrace explain 'range(10) | map(y)'", 2, "", {"unknown column 'y'"}},
        {"millrace 'range(3) | save(\"f\")'",
         2,
         "",
         {"standard output has", "-o FILE writes them"}},
        /* Names of columns are not the library's words, which the command says in its own. */
        {"millrace 'range(3) | map(batch_elems)'", 2, "", {"unknown column 'batch_elems'"}},
        {"millrace explain 'range(3) | map(batch_elems: x, `mr_devices()`: x)' | head -n 1",
         0,
         "columns: batch_elems i64, `mr_devices()` i64; 3 elements\n",
         {0}},
    };
    CHECK_ROWS(rows);
}

static void help_and_lists_go_to_standard_output(void)
{
    static const struct row rows[] = {
        {"millrace --help | grep -c -e 'usage: millrace' -e '--max-memory' -e ' fibonacci' -e "
         "'exit codes'",
         0,
         "4\n",
         {0}},
        {"millrace run --help | grep -c -e '--ring' -e '--kernels'", 0, "1\n", {0}},
        {"millrace -h | awk 'END {print (NR < 48)}'; millrace -h | grep -c -e --every -e sobol",
         1,
         "1\n0\n",
         {0}},
        {"millrace --help | grep -c -e --every -e ' sobol '", 0, "2\n", {0}},
        {"diff <(millrace -h) <(millrace --usage)", 0, "", {0}},
        {"millrace explain -h | grep -c -e '--kernels' -e '--passes'", 0, "2\n", {0}},
        /* Each command takes these two, and tells. */
        {"for name in run explain text verify ops devices tune doctor; do millrace $name --help | "
         "grep -c -e ' --help' -e ' --version'; done | sort | uniq -c | tr -s ' '",
         0,
         " 8 2\n",
         {0}},
        {"millrace --version", 0, "millrace " MR_VERSION "\n", {0}},
        {"millrace ops | grep -A 2 '^  take('",
         0,
         "  take(n)\n      the first n elements\n      millrace 'count() | take(5)'\n",
         {0}},
        {"millrace ops take",
         0,
         "take(n)\n  stage: the first n elements\n\nparameters\n  n        integer, 0 to 2^63-1\n"
         "           how many at most\n\nfor example\n  millrace 'count() | take(5)'\n\nknown "
         "answers (between blanks elements, between commas columns)\n  count() | take(3)\n"
         "      0 1 2\n  range(2) | take(5)\n      0 1\n  count() | "
         "filter(x > 10) | take(3)\n      11 12 13\n  count() | take(0)\n      (no element)\n",
         {0}},
        {"millrace ops count | grep -c -e 'source: ' -e 'terminal: '", 0, "2\n", {0}},
        {"for name in $(millrace ops | sed -n 's/^  \\([a-z0-9_]*\\)(.*/\\1/p' | sort -u); do "
         "millrace ops $name || exit; done | grep -F '(null)'",
         1,
         "",
         {0}},
        {"millrace devices | grep -c 'the host engine'", 0, "1\n", {0}},
        {"millrace devices | grep -c '^\\*'", 0, "1\n", {0}},
    };
    CHECK_ROWS(rows);
}

static void the_readme_lists_the_operators_that_there_are(void)
{
    static const struct row rows[] = {
        {"sed -n '/<!-- operators -->/,/<!-- end of operators -->/p' \"$SOURCE/README.md\" | sed "
         "'1d;$d' > is; millrace ops --markdown > ought; diff is ought && wc -l < is | grep -vx 0 "
         "> /dev/null; e=$?; rm is ought; exit $e",
         0,
         "",
         {0}},
    };
    CHECK_ROWS(rows);
}

static void the_doctor_finds_nothing_here_and_a_missing_driver_elsewhere(void)
{
    static const struct row rows[] = {
        {"millrace doctor | grep -v -e '^ok ' -e '^       asking'; exit ${PIPESTATUS[0]}",
         0,
         "",
         {0}},
        {"OCL_ICD_VENDORS=/nonexistent millrace doctor | grep -A 1 FAULT | head -n 2;"
         "exit ${PIPESTATUS[0]}",
         3,
         "FAULT  no OpenCL driver (.icd) in /nonexistent\n       fix: unset OCL_ICD_VENDORS\n",
         {0}},
        {"POCL_CACHE_DIR=/proc/nothing millrace doctor | grep -A 1 'kept under';"
         "exit ${PIPESTATUS[0]}",
         1,
         "FAULT  no kernels can be kept under /proc/nothing\n       fix: set POCL_CACHE_DIR to a "
         "folder that you may write to\n",
         {0}},
        {"millrace doctor --device nosuch | grep -A 1 FAULT; exit ${PIPESTATUS[0]}",
         3,
         "FAULT  no device that can be used has 'nosuch' in its name\n       fix: millrace devices "
         "lists what there is\n",
         {0}},
        {"MILLRACE_OPENCL_LIBRARY=/nonexistent.so millrace doctor | grep -c 'fix: apt install';"
         "exit ${PIPESTATUS[0]}",
         3,
         "1\n",
         {0}},
    };
    CHECK_ROWS(rows);
}

SUITE(command, {"data_goes_to_standard_output", data_goes_to_standard_output},
      {"formats_are_written_as_asked", formats_are_written_as_asked},
      {"misuse_exits_with_2_and_says_how_it_is_meant",
       misuse_exits_with_2_and_says_how_it_is_meant},
      {"bad_pipelines_are_refused_with_place_and_hint",
       bad_pipelines_are_refused_with_place_and_hint},
      {"bad_files_are_named_with_the_place_in_them", bad_files_are_named_with_the_place_in_them},
      {"elements_before_a_failure_are_delivered", elements_before_a_failure_are_delivered},
      {"a_named_file_appears_whole_or_not_at_all", a_named_file_appears_whole_or_not_at_all},
      {"failed_writes_are_told_and_closed_pipes_are_not",
       failed_writes_are_told_and_closed_pipes_are_not},
      {"machines_without_a_device_are_told_what_to_install",
       machines_without_a_device_are_told_what_to_install},
      {"a_memory_budget_is_kept_or_refused_with_the_least_it_takes",
       a_memory_budget_is_kept_or_refused_with_the_least_it_takes},
      {"stats_go_to_standard_error_as_lines_or_json", stats_go_to_standard_error_as_lines_or_json},
      {"a_program_built_twice_is_kept_and_taken", a_program_built_twice_is_kept_and_taken},
      {"kernels_that_were_begun_in_vain_are_there_in_the_end",
       kernels_that_were_begun_in_vain_are_there_in_the_end},
      {"a_tuned_shape_is_kept_shown_and_used", a_tuned_shape_is_kept_shown_and_used},
      {"explain_needs_no_device", explain_needs_no_device},
      {"help_and_lists_go_to_standard_output", help_and_lists_go_to_standard_output},
      {"the_readme_lists_the_operators_that_there_are",
       the_readme_lists_the_operators_that_there_are},
      {"the_doctor_finds_nothing_here_and_a_missing_driver_elsewhere",
       the_doctor_finds_nothing_here_and_a_missing_driver_elsewhere});
