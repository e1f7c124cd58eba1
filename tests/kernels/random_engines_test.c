/* The random engines of kernels/lib against published vectors. */
#include <stdint.h>
#include <string.h>

#include "engine/library_lane.h"
#include "suite.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* Random123, tests/kat_vectors: philox4x32 10. */
static void philox_gives_the_published_blocks(void)
{
    static const struct {
        uint32_t counter[4], key[2], block[4];
    } rows[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t k = 0; k < LENGTH(rows); k++) {
        uint32_t c[4];
        memcpy(c, rows[k].counter, sizeof c);
        mr_philox_blocks(c, rows[k].key[0] | (uint64_t)rows[k].key[1] << 32);
        CU_ASSERT_EQUAL(memcmp(c, rows[k].block, sizeof c), 0);
    }
}

/* Random123, tests/kat_vectors: threefry2x32 20. */
static void threefry_gives_the_published_blocks(void)
{
    static const struct {
        uint32_t counter[2], key[2], block[2];
    } rows[] = {
        {{0, 0}, {0, 0}, {0x6b200159, 0x99ba4efe}},
        {{0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}, {0x1cb996fc, 0xbb002be7}},
        {{0x243f6a88, 0x85a308d3}, {0x13198a2e, 0x03707344}, {0xc4923a9c, 0x483df7a0}},
    };
    for (size_t k = 0; k < LENGTH(rows); k++) {
        uint32_t x[2];
        memcpy(x, rows[k].counter, sizeof x);
        mr_threefry_blocks(x, rows[k].key[0], rows[k].key[1]);
        CU_ASSERT_EQUAL(memcmp(x, rows[k].block, sizeof x), 0);
    }
}

/* numpy.random.Philox(key=..., counter=...).random_raw(), NumPy 1.24. */
static void philox64_counts_over_all_words_of_the_counter(void)
{
    static const struct {
        uint64_t words[6]; /* key, counter */
        int64_t i;
        uint64_t word;
    } rows[] = {
        {{0}, 0, UINT64_C(213000021201967259)},
        {{0}, 5, UINT64_C(5120919030223861725)},
        {{42, 5, UINT64_MAX - 1}, 3, UINT64_C(15888839076861543554)},
        {{42, 5, UINT64_MAX - 1}, 4, UINT64_C(995335868604367164)},
        {{42, 5, UINT64_MAX - 1}, 11, UINT64_C(18333424384576809174)},
        {{7, 0, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}, 0, UINT64_C(16616082243229511570)},
        {{7, 0, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}, 4, UINT64_C(16086915834549238692)},
        {{0xdeadbeef}, 999998, UINT64_C(2051202509686468663)},
        {{0xdeadbeef}, 999999, UINT64_C(10169310707228429359)},
    };
    for (size_t k = 0; k < LENGTH(rows); k++)
        CU_ASSERT_EQUAL(mr_philox64(rows[k].i, rows[k].words), rows[k].word);
}

/* u64: randomgen 2.5.1's Squares(key=..., counter=0).random_raw(); u32: Python's integers. */
static void squares_gives_the_words_of_a_key(void)
{
    const uint64_t key = UINT64_C(0xe6872ba31ce6b823);
    static const uint64_t words[] = {UINT64_C(18375968959563375379), UINT64_C(13569486959987696831),
                                     UINT64_C(8674614682846821129), UINT64_C(14548042701818480599),
                                     UINT64_C(11822933259217254192)};
    static const uint32_t halves[] = {4278488680, 3159392382, 2019716120};
    for (size_t k = 0; k < LENGTH(words); k++)
        CU_ASSERT_EQUAL(mr_squares_u64((int64_t)k, key), words[k]);
    for (size_t k = 0; k < LENGTH(halves); k++)
        CU_ASSERT_EQUAL(mr_squares_u32((int64_t)k, key), halves[k]);
}

static void high_halves_of_products_are_exact(void)
{
    static const struct {
        uint64_t a, b, high;
    } rows[] = {
        {0, UINT64_MAX, 0},
        {UINT64_MAX, UINT64_MAX, UINT64_MAX - 1},
        {UINT64_C(1) << 32, UINT64_C(1) << 32, 1},
        {UINT64_C(0xffffffff), UINT64_C(0x100000001), 0},
        {UINT64_C(0xffffffffffffffff), 2, 1},
        {UINT64_C(0xd2e7470ee14c6c93), UINT64_C(0xca5a826395121157), UINT64_C(0xa6b50ecc35570a9b)},
    };
    for (size_t k = 0; k < LENGTH(rows); k++)
        CU_ASSERT_EQUAL(mr_product_high(rows[k].a, rows[k].b), rows[k].high);
}

SUITE(random_engines, {"philox_gives_the_published_blocks", philox_gives_the_published_blocks},
      {"threefry_gives_the_published_blocks", threefry_gives_the_published_blocks},
      {"philox64_counts_over_all_words_of_the_counter",
       philox64_counts_over_all_words_of_the_counter},
      {"squares_gives_the_words_of_a_key", squares_gives_the_words_of_a_key},
      {"high_halves_of_products_are_exact", high_halves_of_products_are_exact});
