/* Files have the least byte of a value first, as most machines do. */
#ifndef MR_BASE_BYTE_ORDER_H
#define MR_BASE_BYTE_ORDER_H

#include <stddef.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define MR_IS_BIG_ENDIAN 1
#else
#define MR_IS_BIG_ENDIAN 0
#endif

/* From the machine's order to that of files, or back, in place. */
static inline void mr_order_bytes(void *values, size_t item_bytes, size_t count)
{
    unsigned char *item = values;
    for (size_t n = 0; MR_IS_BIG_ENDIAN && item_bytes > 1 && n < count; n++, item += item_bytes)
        for (size_t low = 0, high = item_bytes - 1; low < high; low++, high--) {
            unsigned char byte = item[low];
            item[low] = item[high];
            item[high] = byte;
        }
}

#endif
