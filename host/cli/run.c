#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/plot.h"
#include "cli/progress.h"
#include "cli/saving.h"
#include "cli/shards.h"
#include "io/table.h"
#include "ir/op.h"
#include "stream/save.h"

enum { COLUMNS_LIMIT = 8, SAVE_S = 30 };

/* text -> sequence -> stream -> sink or plot */
struct run {
    struct mr_options *options; /* a copy of its own */
    char *text;
    mr_seq *seq;
    mr_stream *stream;
    struct mr_sink_layout layout;
    struct mr_sink *sink;
    struct mr_plot *plot; /* NULL: values are written */
    struct mr_progress_line *progress;
    struct mr_saving saving;
};

/* What is text under a name like these would be taken for something else by other programs. */
static mr_status refuse_foreign(const char *name, mr_error *err)
{
    static const char *const suffixes[] = {
        ".parquet", ".json", ".xlsx", ".ods", ".h5",  ".hdf5", ".nc",  ".npz",  ".mat", ".pkl",
        ".pickle",  ".gz",   ".xz",   ".zst", ".bz2", ".zip",  ".orc", ".avro", ".db",  ".sqlite"};
    for (size_t k = 0; k < sizeof suffixes / sizeof suffixes[0]; k++) {
        if (!mr_has_suffix(name, suffixes[k])) continue;
        mr_status st =
            mr_fail(err, MR_E_VALUE, "-o %s: %s files are not written here", name, suffixes[k]);
        return mr_error_hint(err, st,
                             "name it .csv, .jsonl, .npy or .arrow, or say by --format "
                             "what it shall hold all the same");
    }
    return MR_OK;
}

/* As the output's name says; --format may say it again. */
static mr_status choose_format(const struct mr_options *o, struct mr_sink_layout *layout,
                               mr_error *err)
{
    *layout = (struct mr_sink_layout){.format = o->format};
    bool is_named = o->output && mr_sink_layout_by_suffix(layout, o->output);
    if (is_named && o->has_format && o->format != layout->format) {
        mr_status st =
            mr_fail(err, MR_E_VALUE, "--format %s contradicts -o %s, whose name says %s",
                    mr_sink_format_name(o->format), o->output, mr_sink_format_name(layout->format));
        return mr_error_hint(err, st, "leave --format out, or give the file another suffix");
    }
    if (o->output && !is_named && !o->has_format) MR_TRY(refuse_foreign(o->output, err));
    if (!mr_sink_format_is_binary(layout->format) || o->output || !isatty(STDOUT_FILENO))
        return MR_OK;
    mr_status st = mr_fail(err, MR_E_VALUE, "--format: binary data would go to a terminal");
    return mr_error_hint(err, st, "add -o FILE, or send it to a file or pipe");
}

/* -1: only its elements tell, or there is no end. */
static int64_t known_length(const mr_seq *seq)
{
    int64_t count;
    return mr_seq_length(seq, &count) == MR_LENGTH_KNOWN ? count : -1;
}

/* The same from where a run goes on. */
static int64_t elements_left(const struct run *r)
{
    int64_t all = known_length(r->seq);
    return all < 0 ? -1 : all - mr_stream_tell(r->stream);
}

/* A terminal's only row. */
static bool is_value(const mr_seq *seq)
{
    return seq->op->role == MR_TERMINAL && known_length(seq) == 1;
}

/* The file that is to be a picture, or NULL. */
static const char *picture_of(const struct mr_options *o)
{
    return o->output && mr_plot_is_picture(o->output) ? o->output : NULL;
}

static bool is_drawn(const struct mr_options *o)
{
    return o->plot || picture_of(o);
}

/* What cannot be had together with a drawing. */
static mr_status check_drawing(const struct mr_options *o, mr_error *err)
{
    if (!is_drawn(o)) return MR_OK;
    const char *drawn = o->plot ? "--plot" : "a picture";
    if (o->has_format)
        return mr_error_hint(err, mr_fail(err, MR_E_VALUE, "%s has no --format", drawn),
                             "leave one of them out");
    if (o->save || o->resume)
        return mr_error_hint(err, mr_fail(err, MR_E_VALUE, "%s cannot be saved", drawn),
                             "write -o FILE.csv, and draw that when it is whole");
    if (!o->output || picture_of(o)) return MR_OK;
    return mr_error_hint(
        err, mr_fail(err, MR_E_VALUE, "--plot draws on standard output, not in %s", o->output),
        "-o FILE.svg or -o FILE.png make a picture");
}

