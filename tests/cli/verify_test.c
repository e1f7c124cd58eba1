/* What `millrace verify` runs, finds and says. */
#include <stdio.h>
#include <string.h>

#include "cli/shell.h"
#include "suite.h"

static void check(const char *script, int exit_code, const char *const says[], size_t count)
{
    static struct shell s;
    shell_open(&s);
    int got = shell_run(&s, script);
    CU_ASSERT_EQUAL(got, exit_code);
    bool good = got == exit_code;
    for (size_t k = 0; k < count && says[k]; k++) {
        bool said = strstr(s.out, says[k]) || strstr(s.err, says[k]);
        CU_ASSERT_TRUE(said);
        if (!said) printf("\n    not said: %s", says[k]);
        good = good && said;
    }
    if (!good) printf("\n    %s\n    exit code %d\n%s%s", script, got, s.out, s.err);
    shell_close(&s);
}

#define CHECK(script, exit_code, ...)                                                              \
    check(script, exit_code, (const char *const[]){__VA_ARGS__},                                   \
          sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void every_engine_runs_with_every_batch_and_ring(void)
{
    CHECK("millrace verify 'range(3000) | map(x*0.1)' > out; code=$?; tail -n 1 out;"
          "for e in host opencl; do for b in 64 1000 4096 65536; do for r in 2 5; do "
          "grep -cE \"^$e +$b +$r +3000  end \" out; done; done; done | sort | uniq -c;"
          "cut -c 53-68 out | grep -E '^[0-9a-f]{16}$' | uniq | wc -l; rm out; exit $code",
          0, "16 runs agree\n     16 1\n1\n");
    CHECK("millrace verify --engine host 'range(3)'", 0, "8 runs agree\n");
    CHECK("millrace verify --engine opencl 'range(3)'", 0, "8 runs agree\n");
    CHECK("millrace verify --shape 'lanes 4/2, span 4/2, group 64, unit 65536, ring 3' 'range(3)'",
          0, "16 runs agree\n");
}

static void long_sequences_are_cut(void)
{
    CHECK("millrace verify --engine host 'count()'", 0, "     1000000  cut ",
          "cut after 1000000 elements; --take N");
    CHECK("millrace verify --engine host --take 1e3 'count() | filter(x % 3 == 0)'", 0,
          "        1000  cut ");
    CHECK("millrace verify --engine host --take 1000 'range(1000)'", 0, "        1000  end ");
    CHECK("millrace verify --take 5000 'count() | map(x*0.1) | sum(exact)'", 0,
          "sum of the first 5000 elements; --take N", "16 runs agree");
    /* What is behind the cut does not matter, wherever batches end. */
    CHECK("millrace verify --take 1000 'range(1e9) | map(1/(x-1010))'", 0, "16 runs agree");
}

static void sequences_that_fail_alike_agree(void)
{
    CHECK("millrace verify 'range(3000) | map(1/(x-2000))'", 0, "        2000  division-by-zero ",
          "16 runs agree");
    CHECK("millrace verify 'range(0) | max()'", 0, "empty", "16 runs agree");
}

/* The layer flips the lowest bit of a byte in what is mapped from a device that has to map. */
static void a_wrong_bit_is_found_and_its_operator_named(void)
{
    CHECK(
        "OPENCL_LAYERS=$LAYER MILLRACE_LAYER_VERSION='OpenCL 1.2' MILLRACE_LAYER_FLIP=257:1024:20 "
        "millrace verify 'range(200) | map(f32(x))'",
        1, "DIFFERENT at element 5, column x (f32)", "host    0x40a00000  5.0\n",
        "opencl  0x40a00001  5.0000005\n", "operator: map, column 14 of the text (range before");
    CHECK(
        "OPENCL_LAYERS=$LAYER MILLRACE_LAYER_VERSION='OpenCL 1.2' MILLRACE_LAYER_FLIP=100:100000:0 "
        "millrace verify 'range(200) | map(f32(x))'",
        1, "DIFFERENT at element 0", "operator: range, column 1 of the text (the source)");
    CHECK(
        "OPENCL_LAYERS=$LAYER MILLRACE_LAYER_VERSION='OpenCL 1.2' MILLRACE_LAYER_FLIP=300:100000:3 "
        "millrace verify 'range(100000) | sum()'",
        1, "0x000000012a052eb0  4999950000\n", "0x000000012b052eb0", "operator: sum, column 17");
}

/* Drivers of another version than those that the suite is run on. */
static void a_stream_goes_over_only_to_what_was_verified(void)
{
    CHECK("OPENCL_LAYERS=$LAYER MILLRACE_LAYER_DRIVER=3.1+x millrace devices", 0,
          "chosen: CPU through PoCL\n");
    CHECK("OPENCL_LAYERS=$LAYER MILLRACE_LAYER_DRIVER=3.10 millrace devices", 0,
          "usable: CPU through PoCL, not verified here", "* the host engine");
    CHECK("OPENCL_LAYERS=$LAYER MILLRACE_LAYER_DRIVER=99.1 "
          "millrace --stats 'range(5e7) | map(x*x % 7) | sum()'",
          0, "engine               host\n", "nobody verified it here", "99999998\n");
    CHECK("OPENCL_LAYERS=$LAYER MILLRACE_LAYER_DRIVER=99.1 "
          "millrace --stats --device pthread 'range(5)'",
          0, "engine               opencl\n");
}

/* What a verdict is kept for takes long; that it is kept shows in the folder. */
static void verify_all_admits_a_device(void)
{
    if (!tests_long) return;
    CHECK("mkdir -m 700 cache && export XDG_CACHE_HOME=$PWD/cache && millrace verify --all && "
          "ls cache/millrace && rm -r cache",
          0, "agree with the host engine; streams go over to it by themselves\n", "admitted-");
}

static void a_device_that_differs_is_not_admitted(void)
{
    CHECK("OPENCL_LAYERS=$LAYER MILLRACE_LAYER_VERSION='OpenCL 1.2' MILLRACE_LAYER_FLIP=1:100000:0 "
          "millrace verify --all",
          1, "DIFFERENT: range(5000) | map(", "shows where\n");
}

static void what_cannot_run_is_said(void)
{
    CHECK("OCL_ICD_VENDORS=/nonexistent millrace verify 'range(5)'", 3,
          "opencl  not run: ", "8 runs agree, but none of them on a device");
    CHECK("OPENCL_LAYERS=$LAYER MILLRACE_LAYER_NO_FP64=1 millrace verify 'range(5) | map(x*0.5)'",
          3, "not run: ", "no f64", "8 runs were not possible here");
    CHECK("echo 1 | millrace verify 'stdin()'", 2, "standard input can be read only once",
          "hint: save it to a file");
    CHECK("millrace verify --take 0 'range(5)'", 2, "--take: '0' is not a count");
    CHECK("millrace verify --batch 64 'range(5)'", 2, "verify takes no --batch");
    CHECK("millrace verify", 2, "no pipeline");
    CHECK("millrace verify 'rang(5)'", 2, "did you mean");
}

SUITE(verify,
      {"every_engine_runs_with_every_batch_and_ring", every_engine_runs_with_every_batch_and_ring},
      {"long_sequences_are_cut", long_sequences_are_cut},
      {"sequences_that_fail_alike_agree", sequences_that_fail_alike_agree},
      {"a_wrong_bit_is_found_and_its_operator_named", a_wrong_bit_is_found_and_its_operator_named},
      {"a_stream_goes_over_only_to_what_was_verified",
       a_stream_goes_over_only_to_what_was_verified},
      {"verify_all_admits_a_device", verify_all_admits_a_device},
      {"a_device_that_differs_is_not_admitted", a_device_that_differs_is_not_admitted},
      {"what_cannot_run_is_said", what_cannot_run_is_said});
