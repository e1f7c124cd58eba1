#include <millrace/sequence.h>

#include "base/float_env.h"
#include "base/memory.h"
#include "ops/caller_source.h"

/* It is one stream's at a time; once read, only what is restartable can be another's. */
enum { IS_FREE, IS_HELD, IS_SPENT };

struct caller {
    mr_fill_fn fill;
    void *user;
    void (*release)(void *user);
    const struct mr_caller_kind *kind;
    bool is_live;
    bool restartable;
    bool is_seekable;
    bool is_read; /* the stream that holds it has called fill */
    atomic_int state;
    const struct mr_seq *seq;
};

static mr_status claim(const struct mr_seq *seq, mr_error *err)
{
    struct caller *caller = seq->context;
    int state = IS_FREE;
    if (atomic_compare_exchange_strong(&caller->state, &state, IS_HELD)) return MR_OK;
    if (state == IS_HELD) {
        mr_status st = mr_op_fail(seq, NULL, err, MR_E_STATE, "%s already feeds another stream",
                                  caller->kind->what);
        return mr_error_hint(err, st, "close that stream first, or describe a second sequence");
    }
    mr_status st = mr_op_fail(seq, NULL, err, MR_E_STATE, "%s was read before", caller->kind->what);
    return mr_error_hint(err, st, "%s", caller->kind->again);
}

static void unclaim(const struct mr_seq *seq)
{
    struct caller *caller = seq->context;
    bool is_spent = caller->is_read && !caller->restartable && !caller->is_seekable;
    caller->is_read = false;
    atomic_store(&caller->state, is_spent ? IS_SPENT : IS_FREE);
}

static mr_status open(void **state, const struct mr_seq *seq, mr_error *err)
{
    (void)err;
    *state = seq->context;
    return MR_OK;
}

/* A bool is 0 or 1 everywhere; other bytes of the caller's that are not 0 mean true. */
static void normalise_bools(const struct mr_seq *seq, void *const columns[], size_t count)
{
    for (size_t c = 0; c < seq->column_count; c++) {
        uint8_t *flags = columns[c];
        for (size_t k = 0; seq->columns[c].dtype == MR_BOOL && k < count; k++)
            flags[k] = flags[k] != 0;
    }
}

static mr_status ask(struct caller *caller, int64_t first, size_t count, void *const columns[],
                     size_t *got, mr_error *err)
{
    *got = 0;
    caller->is_read = true;
    struct mr_float_env *own = mr_float_env_lend();
    int answer = caller->fill(caller->user, first, count, columns, got);
    mr_float_env_take_back(own);
    if (*got > count) {
        size_t claimed = *got;
        *got = 0;
        mr_status st =
            mr_op_fail(caller->seq, NULL, err, MR_E_CALLBACK,
                       "the callback claims %zu elements, asked for %zu", claimed, count);
        return mr_error_hint(err, st, "set *got to at most count, and write no further");
    }
    normalise_bools(caller->seq, columns, *got);
    if (answer == 0) return MR_OK;
    if (caller->kind->tell)
        return mr_op_blame(caller->seq, caller->kind->tell(caller->user, err), err);
    mr_status st =
        mr_op_fail(caller->seq, NULL, err, MR_E_CALLBACK, "the callback returned %d", answer);
    mr_error_hint(err, st, "what the number means is up to the function given as fill");
    if (err) err->element = first + (int64_t)*got;
    return st;
}

/* A live callback waits for its first element, so it is not asked while others wait to be
 * delivered; after each answer the stream may have been interrupted, so it is asked once. */
static mr_status fill(void *state, struct mr_filling *f, mr_error *err)
{
    struct caller *caller = state;
    if (caller->is_live && f->patience == MR_WAIT_FOR_NONE) return MR_OK;
    mr_status st = ask(caller, f->first, f->count, f->columns, &f->got, err);
    f->is_over = f->got == 0 || (!caller->is_live && f->got < f->count);
    return st;
}

static void close(void *state)
{
    (void)state;
}

void mr_caller_free(void *context)
{
    struct caller *caller = context;
    if (caller->release) caller->release(caller->user);
    mr_free(caller);
}

/* Whoever describes it anew says that it is the same; how long it may be tells the rest. */
static mr_status identify(const struct mr_seq *seq, struct mr_file_identity *out, mr_error *err)
{
    (void)err;
    *out = (struct mr_file_identity){.bytes = seq->length.most};
    return MR_OK;
}

const struct mr_feed mr_caller_feed = {.identify = identify,
                                       .claim = claim,
                                       .unclaim = unclaim,
                                       .open = open,
                                       .fill = fill,
                                       .close = close};

const struct mr_op mr_op_callback = {
    .name = "callback",
    .brief = "elements that the caller's function fills in (mr_seq_from_callback)",
    .role = MR_SOURCE,
    .feed = &mr_caller_feed,
    .is_internal = true,
    .free_context = mr_caller_free,
};

static const struct mr_caller_kind callback = {
    .op = &mr_op_callback,
    .what = "the callback",
    .again = "describe a new sequence, or make fill() begin anew at first == 0 and say so with "
             "mr_callback_params.restartable"};

static mr_status check_params(const mr_callback_params *params, mr_error *err)
{
    MR_NEED_ZERO(err, "mr_callback_params", params->reserved);
    if (params->is_live && params->is_seekable) {
        mr_status st = mr_fail(err, MR_E_VALUE, "mr_callback_params: is_live and is_seekable");
        return mr_error_hint(err, st, "elements that have to be waited for have no position yet");
    }
    if (params->column_count >= 1 && params->column_count <= MR_MAX_COLUMNS) return MR_OK;
    return mr_fail(err, MR_E_LIMIT, "callback: column_count=%zu must be from 1 to %d",
                   params->column_count, MR_MAX_COLUMNS);
}

static mr_status describe(struct mr_seq *seq, const mr_callback_params *params, mr_error *err)
{
    struct caller *caller = seq->context;
    caller->fill = params->fill;
    caller->user = params->user;
    caller->is_live = params->is_live;
    caller->restartable = params->restartable;
    caller->is_seekable = params->is_seekable;
    caller->seq = seq;
    atomic_init(&caller->state, IS_FREE);
    seq->kind = MR_KIND_FEED;
    seq->access = params->is_seekable ? MR_FROM_ANY : MR_FROM_START;
    seq->is_live = !params->is_seekable;
    seq->length = mr_length_at_most(params->length > 0 ? params->length : INT64_MAX);
    for (size_t k = 0; k < params->column_count; k++)
        MR_TRY(mr_caller_source_column(seq, params->names[k], k, params->column_count,
                                       params->dtypes[k], err));
    caller->release = params->release; /* the caller's until here */
    return MR_OK;
}

mr_status mr_callback_sequence(struct mr_seq **out, const mr_callback_params *params,
                               const struct mr_caller_kind *kind, mr_error *err)
{
    struct mr_seq *seq;
    MR_TRY(check_params(params, err));
    struct caller *caller = mr_alloc(1, sizeof *caller);
    if (!caller) return mr_fail_no_memory(err, "a sequence");
    caller->kind = kind;
    MR_TRY(mr_caller_source_create(&seq, kind->op, caller, err));
    mr_status st = describe(seq, params, err);
    if (st == MR_OK)
        *out = seq;
    else
        mr_seq_unref(&seq);
    return st;
}

mr_status mr_seq_from_callback(mr_seq **out, const mr_callback_params *params, mr_error *err)
{
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, params);
    MR_NEED(err, params->fill);
    return mr_callback_sequence(out, params, &callback, err);
}
