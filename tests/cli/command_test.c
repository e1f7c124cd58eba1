/* What the command prints of a pipeline, and how it exits. */
#include "cli/script_rows.h"
#include "suite.h"

static void data_goes_to_standard_output(void)
{
    static const struct script_row rows[] = {
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

static void misuse_exits_with_2_and_says_how_it_is_meant(void)
{
    static const struct script_row rows[] = {
        {"millrace", 2, "", {"error: no pipeline", "hint: millrace 'range"}},
        {"millrace run", 2, "", {"error: no pipeline", "hint: "}},
        {"millrace range 10", 2, "", {"2 arguments", "'10'", "hint: quote the pipeline"}},
        {"millrace 'range(3)' 'sum()'", 2, "", {"'sum()' is one too many", "quote the pipeline"}},
        {"millrace ops range sum", 2, "", {"'sum' is one too many", "millrace ops [NAME]"}},
        {"millrace tune it", 2, "", {"tune: 1 argument, the limit is 0", "millrace tune\n"}},
        {"millrace verify --all 'range(3)'", 2, "", {"one of them", "runs every operator"}},
        {"millrace explian 'range(3)'", 2, "", {"hint: did you mean 'millrace explain'?"}},
        {"millrace devices all", 2, "", {"devices: 1 argument, the limit is 0"}},
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
        {"millrace version 2", 2, "", {"version: 1 argument, the limit is 0"}},
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
    static const struct script_row rows[] = {
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

static void elements_before_a_failure_are_delivered(void)
{
    static const struct script_row rows[] = {
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

static void a_memory_budget_is_kept_or_refused_with_the_least_it_takes(void)
{
    static const struct script_row rows[] = {
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
    static const struct script_row rows[] = {
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

SUITE(command, {"data_goes_to_standard_output", data_goes_to_standard_output},
      {"misuse_exits_with_2_and_says_how_it_is_meant",
       misuse_exits_with_2_and_says_how_it_is_meant},
      {"bad_pipelines_are_refused_with_place_and_hint",
       bad_pipelines_are_refused_with_place_and_hint},
      {"elements_before_a_failure_are_delivered", elements_before_a_failure_are_delivered},
      {"a_memory_budget_is_kept_or_refused_with_the_least_it_takes",
       a_memory_budget_is_kept_or_refused_with_the_least_it_takes},
      {"stats_go_to_standard_error_as_lines_or_json", stats_go_to_standard_error_as_lines_or_json});