static mr_status open_sink(struct run *r, mr_error *err)
{
    const char *names[COLUMNS_LIMIT];
    mr_dtype dtypes[COLUMNS_LIMIT];
    struct mr_sink_layout layout = r->layout;
    layout.column_count = mr_seq_column_count(r->seq);
    layout.names = names;
    layout.dtypes = dtypes;
    layout.expected_rows = known_length(r->seq);
    MR_TRY(mr_saving_layout(&r->saving, &layout, r->options, err));
    for (size_t k = 0; k < layout.column_count && k < COLUMNS_LIMIT; k++) {
        names[k] = mr_seq_column_name(r->seq, k);
        dtypes[k] = mr_seq_column_dtype(r->seq, k);
    }
    return mr_sink_open(&r->sink, r->options->output ? r->options->output : "-", &layout, err);
}

static mr_status fail_interrupted(mr_error *err)
{
    return mr_fail(err, MR_E_INTERRUPTED, "interrupted");
}

static mr_status take(struct run *r, const mr_batch *batch, mr_error *err)
{
    if (r->plot) return mr_plot_add(r->plot, batch->columns, batch->len, err);
    MR_TRY(mr_sink_write(r->sink, batch->columns, batch->len, err));
    return mr_sink_is_followed(r->sink) ? mr_sink_flush(r->sink, err) : MR_OK;
}

static mr_status pump(struct run *r, mr_error *err)
{
    mr_batch batch = {.len = 1};
    while (batch.len > 0) {
        MR_TRY(mr_stream_next(r->stream, &batch, err));
        if (batch.len == 0) break;
        MR_TRY(take(r, &batch, err));
        mr_progress_line_add(r->progress, (int64_t)batch.len);
    }
    /* An input that was cut short looks like its end. */
    return mr_interrupt_signal() ? fail_interrupted(err) : MR_OK;
}

/* How far it is when it stops: interrupted, failed, or done. A failure of the run says more than
 * one to save it. */
static mr_status save_end(struct run *r, mr_status st, mr_error *err)
{
    mr_error why;
    mr_interrupt_wait(SAVE_S);
    if (!st) return mr_saving_save(&r->saving, r->stream, r->sink, true, err);
    mr_status saved = mr_saving_save(&r->saving, r->stream, r->sink, false, &why);
    if (!saved || st != MR_E_INTERRUPTED) return st;
    if (err) *err = why;
    return saved;
}

/* What was delivered before a failure goes to standard output nevertheless; only a named file
 * appears whole or not at all. */
static mr_status finish(struct run *r, mr_status st, mr_error *err)
{
    if (r->plot && (!st || !picture_of(r->options))) {
        mr_status drawn = mr_plot_finish(r->plot, st ? NULL : err);
        return st ? st : drawn;
    }
    if (!st) return mr_sink_finish(r->sink, err);
    if (r->sink && mr_sink_is_followed(r->sink)) (void)mr_sink_break_off(r->sink, NULL);
    return st;
}

static int poll(void *user, const mr_progress *progress)
{
    struct run *r = user;
    if (mr_progress_line_poll(r->progress, progress)) return 1;
    return mr_saving_poll(&r->saving, r->stream, r->sink);
}

/* What was saved has its text. */
static mr_status get_text(struct run *r, char *const arguments[], size_t count, mr_error *err)
{
    const struct mr_saved *s = &r->saving.saved;
    if (r->options->resume && count == 0 && !r->options->file)
        return mr_state_text(&r->text, s->stream, s->stream_bytes, err);
    return mr_pipeline_text(&r->text, r->options, arguments, count, err);
}

static mr_status open_stream(struct run *r, const mr_stream_params *params, mr_error *err)
{
    const struct mr_saved *s = &r->saving.saved;
    mr_stream_params own = *params;
    if (!r->options->resume) return mr_stream_open(&r->stream, r->seq, params, err);
    MR_TRY(mr_state_modes(&own, s->stream, s->stream_bytes, err));
    return mr_stream_restore(&r->stream, r->seq, &own, s->stream, s->stream_bytes, err);
}

/* A run that cannot be saved at all leaves nothing to go on with: it may be begun again at once. */
static mr_status save_begin(struct run *r, mr_error *err)
{
    mr_status st = mr_saving_save(&r->saving, r->stream, r->sink, false, err);
    if (st && r->sink && !r->options->resume) mr_sink_empty(r->sink);
    return st;
}

