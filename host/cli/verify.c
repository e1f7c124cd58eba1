/* Every engine and device, several batch sizes and rings: all must give the same bits. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/spelling.h"
#include "cl/device_choice.h"
#include "cli/cli.h"
#include "cli/difference.h"
#include "cli/interrupt.h"
#include "cli/words.h"
#include "io/number.h"
#include "ir/op.h"

enum { DEVICES_LIMIT = 64, DEVICE_BYTES = 200, DEFAULT_TAKE = 1000000 };

static const size_t batches[] = {64, 1000, 4096, 65536};
static const unsigned rings[] = {2, 5};

struct visit {
    struct mr_options options;
    char *text;
    mr_seq *seq;
    mr_device_info devices[DEVICES_LIMIT];
    char names[DEVICES_LIMIT][DEVICE_BYTES]; /* platform and device: what --device takes */
    size_t runs, skipped, device_runs;
    bool is_cut, is_done; /* done: a difference was found, or a signal came */
    struct mr_way reference;
    struct mr_digest expected;
    int exit_code;
};

static const char *engine_name(const struct mr_way *way)
{
    return way->params.engine == MR_ENGINE_HOST ? "host" : "opencl";
}

static void print_run(const struct mr_way *way, const struct mr_digest *digest)
{
    const char *end = digest->status   ? mr_status_name(digest->status)
                      : digest->is_cut ? "cut"
                                       : "end";
    printf("%-7s %6zu %5u %12" PRId64 "  %-16s %016" PRIx64 "%s%s\n", engine_name(way),
           way->params.batch_elems, way->params.ring_slots, digest->elements, end, digest->hash,
           way->params.device ? "  " : "", way->params.device ? way->params.device : "");
    (void)fflush(stdout);
}

/* ---- a difference ---- */

static void print_value(const struct mr_way *way, const mr_seq *seq,
                        const struct mr_difference *difference, uint64_t bits)
{
    char number[MR_NUMBER_TEXT_BYTES];
    mr_dtype dtype = mr_seq_column_dtype(seq, difference->column);
    (void)mr_format_number(number, dtype, &bits);
    printf("  %-7s 0x%0*" PRIx64 "  %s\n", engine_name(way), 2 * (int)mr_dtype_size(dtype), bits,
           number);
}

static void print_end(const struct mr_way *way, const struct mr_digest *gave, int64_t element)
{
    if (gave->status)
        printf("  %-7s %s: %s\n", engine_name(way), mr_status_name(gave->status),
               gave->error.message);
    else
        printf("  %-7s %s\n", engine_name(way),
               gave->elements > element || gave->is_cut ? "goes on" : "ends");
}

static void print_difference(const struct visit *v, const struct mr_way ways[2],
                             const struct mr_difference *d)
{
    const char *separator = "";
    char shown[MR_SHOWN_BYTES];
    printf("DIFFERENT at element %" PRId64, d->element);
    if (d->column != SIZE_MAX)
        printf(", column %s (%s)", mr_show_name(shown, mr_seq_column_name(v->seq, d->column)),
               mr_dtype_name(mr_seq_column_dtype(v->seq, d->column)));
    printf(", batch %zu, ring %u against batch %zu, ring %u\n", ways[0].params.batch_elems,
           ways[0].params.ring_slots, ways[1].params.batch_elems, ways[1].params.ring_slots);
    for (size_t n = 0; n < 2; n++)
        if (d->column != SIZE_MAX)
            print_value(&ways[n], v->seq, d, d->bits[n]);
        else
            print_end(&ways[n], &d->gave[n], d->element);
    printf("  operator: %s", d->blame->op->name);
    if (d->blame->span.column) printf(", column %u of the text", d->blame->span.column);
    printf(" (");
    for (size_t k = 0; k < d->blame->input_count; k++, separator = ", ")
        printf("%s%s", separator, d->blame->inputs[k]->op->name);
    printf("%s)\n", d->blame->input_count ? " before it agrees" : "the source");
}

static void find_difference(struct visit *v, const struct mr_way *way)
{
    struct mr_difference difference;
    const struct mr_way ways[2] = {v->reference, *way};
    v->exit_code = 1;
    v->is_done = true;
    mr_difference_find(&difference, v->seq, ways);
    if (mr_interrupt_signal()) return;
    if (difference.exists)
        print_difference(v, ways, &difference);
    else
        printf("DIFFERENT, but not when both were run again: the device computes unsteadily\n");
}

/* ---- the runs ---- */

/* What a device or a budget does not allow is no run, and no difference either. */
static bool is_refusal(const struct mr_digest *digest)
{
    mr_status st = digest->status;
    return digest->elements < 0 &&
           (st == MR_E_NO_DEVICE || st == MR_E_NO_FP64 || st == MR_E_BUDGET);
}

static void run_once(struct visit *v, const struct mr_way *way)
{
    struct mr_digest digest;
    mr_digest_run(&digest, v->seq, way);
    if (mr_interrupt_signal()) {
        v->is_done = true;
        return;
    }
    if (is_refusal(&digest)) {
        printf("%-7s %6zu %5u %12s  %s\n", engine_name(way), way->params.batch_elems,
               way->params.ring_slots, "not run:", digest.error.message);
        v->skipped++;
        return;
    }
    print_run(way, &digest);
    v->device_runs += way->params.engine == MR_ENGINE_OPENCL;
    v->is_cut |= digest.is_cut;
    if (v->runs++ == 0) {
        v->reference = *way;
        v->expected = digest;
    } else if (digest.hash != v->expected.hash) {
        find_difference(v, way);
    }
}

