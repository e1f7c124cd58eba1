#include "ops/stage.h"
#include "ops/table_source.h"

enum { DTYPE, FORMAT };

static struct mr_table_format format_of(const struct mr_seq *seq)
{
    static const enum mr_table_kind kinds[] = {MR_TABLE_TEXT, MR_TABLE_RAW};
    enum mr_table_kind kind = kinds[seq->args[FORMAT].choice];
    /* Where f64 was not asked for, an integer that it cannot hold is an error. */
    return (struct mr_table_format){.kind = kind,
                                    .has_dtype = kind == MR_TABLE_RAW || seq->args[DTYPE].expr,
                                    .dtype = seq->args[DTYPE].dtype,
                                    .is_stdin = true,
                                    .in_order = true};
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    seq->kind = MR_KIND_FEED;
    seq->access = MR_FROM_START;
    seq->is_live = true;
    seq->length = mr_length_at_most(INT64_MAX);
    return mr_op_add_column(seq, "x", seq->args[DTYPE].dtype, err);
}

static mr_status open(void **state, const struct mr_seq *seq, mr_error *err)
{
    const struct mr_table_format format = format_of(seq);
    return mr_table_source_open(state, seq, "-", &format, err);
}

static const struct mr_feed feed = {
    .open = open,
    .fill = mr_table_source_fill,
    .leaves_out = true,
    .close = mr_table_source_close,
    .found = mr_table_source_found,
    .read_bytes = mr_table_source_read_bytes,
    .scratch_bytes = MR_TABLE_SOURCE_BYTES,
};

const struct mr_op mr_op_stdin = {
    .name = "stdin",
    .brief = "numbers from standard input, as text or binary",
    .example = "stdin(i64) | scan(sum)",
    .role = MR_SOURCE,
    .params = {{"dtype", MR_PARAM_DTYPE, .fallback = "f64", .brief = "of the numbers"},
               {"format", MR_PARAM_CHOICE, .fallback = "text", .choices = "text|raw",
                .brief = "text: between blanks or line ends; raw: little-endian binary"}},
    .check = check,
    .feed = &feed,
};
