/* What the command tells of itself, of a plan and of the machine. */
#include <millrace/version.h>

#include "cli/script_rows.h"
#include "suite.h"

static void explain_needs_no_device(void)
{
    static const struct script_row rows[] = {
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
    static const struct script_row rows[] = {
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
    static const struct script_row rows[] = {
        {"sed -n '/<!-- operators -->/,/<!-- end of operators -->/p' \"$SOURCE/README.md\" | sed "
         "'1d;$d' > is; millrace ops --markdown > ought; diff is ought && wc -l < is | grep -vx 0 "
         "> /dev/null; e=$?; rm is ought; exit $e",
         0,
         "",
         {0}},
    };
    CHECK_ROWS(rows);
}

static void machines_without_a_device_are_told_what_to_install(void)
{
    static const struct script_row rows[] = {
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

static void the_doctor_finds_nothing_here_and_a_missing_driver_elsewhere(void)
{
    static const struct script_row rows[] = {
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

SUITE(command_help, {"explain_needs_no_device", explain_needs_no_device},
      {"help_and_lists_go_to_standard_output", help_and_lists_go_to_standard_output},
      {"the_readme_lists_the_operators_that_there_are",
       the_readme_lists_the_operators_that_there_are},
      {"machines_without_a_device_are_told_what_to_install",
       machines_without_a_device_are_told_what_to_install},
      {"the_doctor_finds_nothing_here_and_a_missing_driver_elsewhere",
       the_doctor_finds_nothing_here_and_a_missing_driver_elsewhere});
