#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "ops/stage.h"
#include "ops/table_source.h"

enum { PATH, COLUMNS, DTYPE, FORMAT, HEADER, SEPARATOR, MISSING };

/* What the arguments say about the file; `numbers` holds the text of columns given by number. */
struct wanted {
    struct mr_table_format format;
    const char *columns[MR_MAX_COLUMNS];
    char numbers[MR_MAX_COLUMNS][24];
};

/* FIFOs and devices give their bytes once: they are not opened to be described. */
static bool is_stream(const char *path)
{
    struct stat info;
    if (strcmp(path, "-") == 0) return true;
    return stat(path, &info) == 0 && (S_ISFIFO(info.st_mode) || S_ISCHR(info.st_mode));
}

static mr_status read_arguments(const struct mr_seq *seq, struct wanted *w, mr_error *err)
{
    static const enum mr_table_header headers[] = {MR_TABLE_HEADER_AUTO, MR_TABLE_HEADER_YES,
                                                   MR_TABLE_HEADER_NO};
    static const char separators[] = {'\0', ',', ';', '\t'};
    static const enum mr_table_missing missing[] = {MR_TABLE_MISSING_ERROR, MR_TABLE_MISSING_NAN,
                                                    MR_TABLE_MISSING_SKIP};
    memset(w, 0, sizeof *w);
    if (seq->expr_count > MR_MAX_COLUMNS)
        return mr_op_fail(seq, &seq->args[COLUMNS], err, MR_E_LIMIT, "more than %d columns",
                          MR_MAX_COLUMNS);
    for (size_t k = 0; k < seq->expr_count; k++) {
        const struct mr_expr *column = seq->exprs[k];
        (void)snprintf(w->numbers[k], sizeof w->numbers[k], "%" PRIu64, column->integer);
        w->columns[k] = column->kind == MR_EXPR_INTEGER ? w->numbers[k] : column->name;
        w->format.numbered |= (unsigned)(column->kind == MR_EXPR_INTEGER) << k;
    }
    const struct mr_argument *dtype = &seq->args[DTYPE];
    w->format.kind = (enum mr_table_kind)seq->args[FORMAT].choice;
    w->format.has_dtype = dtype->present;
    w->format.dtype = dtype->dtype;
    w->format.dtypes = dtype->dtype_count > 1 ? dtype->dtypes : NULL;
    w->format.dtype_count = dtype->dtype_count;
    w->format.columns = w->columns;
    w->format.column_count = seq->expr_count;
    w->format.header = headers[seq->args[HEADER].choice];
    w->format.separator = separators[seq->args[SEPARATOR].choice];
    w->format.missing = missing[seq->args[MISSING].choice];
    w->format.in_order = is_stream(seq->text);
    return MR_OK;
}

/* Names, or the numbers of columns that a header would name: it cannot be read before the run. */
static mr_status add_stream_columns(struct mr_seq *seq, const struct wanted *w, mr_error *err)
{
    const struct mr_table_format *f = &w->format;
    mr_dtype dtype = f->has_dtype ? f->dtype : MR_F64;
    size_t count = f->column_count ? f->column_count : 1;
    if (f->dtypes && f->dtype_count != count)
        return mr_op_fail(seq, &seq->args[DTYPE], err, MR_E_VALUE, "%zu dtypes for %zu columns",
                          f->dtype_count, count);
    if (f->column_count == 0) return mr_op_add_column(seq, "x", dtype, err);
    for (size_t k = 0; k < count; k++) {
        char numbered[MR_NAME_BYTES];
        (void)snprintf(numbered, sizeof numbered, "x%.24s", w->columns[k]);
        MR_TRY(mr_op_add_column(seq, f->numbered >> k & 1 ? numbered : w->columns[k],
                                f->dtypes ? f->dtypes[k] : dtype, err));
    }
    return MR_OK;
}

