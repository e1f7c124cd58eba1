#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <millrace/sequence.h>

#include "base/memory.h"
#include "random_numbers.h"
#include "suite.h"

enum { TEXT_BYTES = 512 };

static const char *const seeds[] = {
    "range(0, 1e12) | map(x*x) | filter(x % 7 == 2) | sum()",
    "zip(a: count() | map(x*x), b: range(3, -4, -1, dtype=i32)) | map(s: a+b, d: a-b) | take(3)",
    "chain(range(10), linspace(0, 1, num=5) | map(i64(x * 10))) | scan(max) | skip(n=2)",
    "uniform(0xff, stream=1_000, dtype=f32) | map(x < 0.5 ? sqrt(x) : -x) | window(16, mean)",
    "gen(i % 3 == 0 && !(i & 1) || i > 0x10, length=100) | slice(1, inf, 3) | chunk(4, count)",
    "repeat(1.5, 7) | enumerate(5) | take_while(n < 8 ^ 1) | drop_while(x >= .5e-3) | mean()",
    "fibonacci(mod=1e9) # so\n | map(pow(f64(x), 2) + clamp(x, ~1, 1 << 4))\n | hist(10, 0, 1)",
};

static size_t below(uint64_t *state, size_t limit)
{
    return (size_t)(splitmix_next(state) % limit);
}

/* Replaces `count` bytes at `at` by `with`, as far as there is room. */
static void splice(char text[TEXT_BYTES], size_t at, size_t count, const char *with, size_t length)
{
    size_t whole = strlen(text);
    if (at > whole) at = whole;
    if (count > whole - at) count = whole - at;
    if (whole - count + length >= TEXT_BYTES) return;
    memmove(text + at + length, text + at + count, whole - at - count + 1);
    memcpy(text + at, with, length);
}

static void mutate(char text[TEXT_BYTES], uint64_t *state)
{
    static const char *const pieces[] = {
        "(",
        ")",
        "|",
        ",",
        ":",
        "=",
        "?",
        "x",
        "i",
        "inf",
        "nan",
        "-",
        "!",
        "**",
        "//",
        "'",
        "\"",
        "\\",
        "0",
        "1e9",
        "1e999",
        "0xffff",
        ".",
        "_",
        "#",
        "\n",
        "@",
        "\xc3",
        "\x01",
        "true",
        "&&",
        "and",
        "range(3)",
        "map(x)",
        " | sum()",
        "zip(",
        "a: ",
        "n=",
        "18446744073709551615",
        "99999999999999999999",
    };
    size_t at = below(state, strlen(text) + 1);
    const char *piece = pieces[below(state, sizeof pieces / sizeof pieces[0])];
    char byte = (char)(1 + below(state, 255));
    char copy[32];
    size_t length = below(state, sizeof copy), from = below(state, strlen(text) + 1);
    if (length > strlen(text) - from) length = strlen(text) - from;
    memcpy(copy, text + from, length);
    switch (below(state, 5)) {
    case 0: splice(text, at, 1 + below(state, 8), "", 0); break;
    case 1: splice(text, at, 0, piece, strlen(piece)); break;
    case 2: splice(text, at, 1, piece, strlen(piece)); break;
    case 3: splice(text, at, below(state, 2), &byte, 1); break;
    default: splice(text, at, below(state, 4), copy, length); break;
    }
}

/* Whatever comes in, what comes out is a sequence or an error that can be shown. */
static bool behaves(const char *text, size_t *accepted)
{
    char rendered[2048];
    mr_seq *seq = NULL;
    mr_error err = {.status = MR_OK};
    mr_status st = mr_seq_parse(&seq, text, &err);
    bool is_good;
    if (st == MR_OK) {
        ++*accepted;
        is_good = seq && mr_seq_column_count(seq) > 0;
    } else {
        size_t length = mr_error_render(rendered, sizeof rendered, &err);
        is_good = !seq && err.status == st && err.message[0] && err.column <= strlen(text) + 1 &&
                  err.column + err.span <= strlen(text) + 1 && length < sizeof rendered &&
                  (mr_status_exit_code(st) == 2 || mr_status_exit_code(st) == 4);
    }
    mr_seq_release(&seq);
    if (!is_good) printf("\n  %s: %s\n", mr_status_name(st), text);
    return is_good;
}

static void any_text_gives_a_sequence_or_an_error(void)
{
    const uint64_t seed = 20240229;
    const size_t rounds = tests_long ? 1000000 : 20000;
    uint64_t state = seed;
    size_t live_bytes = mr_memory_live_bytes(), accepted = 0;
    for (size_t k = 0; k < rounds; k++) {
        char text[TEXT_BYTES];
        (void)snprintf(text, sizeof text, "%s", seeds[k % (sizeof seeds / sizeof seeds[0])]);
        for (size_t n = below(&state, 4); n-- > 0;) mutate(text, &state);
        if (!behaves(text, &accepted)) CU_FAIL("see above");
    }
    printf("seed %llu: %zu of %zu accepted ", (unsigned long long)seed, accepted, rounds);
    CU_ASSERT_TRUE(accepted > rounds / 20);
    CU_ASSERT_TRUE(accepted < rounds);
    CU_ASSERT_EQUAL(mr_memory_live_bytes(), live_bytes);
}

static void unchanged_they_are_accepted(void)
{
    for (size_t k = 0; k < sizeof seeds / sizeof seeds[0]; k++) {
        size_t accepted = 0;
        CU_ASSERT_TRUE(behaves(seeds[k], &accepted));
        if (!accepted) printf("\n  refused: %s\n", seeds[k]);
        CU_ASSERT_EQUAL(accepted, 1);
    }
}

SUITE(mutation, {"unchanged_they_are_accepted", unchanged_they_are_accepted},
      {"any_text_gives_a_sequence_or_an_error", any_text_gives_a_sequence_or_an_error});
