/* Rows of a fixed size in bytes, as .npy and raw files have them. */
#ifndef MR_IO_DENSE_H
#define MR_IO_DENSE_H

#include "io/table_driver.h"

struct dense {
    int64_t offset;   /* of the first row */
    size_t row_bytes; /* with the columns that are not read */
    size_t item_bytes;
    size_t span_first; /* of a row, the bytes from its first to its last column that is read */
    size_t span_bytes;
    unsigned char *scratch;
    size_t scratch_bytes;
    unsigned char *begun; /* of a pipe: the row that a lull cut in two */
    size_t begun_bytes;
};

/* For the open() of a driver, after its columns and row_count: makes t->state a struct dense of
 * rows of `fields` items. */
mr_status mr_dense_attach(struct mr_table *t, int64_t offset, size_t fields, mr_error *err);

mr_status mr_dense_read(struct mr_table *t, int64_t first_row, int64_t step, size_t rows,
                        void *const columns[], size_t *got, mr_error *err);
bool mr_dense_map(struct mr_table *t, int64_t first_row, size_t rows, struct mr_mapping *out);
void mr_dense_close(struct mr_table *t);

#endif
