/* Every operator on every engine and device that is present: `./dev test` has PoCL, `./dev test
 * --all-devices` Mesa's llvmpipe and oclgrind besides. */
#include <stdio.h>
#include <string.h>

#include "cli/shell.h"
#include "ir/op.h"
#include "suite.h"

extern bool tests_small;

static void verify(struct shell *s, const char *pipeline, int take)
{
    char script[1000];
    (void)snprintf(script, sizeof script, "millrace verify --take %d '%s'", take, pipeline);
    int got = shell_run(s, script);
    CU_ASSERT_EQUAL(got, 0);
    if (got) printf("\n    %s\n    exit code %d\n%s%s", script, got, s->out, s->err);
}

static void every_operator_gives_the_same_bits_everywhere(void)
{
    static struct shell s;
    shell_open(&s);
    for (size_t k = 0; k < mr_ops_count; k++) {
        const struct mr_op *op = mr_ops[k];
        if (!op->example || op->feed || op->is_internal) continue;
        verify(&s, op->example, tests_small ? 200 : 3000);
    }
    shell_close(&s);
}

static void every_known_answer_is_the_same_everywhere(void)
{
    static struct shell s;
    if (!tests_long) return; /* each is a program to build */
    shell_open(&s);
    for (size_t k = 0; k < mr_ops_count; k++) {
        const struct mr_op *op = mr_ops[k];
        size_t rows = op->feed || op->is_internal ? 0 : sizeof op->known / sizeof op->known[0];
        for (size_t row = 0; row < rows && op->known[row].pipeline; row++)
            verify(&s, op->known[row].pipeline, 200);
    }
    shell_close(&s);
}

SUITE(devices,
      {"every_operator_gives_the_same_bits_everywhere",
       every_operator_gives_the_same_bits_everywhere},
      {"every_known_answer_is_the_same_everywhere", every_known_answer_is_the_same_everywhere});
