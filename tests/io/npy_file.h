/* .npy files made byte by byte, in a scratch folder. */
#ifndef MR_TESTS_IO_NPY_FILE_H
#define MR_TESTS_IO_NPY_FILE_H

#include <stdint.h>

#include "io/scratch.h"
#include "io/table.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* A version 1.0 file, written down by NumPy's rules byte by byte. */
struct npy_file {
    unsigned char bytes[8192];
    size_t count;
};

struct npy_file npy_of(const char *dictionary, const void *data, size_t data_bytes);

/* Of values of four bytes, as the machine has them. */
struct npy_file npy_of_i32(const char *dictionary, const int32_t *values, size_t count);

/* NULL, and *err says why, where the table cannot be opened. */
struct mr_table *npy_open(const struct npy_file *f, struct scratch *s,
                          const struct mr_table_format *format, mr_error *err);
void npy_drop(struct mr_table **t, const struct scratch *s);

#endif