/* The arguments tell a stream's columns; without a word there is one, x, of f64. */
static mr_status describe_stream(struct mr_seq *seq, const struct wanted *w, mr_error *err)
{
    static const char later[] = "its first lines are looked at when it is read";
    enum mr_table_kind kind = w->format.kind;
    if (kind == MR_TABLE_AUTO) kind = mr_table_kind_by_suffix(seq->text);
    if (mr_table_kind_needs_file(kind)) {
        mr_status st = mr_op_fail(seq, NULL, err, MR_E_NOT_SEEKABLE,
                                  "%s is a pipe: this format is read from files", seq->text);
        return mr_error_hint(err, st, "write it to a file first");
    }
    if (mr_table_kind_says_dtype(kind) && !w->format.has_dtype) {
        mr_status st = mr_op_fail(seq, NULL, err, MR_E_TYPE,
                                  "%s is a pipe: its dtype must be known", seq->text);
        return mr_error_hint(err, st, "add dtype=");
    }
    if (mr_table_kind_names_columns(kind) && w->format.column_count == 0) {
        mr_status st = mr_op_fail(seq, NULL, err, MR_E_NAME,
                                  "%s is a pipe: its head cannot be read before the run, so its "
                                  "columns must be named",
                                  seq->text);
        return mr_error_hint(err, st, "add columns=(a, b) as they are called there, or by number");
    }
    if (mr_table_kind_has_header(kind) && !(seq->note = mr_text_copy(later, strlen(later))))
        return mr_fail_no_memory(err, "a note");
    seq->is_live = true;
    seq->access = MR_FROM_START;
    seq->length = mr_length_at_most(INT64_MAX);
    return add_stream_columns(seq, w, err);
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

static mr_status identify(const struct mr_seq *seq, struct mr_file_identity *out, mr_error *err)
{
    return mr_file_identify(out, seq->text, err);
}

static const struct mr_feed feed = {
    .open = open,
    .identify = identify,
    .tell = mr_table_source_tell,
    .go = mr_table_source_go,
    .fill = mr_table_source_fill,
    .leaves_out = true,
    .map = mr_table_source_map,
    .close = mr_table_source_close,
    .found = mr_table_source_found,
    .read_bytes = mr_table_source_read_bytes,
    .scratch_bytes = MR_TABLE_SOURCE_BYTES,
};

const struct mr_op mr_op_read = {
    .name = "read",
    .brief =
        "the rows of a .npy, Arrow, CSV, JSON Lines, raw binary or text file; its head is read "
        "at once",
    .example = "read(\"data.csv\", columns=(price, volume)) | map(price*volume) | sum()",
    .role = MR_SOURCE,
    .params =
        {{"path", MR_PARAM_TEXT, .brief = "of a file, FIFO or device; - is standard input"},
         {"columns", MR_PARAM_COLUMNS, .optional = true,
          .brief = "names or numbers (from 0) of up to 8 columns; all if absent"},
         {"dtype", MR_PARAM_DTYPES, .optional = true,
          .brief =
              "of the columns, one for all, or of CSV and JSON Lines (i64, f32); if absent, what "
              "the first 10000 rows are (f64 of pipes), the file's own for .npy and "
              "Arrow; raw needs it"},
         {"format", MR_PARAM_CHOICE, .fallback = "auto", .choices = "auto|" MR_TABLE_CHOICES,
          .brief = "auto: by the suffix"},
         {"header", MR_PARAM_CHOICE, .fallback = "auto", .choices = "auto|yes|no",
          .brief = "of CSV; auto: yes if columns= names a field of line 1, or if line 1 has "
                   "names and line 2 numbers; no if line 1 has numbers; else an error"},
         {"separator", MR_PARAM_CHOICE, .fallback = "auto", .choices = "auto|comma|semicolon|tab",
          .brief = "of CSV; auto: tab for .tsv, else the only one that line 1 has"},
         {"missing", MR_PARAM_CHOICE, .fallback = "error", .choices = "error|nan|skip",
          .brief = "what a field that is empty, NA, N/A, null or none gives: an error, nan, "
                   "or no row"}},
    .check = check,
    .feed = &feed,
    .known = {{"read(\"/dev/null\", format=text)", ""},
              {"read(\"/dev/null\", dtype=i64, format=raw) | count()", "0"}},
};
