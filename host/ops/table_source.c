#include "ops/table_source.h"

#include <string.h>

#include "base/memory.h"

struct table_feed {
    struct mr_table *table;
    const struct mr_seq *seq;
};

mr_status mr_table_source_describe(struct mr_seq *seq, const char *path,
                                   const struct mr_table_format *format, mr_error *err)
{
    struct mr_table *table;
    mr_status st = mr_table_open(&table, path, format, err);
    if (st != MR_OK) return mr_op_blame(seq, st, err);
    size_t count = mr_table_column_count(table);
    for (size_t k = 0; k < count && st == MR_OK; k++)
        st = mr_op_add_column(seq, mr_table_column_name(table, k), mr_table_column_dtype(table, k),
                              err);
    const char *found = mr_table_found(table);
    if (st == MR_OK && *found && !(seq->note = mr_text_copy(found, strlen(found))))
        st = mr_fail_no_memory(err, "a note");
    int64_t rows = mr_table_row_count(table);
    seq->length = rows < 0 ? mr_length_at_most(INT64_MAX) : mr_length_known(rows);
    /* Rows of a text are found by reading all before them. */
    seq->access = rows >= 0 && mr_table_seekable(table) ? MR_FROM_ANY : MR_FROM_START;
    mr_table_close(&table);
    return st;
}

static mr_status check_unchanged(const struct mr_seq *seq, const struct mr_table *table,
                                 const char *path, mr_error *err)
{
    int64_t rows = mr_table_row_count(table);
    bool same = mr_table_column_count(table) == seq->column_count;
    for (size_t k = 0; same && k < seq->column_count; k++)
        same = mr_table_column_dtype(table, k) == seq->columns[k].dtype;
    size_t count = mr_table_column_count(table);
    if (seq->is_live && count != seq->column_count) {
        mr_status st = mr_op_fail(seq, NULL, err, MR_E_FORMAT, "%s has %zu columns, not %zu", path,
                                  count, seq->column_count);
        return mr_error_hint(err, st,
                             "a pipe's columns are not known beforehand: choose some by number, "
                             "columns=(0, 1)");
    }
    if (same && (seq->length.kind != MR_LENGTH_KNOWN || rows == seq->length.most)) return MR_OK;
    mr_status st = mr_op_fail(seq, NULL, err, MR_E_FORMAT,
                              "%s no longer has the columns and rows it had", path);
    return mr_error_hint(err, st, "describe the pipeline again");
}

mr_status mr_table_source_open(void **state, const struct mr_seq *seq, const char *path,
                               const struct mr_table_format *format, mr_error *err)
{
    *state = NULL;
    struct table_feed *feed = mr_alloc(1, sizeof *feed);
    if (!feed) return mr_fail_no_memory(err, "a file");
    feed->seq = seq;
    mr_status st = mr_table_open(&feed->table, path, format, err);
    if (st == MR_OK)
        st = check_unchanged(seq, feed->table, path, err);
    else
        mr_op_blame(seq, st, err);
    if (st == MR_OK)
        *state = feed;
    else
        mr_table_source_close(feed);
    return st;
}

mr_status mr_table_source_fill(void *state, struct mr_filling *f, mr_error *err)
{
    struct table_feed *feed = state;
    mr_table_set_patience(feed->table, f->patience);
    mr_status st = mr_table_read(feed->table, f->first, 1, f->count, f->columns, &f->got, err);
    f->is_over = f->got < f->count && !mr_table_is_in_lull(feed->table);
    return st == MR_OK ? MR_OK : mr_op_blame(feed->seq, st, err);
}

const char *mr_table_source_found(void *state)
{
    return mr_table_found(((struct table_feed *)state)->table);
}

int64_t mr_table_source_read_bytes(void *state)
{
    return mr_table_read_bytes(((struct table_feed *)state)->table);
}

bool mr_table_source_map(void *state, int64_t first, size_t count, struct mr_mapping *out)
{
    struct table_feed *feed = state;
    return mr_table_map(feed->table, first, count, out);
}

bool mr_table_source_tell(void *state, struct mr_table_place *out)
{
    const struct table_feed *feed = state;
    return mr_table_tell(feed->table, out);
}

void mr_table_source_go(void *state, const struct mr_table_place *place)
{
    struct table_feed *feed = state;
    mr_table_go(feed->table, place);
}

void mr_table_source_close(void *state)
{
    struct table_feed *feed = state;
    if (!feed) return;
    if (feed->table) mr_table_close(&feed->table);
    mr_free(feed);
}
