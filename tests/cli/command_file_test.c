/* Files that the command writes and reads, and its standard streams. */
#include "cli/script_rows.h"
#include "suite.h"

static void formats_are_written_as_asked(void)
{
    static const struct script_row rows[] = {
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

static void bad_files_are_named_with_the_place_in_them(void)
{
    static const struct script_row rows[] = {
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

static void a_named_file_appears_whole_or_not_at_all(void)
{
    static const struct script_row rows[] = {
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
    static const struct script_row rows[] = {
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

SUITE(command_file, {"formats_are_written_as_asked", formats_are_written_as_asked},
      {"bad_files_are_named_with_the_place_in_them", bad_files_are_named_with_the_place_in_them},
      {"a_named_file_appears_whole_or_not_at_all", a_named_file_appears_whole_or_not_at_all},
      {"failed_writes_are_told_and_closed_pipes_are_not",
       failed_writes_are_told_and_closed_pipes_are_not});