static void run_engine(struct visit *v, mr_engine_choice engine, const char *device)
{
    struct mr_way way = {.params = v->options.stream, .take = v->options.take};
    /* What is asked of devices: the host engine is what they are compared with. */
    if (engine == MR_ENGINE_HOST) {
        way.params.shape = NULL;
        way.params.native_math = false;
    }
    way.params.engine = engine;
    way.params.device = device;
    for (size_t b = 0; b < sizeof batches / sizeof batches[0]; b++)
        for (size_t r = 0; r < sizeof rings / sizeof rings[0] && !v->is_done; r++) {
            way.params.batch_elems = batches[b];
            way.params.ring_slots = rings[r];
            run_once(v, &way);
        }
}

/* Everything the options leave: the host first, as the reference. */
static void run_all(struct visit *v)
{
    const mr_stream_params *asked = &v->options.stream;
    size_t found = 0;
    mr_error err;
    if (asked->engine != MR_ENGINE_OPENCL) run_engine(v, MR_ENGINE_HOST, NULL);
    if (asked->engine == MR_ENGINE_HOST || v->is_done) return;
    if (mr_devices(v->devices, DEVICES_LIMIT, &found, &err))
        printf("opencl  not run: %s\n", err.message);
    for (size_t k = 0; k < found && k < DEVICES_LIMIT && !v->is_done; k++) {
        const mr_device_info *info = &v->devices[k];
        if (!mr_device_is_meant(info, found, asked->device)) continue;
        (void)snprintf(v->names[k], DEVICE_BYTES, "%s %s", info->platform, info->name);
        if (info->is_usable)
            run_engine(v, MR_ENGINE_OPENCL, v->names[k]);
        else
            printf("opencl  not run: %s: %s\n", v->names[k], mr_in_words(info->reason));
    }
    if (mr_devices_are_several(asked->device) && !v->is_done)
        run_engine(v, MR_ENGINE_OPENCL, asked->device);
}

static void conclude(struct visit *v)
{
    int number = mr_interrupt_signal();
    if (number) v->exit_code = 128 + number;
    if (v->is_done) return;
    if (v->is_cut)
        printf("cut after %" PRId64 " elements; --take N looks at more\n", v->options.take);
    if (v->skipped) printf("%zu runs were not possible here\n", v->skipped);
    bool has_peer = v->device_runs || v->options.stream.engine == MR_ENGINE_HOST;
    if (!has_peer) v->exit_code = mr_status_exit_code(MR_E_NO_DEVICE);
    printf("%zu runs agree%s\n", v->runs, has_peer ? "" : ", but none of them on a device");
}

/* ---- the sequence ---- */

/* A terminal's value needs all of its input, which may be long or endless: its first elements. */
static mr_status cut_terminal(struct visit *v, mr_error *err)
{
    mr_seq *cut = NULL, *whole = v->seq;
    const mr_arg take = mr_int(v->options.take);
    if (whole->op->role != MR_TERMINAL || whole->input_count == 0) return MR_OK;
    if (whole->inputs[0]->length.most <= v->options.take) return MR_OK;
    MR_TRY(mr_seq_apply(&cut, "take", whole->inputs[0], &take, 1, err));
    mr_status st = mr_seq_pipe(&v->seq, cut, v->text + whole->span.column - 1, err);
    if (st)
        v->seq = whole;
    else
        mr_seq_release(&whole);
    mr_seq_release(&cut);
    if (!st)
        printf("%s of the first %" PRId64 " elements; --take N looks at more\n", v->seq->op->name,
               v->options.take);
    return st;
}

static mr_status prepare(struct visit *v, char *const arguments[], size_t count, mr_error *err)
{
    MR_TRY(mr_pipeline_text(&v->text, &v->options, arguments, count, err));
    MR_TRY(mr_seq_parse(&v->seq, v->text, err));
    if (v->seq->is_live) {
        mr_status st = mr_fail(err, MR_E_VALUE, "verify: standard input can be read only once");
        return mr_error_hint(err, st, "save it to a file, and read(\"FILE\")");
    }
    return cut_terminal(v, err);
}

static mr_status check_all(const struct mr_options *options, size_t count, mr_error *err)
{
    if (!options->all || (count == 0 && !options->file)) return MR_OK;
    mr_status st = mr_fail(err, MR_E_ARITY, "verify: --all and a pipeline: one of them");
    return mr_error_hint(err, st, "--all runs every operator on every device; a pipeline, itself");
}

int mr_command_verify(const struct mr_options *options, char *const arguments[], size_t count)
{
    mr_error err = {.status = MR_OK};
    if (check_all(options, count, &err)) return mr_report(&err);
    if (options->all) return mr_verify_all(options);
    struct visit *v = mr_alloc(1, sizeof *v);
    if (!v) {
        mr_fail_no_memory(&err, "verify");
        return mr_report(&err);
    }
    v->options = *options;
    if (v->options.take == 0) v->options.take = DEFAULT_TAKE;
    if (prepare(v, arguments, count, &err)) {
        v->exit_code = mr_report(&err);
    } else {
        mr_interrupt_install();
        printf("engine   batch  ring     elements  %-16s %-16s  device\n", "until", "hash");
        run_all(v);
        conclude(v);
    }
    int exit_code = v->exit_code;
    mr_seq_release(&v->seq);
    mr_free(v->text);
    mr_free(v);
    return exit_code;
}
