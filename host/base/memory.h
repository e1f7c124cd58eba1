/* Allocation: zeroed, overflow-checked, counted. */
#ifndef MR_BASE_MEMORY_H
#define MR_BASE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Zeroed memory for count * size bytes, 64-byte aligned; NULL when there is none or the product
 * overflows. count * size == 0 gives a unique pointer. Freed by mr_free(). */
void *mr_alloc(size_t count, size_t size);

/* Grows or shrinks an mr_alloc()ed array, keeping its first elements; new bytes are zero.
 * On failure returns NULL and leaves the old array as it was. */
void *mr_resize(void *array, size_t count, size_t size);

/* Accepts NULL. */
void mr_free(void *pointer);

/* A copy of the first `length` bytes of text, NUL-terminated; NULL when out of memory. */
char *mr_text_copy(const char *text, size_t length);

/* Bytes now allocated through this file. */
size_t mr_memory_live_bytes(void);

/* Makes the nth allocation from now fail (1: the next) and, if `persistent`, all after it.
 * 0 switches it off. For tests of error paths. */
void mr_memory_fail_at(uint64_t nth, int persistent);

/* Whether it came to that, since the nth was last named. */
int mr_memory_did_fail(void);

#endif
