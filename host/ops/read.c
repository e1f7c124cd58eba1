#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ops/stage.h"
#include "ops/table_source.h"

enum { PATH, COLUMNS, DTYPE, FORMAT };

/* What the arguments say about the file; `numbers` holds the text of columns given by number. */
struct wanted {
    struct mr_table_format format;
    const char *columns[MR_MAX_COLUMNS];
    char numbers[MR_MAX_COLUMNS][24];
};

static mr_status read_arguments(const struct mr_seq *seq, struct wanted *w, mr_error *err)
{
    static const enum mr_table_kind kinds[] = {MR_TABLE_AUTO, MR_TABLE_NPY, MR_TABLE_CSV,
                                               MR_TABLE_RAW, MR_TABLE_TEXT};
    if (seq->expr_count > MR_MAX_COLUMNS)
        return mr_op_fail(seq, &seq->args[COLUMNS], err, MR_E_LIMIT, "more than %d columns",
                          MR_MAX_COLUMNS);
    for (size_t k = 0; k < seq->expr_count; k++) {
        const struct mr_expr *column = seq->exprs[k];
        (void)snprintf(w->numbers[k], sizeof w->numbers[k], "%" PRIu64, column->integer);
        w->columns[k] = column->kind == MR_EXPR_INTEGER ? w->numbers[k] : column->name;
    }
    w->format = (struct mr_table_format){.kind = kinds[seq->args[FORMAT].choice],
                                         .has_dtype = seq->args[DTYPE].present,
                                         .dtype = seq->args[DTYPE].dtype,
                                         .columns = w->columns,
                                         .column_count = seq->expr_count};
    return MR_OK;
}

/* FIFOs and devices give their bytes once: they are not opened to be described. */
static bool is_stream(const char *path)
{
    struct stat info;
    if (strcmp(path, "-") == 0) return true;
    return stat(path, &info) == 0 && (S_ISFIFO(info.st_mode) || S_ISCHR(info.st_mode));
}

/* Of a stream, the arguments tell the columns; without a word it is one f64 x. */
static mr_status describe_stream(struct mr_seq *seq, const struct wanted *w, mr_error *err)
{
    mr_dtype dtype = w->format.has_dtype ? w->format.dtype : MR_F64;
    if (w->format.kind == MR_TABLE_NPY && !w->format.has_dtype) {
        mr_status st = mr_op_fail(seq, NULL, err, MR_E_TYPE,
                                  "%s is a pipe: its dtype must be known", seq->text);
        return mr_error_hint(err, st, "add dtype=");
    }
    seq->is_live = true;
    seq->access = MR_FROM_START;
    seq->length = mr_length_at_most(INT64_MAX);
    for (size_t k = 0; k < w->format.column_count; k++)
        MR_TRY(mr_op_add_column(seq, w->columns[k], dtype, err));
    return seq->column_count ? MR_OK : mr_op_add_column(seq, "x", dtype, err);
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    struct wanted w;
    MR_TRY(read_arguments(seq, &w, err));
    seq->kind = MR_KIND_FEED;
    if (is_stream(seq->text)) return describe_stream(seq, &w, err);
    return mr_table_source_describe(seq, seq->text, &w.format, err);
}

static mr_status open(void **state, const struct mr_seq *seq, mr_error *err)
{
    struct wanted w;
    MR_TRY(read_arguments(seq, &w, err));
    return mr_table_source_open(state, seq, seq->text, &w.format, err);
}

static const struct mr_feed feed = {
    .open = open,
    .fill = mr_table_source_fill,
    .map = mr_table_source_map,
    .close = mr_table_source_close,
    .scratch_bytes = MR_TABLE_SOURCE_BYTES,
};

const struct mr_op mr_op_read = {
    .name = "read",
    .brief = "the rows of a .npy, CSV, raw binary or text file; its header is read at once",
    .example = "read(\"data.csv\", columns=(price, volume)) | map(price*volume) | sum()",
    .role = MR_SOURCE,
    .params = {{"path", MR_PARAM_TEXT, .brief = "of a file, FIFO or device; - is standard input"},
               {"columns", MR_PARAM_COLUMNS, .optional = true,
                .brief = "names or numbers (from 0) of up to 8 columns; all if absent"},
               {"dtype", MR_PARAM_DTYPE, .optional = true,
                .brief = "of the columns: f64 for CSV and text if absent, the file's own for .npy; "
                         "raw needs it"},
               {"format", MR_PARAM_CHOICE, .fallback = "auto", .choices = "auto|npy|csv|raw|text",
                .brief = "auto: by the suffix"}},
    .check = check,
    .feed = &feed,
    .known = {{"read(\"/dev/null\", format=text)", ""},
              {"read(\"/dev/null\", dtype=i64, format=raw) | count()", "0"}},
};
