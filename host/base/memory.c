#include "base/memory.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Each block carries its size in front, in one alignment unit. */
enum { HEADER_BYTES = 64 };

static atomic_size_t live_bytes;
static atomic_ullong fail_countdown;
static atomic_int fail_persistent, fail_struck;

static int injected_failure(void)
{
    unsigned long long left = atomic_load(&fail_countdown);
    if (left == 0) return 0;
    if (left > 1) {
        atomic_store(&fail_countdown, left - 1);
        return 0;
    }
    if (!atomic_load(&fail_persistent)) atomic_store(&fail_countdown, 0);
    atomic_store(&fail_struck, 1);
    return 1;
}

void mr_memory_fail_at(uint64_t nth, int persistent)
{
    if (nth) atomic_store(&fail_struck, 0);
    atomic_store(&fail_persistent, persistent);
    atomic_store(&fail_countdown, nth);
}

int mr_memory_did_fail(void)
{
    return atomic_load(&fail_struck);
}

void *mr_alloc(size_t count, size_t size)
{
    if (size && count > (SIZE_MAX - 2 * HEADER_BYTES) / size) return NULL;
    if (injected_failure()) return NULL;
    size_t bytes = count * size;
    size_t padded = (bytes + HEADER_BYTES - 1) / HEADER_BYTES * HEADER_BYTES;
    unsigned char *block = aligned_alloc(HEADER_BYTES, HEADER_BYTES + padded);
    if (!block) return NULL;
    memset(block, 0, HEADER_BYTES + padded);
    memcpy(block, &bytes, sizeof bytes);
    atomic_fetch_add(&live_bytes, bytes);
    return block + HEADER_BYTES;
}

static size_t block_bytes(const void *pointer)
{
    size_t bytes;
    memcpy(&bytes, (const unsigned char *)pointer - HEADER_BYTES, sizeof bytes);
    return bytes;
}

void *mr_resize(void *array, size_t count, size_t size)
{
    void *grown = mr_alloc(count, size);
    if (!grown || !array) return grown;
    size_t old_bytes = block_bytes(array);
    memcpy(grown, array, old_bytes < count * size ? old_bytes : count * size);
    mr_free(array);
    return grown;
}

void mr_free(void *pointer)
{
    if (!pointer) return;
    atomic_fetch_sub(&live_bytes, block_bytes(pointer));
    free((unsigned char *)pointer - HEADER_BYTES);
}

char *mr_text_copy(const char *text, size_t length)
{
    char *copy = mr_alloc(length + 1, 1);
    if (copy && length) memcpy(copy, text, length);
    return copy;
}

size_t mr_memory_live_bytes(void)
{
    return atomic_load(&live_bytes);
}
