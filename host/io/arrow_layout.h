/* What an Arrow schema says: columns, and where in a record batch those that are read have their
 * values. */
#ifndef MR_IO_ARROW_LAYOUT_H
#define MR_IO_ARROW_LAYOUT_H

#include "io/arrow_message.h"
#include "io/table_driver.h"

/* Where a column that is read stands. A record batch has a node for each column and each of its
 * children, and behind each other all their buffers; a view's are 2 and as many more as that batch
 * says. */
struct mr_arrow_place {
    size_t node, buffer;
    size_t views_before;
};

struct mr_arrow_layout {
    int version; /* of the metadata, as MetadataVersion counts: 3 is V4 */
    bool has_dictionaries;
    struct mr_arrow_place places[MR_TABLE_MAX_COLUMNS];
};

/* Chooses and adds the table's columns, as the format says; `schema` is where the schema's table
 * is. Columns of types that are no dtype are refused by name where they are chosen. */
mr_status mr_arrow_choose(struct mr_table *t, const struct mr_table_format *format,
                          struct mr_flat_view *v, size_t schema, struct mr_arrow_layout *layout,
                          mr_error *err);

/* The file's bytes contradict each other in `what`: "the schema". */
mr_status mr_arrow_fail_damaged(const struct mr_table *t, const char *what, mr_error *err);

#endif