/* What cannot be saved is refused before anything is computed or written. */
static mr_status deliver(struct run *r, mr_error *err)
{
    size_t needed;
    if (r->saving.path) MR_TRY(mr_stream_save(r->stream, NULL, 0, &needed, err));
    if (is_drawn(r->options))
        MR_TRY(mr_plot_create(&r->plot, r->seq, picture_of(r->options), err));
    else {
        MR_TRY(mr_saving_check_inputs(&r->saving, r->seq, r->options, err));
        MR_TRY(open_sink(r, err));
    }
    MR_TRY(save_begin(r, err));
    mr_progress_line_start(r->progress, elements_left(r));
    mr_status st = pump(r, err);
    if (st && r->saving.error.status && err) *err = r->saving.error;
    if (!r->saving.error.status) st = save_end(r, st, err);
    return finish(r, st, err);
}

/* What was saved is a part already. */
static mr_status describe(struct run *r, char *const arguments[], size_t count, mr_error *err)
{
    bool is_saved = r->options->resume && count == 0 && !r->options->file;
    MR_TRY(get_text(r, arguments, count, err));
    if (!is_saved) MR_TRY(mr_shard_text(&r->text, r->options, err));
    MR_TRY(mr_seq_parse(&r->seq, r->text, err));
    if (!r->options->quiet) mr_report_notices(r->seq);
    return is_saved ? MR_OK : mr_shard_take(&r->seq, r->options, err);
}

static mr_status write_partial(struct run *r, const mr_stream_params *params, mr_error *err)
{
    mr_progress_line_start(r->progress, -1);
    return mr_shard_write_partial(r->seq, r->options, params, err);
}

static mr_status execute(struct run *r, char *const arguments[], size_t count, mr_error *err)
{
    MR_TRY(mr_saving_begin(&r->saving, r->options, err));
    MR_TRY(check_drawing(r->options, err));
    bool is_written = !is_drawn(r->options) && !r->options->partial;
    if (is_written) MR_TRY(choose_format(r->options, &r->layout, err));
    if (!r->seq) MR_TRY(describe(r, arguments, count, err));
    mr_interrupt_install();
    mr_stream_params params = r->options->stream;
    params.cancel = mr_interrupt_token();
    if (!r->options->quiet) r->progress = mr_progress_line_create(is_value(r->seq));
    params.poll = poll;
    params.poll_user = r;
    if (r->options->partial) return write_partial(r, &params, err);
    bool is_over;
    MR_TRY(open_stream(r, &params, err));
    MR_TRY(mr_saving_is_over(&is_over, &r->saving, r->layout, r->options, err));
    return is_over ? MR_OK : deliver(r, err);
}

static int report(const struct run *r, mr_status st, mr_error *err)
{
    mr_stats stats = {.elements = 0};
    int number = mr_interrupt_signal();
    if (r->stream) {
        mr_stream_stats(r->stream, &stats);
        mr_stats_print(r->stream, r->options->stats);
    }
    if (!st) return 0;
    int exit_code = number ? 128 + number : mr_report(err);
    if (number && !r->options->quiet)
        (void)fprintf(stderr, "interrupted after %" PRId64 " elements, %" PRId64 " positions\n",
                      stats.elements, stats.computed);
    if (!r->options->quiet && r->saving.is_saved)
        (void)fprintf(stderr, "--resume %s goes on with it\n", r->saving.path);
    return exit_code;
}

static int run(struct run *r, char *const arguments[], size_t count)
{
    mr_error err = {.status = MR_OK};
    mr_status st = execute(r, arguments, count, &err);
    mr_progress_line_stop(&r->progress);
    int exit_code = report(r, st, &err);
    mr_sink_discard(&r->sink);
    mr_plot_destroy(&r->plot);
    mr_stream_close(&r->stream);
    mr_seq_release(&r->seq);
    mr_free(r->text);
    mr_saving_end(&r->saving);
    return exit_code;
}

int mr_run_rows(const struct mr_options *options, mr_seq **rows)
{
    struct mr_options own = *options;
    struct run r = {.options = &own, .seq = *rows};
    *rows = NULL;
    return run(&r, NULL, 0);
}

int mr_command_run(const struct mr_options *options, char *const arguments[], size_t count)
{
    struct mr_options own = *options;
    struct mr_shard_names names;
    struct run r = {.options = &own};
    mr_error err;
    mr_status st = mr_shard_begin(&names, &own, &err);
    int exit_code = st ? mr_report(&err) : run(&r, arguments, count);
    mr_shard_end(&names);
    return exit_code;
}
