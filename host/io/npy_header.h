/* The header of .npy files, read and written.
 * NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays", and numpy.lib.format. */
#ifndef MR_IO_NPY_HEADER_H
#define MR_IO_NPY_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <millrace/dtype.h>
#include <millrace/status.h>

#define MR_NPY_MAGIC "\x93NUMPY"
enum { MR_NPY_MAGIC_BYTES = 6 };

enum {
    MR_NPY_PREFIX_BYTES = 12,      /* magic, version and the longer of the two length fields */
    MR_NPY_WRITTEN_BYTES = 128,    /* of every header written here, whatever its numbers */
    MR_NPY_HEADER_LIMIT = 64 << 10 /* of the dictionary's text */
};

struct mr_npy_header {
    mr_dtype dtype;
    int64_t rows;
    int64_t columns; /* 1 for a 1-D array */
    bool is_2d;
};

/* Takes magic, version and length from the first `got` bytes of a file, got <= PREFIX_BYTES.
 * *offset is where the dictionary starts, *length its size. */
mr_status mr_npy_parse_prefix(const unsigned char *bytes, size_t got, const char *name,
                              size_t *offset, size_t *length, mr_error *err);

/* Parses the dictionary. It is hostile input: one pass, no recursion, every number checked; the
 * product of the shape and the dtype's size fits an int64_t. */
mr_status mr_npy_parse_header(struct mr_npy_header *out, const char *text, size_t length,
                              const char *name, mr_error *err);

/* A complete version 1.0 header. */
void mr_npy_print_header(char out[MR_NPY_WRITTEN_BYTES], const struct mr_npy_header *header);

#endif
