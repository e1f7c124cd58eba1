#include "cli/saving.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "io/output.h"
#include "stream/origin.h"

enum { EVERY_S = 30 };

/* A run that was not finished is not lost by a slip. */
static mr_status check_place(const char *path, mr_error *err)
{
    struct mr_saved old;
    struct stat info;
    mr_error why;
    if (stat(path, &info) != 0 && errno == ENOENT) return MR_OK;
    mr_status st = mr_saved_read(&old, path, &why);
    bool is_done = !st && old.place.is_whole, has_file = !st && old.has_file;
    mr_saved_free(&old);
    if (is_done) return MR_OK;
    if (st) {
        if (err) *err = why;
        return mr_error_hint(err, st, "--save writes over nothing else: name another file");
    }
    st = mr_fail(err, MR_E_STATE, "--save %s: it holds a run that was not finished", path);
    return mr_error_hint(err, st, "--resume %s goes on with it; remove it%s to begin anew", path,
                         has_file ? ", and the .partial file of its output," : "");
}

/* The last of the two that is written would be all that is left. */
static mr_status check_apart(const char *path, const char *output, mr_error *err)
{
    bool is_one = false;
    if (!output || strcmp(output, "-") == 0) return MR_OK;
    MR_TRY(mr_output_partial_takes(&is_one, output, path, err));
    if (!is_one) return MR_OK;
    mr_status st =
        mr_fail(err, MR_E_VALUE, "--save %s: the run writes there for -o %s", path, output);
    return mr_error_hint(err, st, "name another file to save in");
}

mr_status mr_saving_begin(struct mr_saving *out, const struct mr_options *options, mr_error *err)
{
    *out = (struct mr_saving){.path = options->save, .from = options->resume};
    out->every_ns = options->every_ns ? options->every_ns : EVERY_S * INT64_C(1000000000);
    out->due_ns = mr_now_ns() + out->every_ns;
    if (options->every_ns && !out->path) {
        mr_status st = mr_fail(err, MR_E_ARITY, "--every without --save: nothing is saved");
        return mr_error_hint(err, st, "--save FILE says where");
    }
    if (out->path) MR_TRY(check_apart(out->path, options->output, err));
    bool is_same = out->path && out->from && strcmp(out->path, out->from) == 0;
    if (out->path && !is_same) MR_TRY(check_place(out->path, err));
    return out->from ? mr_saved_read(&out->saved, out->from, err) : MR_OK;
}

void mr_saving_end(struct mr_saving *saving)
{
    mr_saved_free(&saving->saved);
}

static mr_status check_output_unread(const char *output, const mr_seq *seq, mr_error *err)
{
    char *partial;
    bool reads = false;
    MR_TRY(mr_output_partial_name(&partial, output, err));
    mr_status st = partial ? mr_origin_reads(seq, partial, &reads, err) : MR_OK;
    if (reads) {
        st = mr_fail(err, MR_E_VALUE,
                     "-o %s: until it is whole it stands in %s, which the pipeline reads", output,
                     partial);
        mr_error_hint(err, st, "name another output, or rename the file that is read");
    }
    mr_free(partial);
    return st;
}

mr_status mr_saving_check_inputs(const struct mr_saving *saving, const mr_seq *seq,
                                 const struct mr_options *options, mr_error *err)
{
    bool reads = false;
    if (!saving->path && !saving->from) return MR_OK;
    if (options->output) MR_TRY(check_output_unread(options->output, seq, err));
    if (saving->path) MR_TRY(mr_origin_reads(seq, saving->path, &reads, err));
    if (!reads) return MR_OK;
    mr_status st = mr_fail(err, MR_E_VALUE, "--save %s: the pipeline reads it", saving->path);
    return mr_error_hint(err, st, "name another file to save in");
}

mr_status mr_saving_layout(struct mr_saving *saving, struct mr_sink_layout *layout,
                           const struct mr_options *options, mr_error *err)
{
    const struct mr_saved *s = &saving->saved;
    layout->is_partial = saving->path || saving->from;
    if (!saving->from) return MR_OK;
    layout->from = &s->place;
    if (!options->output && !options->has_format && !s->has_file) layout->format = s->format;
    mr_status st = MR_OK;
    if (s->has_file && !options->output)
        st = mr_fail(err, MR_E_STATE, "--resume %s: the run wrote a file, which -o is to name",
                     saving->from);
    else if (layout->format != s->format)
        st = mr_fail(err, MR_E_STATE, "--resume %s: the run wrote %s, not %s", saving->from,
                     mr_sink_format_name(s->format), mr_sink_format_name(layout->format));
    else if (mr_sink_separator(layout) != s->separator)
        st = mr_fail(err, MR_E_STATE, "--resume %s: the run separated columns otherwise",
                     saving->from);
    if (!st) return MR_OK;
    return mr_error_hint(err, st, "give -o FILE and --format as when it was saved");
}

/* Where no .partial is left to be finished, the file in the output's place is what is wrong. */
static mr_status check_left(const struct mr_saving *saving, const char *output, mr_error *err)
{
    struct stat info;
    char *partial;
    MR_TRY(mr_output_partial_name(&partial, output, err));
    bool is_left = !partial || stat(partial, &info) == 0 || stat(output, &info) != 0;
    mr_free(partial);
    if (is_left) return MR_OK;
    mr_status st = mr_fail(err, MR_E_STATE,
                           "--resume %s: the run is finished, and -o %s holds other bytes than it "
                           "wrote",
                           saving->from, output);
    return mr_error_hint(err, st, "name the output that the saved run had, or begin anew");
}

mr_status mr_saving_is_over(bool *is_over, struct mr_saving *saving, struct mr_sink_layout layout,
                            const struct mr_options *options, mr_error *err)
{
    const struct mr_saved *s = &saving->saved;
    *is_over = false;
    if (!saving->from || !s->place.is_whole || !s->has_file) return MR_OK;
    MR_TRY(mr_saving_layout(saving, &layout, options, err));
    MR_TRY(mr_sink_is_finished(is_over, options->output, s->format, &s->place, err));
    return *is_over ? MR_OK : check_left(saving, options->output, err);
}

static mr_status save_stream(struct mr_saved *out, mr_stream *stream, mr_error *err)
{
    size_t needed = 0;
    MR_TRY(mr_stream_save(stream, NULL, 0, &needed, err));
    out->stream = mr_alloc(needed + 1, 1);
    if (!out->stream) return mr_fail_no_memory(err, "what is saved");
    out->stream_bytes = needed;
    return mr_stream_save(stream, out->stream, needed, &needed, err);
}

mr_status mr_saving_save(struct mr_saving *saving, mr_stream *stream, struct mr_sink *sink,
                         bool is_complete, mr_error *err)
{
    struct mr_saved next = saving->saved;
    if (!saving->path) return MR_OK;
    next.stream = NULL;
    next.has_file = mr_sink_is_partial(sink);
    mr_sink_format_of(sink, &next.format, &next.separator);
    mr_status st = mr_sink_save(sink, is_complete, &next.place, err);
    if (!st) st = save_stream(&next, stream, err);
    if (!st) st = mr_saved_write(&next, saving->path, err);
    mr_saved_free(&next);
    saving->due_ns = mr_now_ns() + saving->every_ns;
    saving->is_saved = !st;
    return st;
}

int mr_saving_poll(struct mr_saving *saving, mr_stream *stream, struct mr_sink *sink)
{
    if (!saving->path || !stream || !sink || mr_now_ns() < saving->due_ns) return 0;
    return mr_saving_save(saving, stream, sink, false, &saving->error) != MR_OK;
}
