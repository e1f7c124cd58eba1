#include "stream/making.h"

#include <millrace/device.h>
#include <millrace/stream.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/signals.h"
#include "cl/build.h"
#include "emit/emit.h"
#include "engine/knobs.h"
#include "ir/seq.h"
#include "stream/trial.h"

/* ---- threads at work, of the whole process ---- */

struct worker {
    struct worker *next;
    const void *owner;         /* the thread that started it, by the address of its `is_watched` */
    struct mr_control control; /* interrupted: nobody needs what it makes */
    atomic_bool is_repeated;   /* it makes what was begun before */
    atomic_bool is_to_end;     /* left, and worth ending nevertheless */
};

static struct {
    pthread_mutex_t lock;
    pthread_cond_t fewer;
    struct worker *first;
    atomic_bool is_over;    /* nothing is to begin any more */
    _Atomic(pid_t) process; /* whose threads they are: a forked child has none of them */
} work = {.lock = PTHREAD_MUTEX_INITIALIZER, .fewer = PTHREAD_COND_INITIALIZER};

static _Thread_local bool is_watched;

static bool is_of_this_process(void)
{
    return atomic_load(&work.process) == getpid();
}

/* Counts the workers of one owner (NULL: of anybody): all, or those that are to end what they
 * make. */
static size_t count_of(const void *owner, bool all)
{
    size_t count = 0;
    for (const struct worker *w = work.first; w; w = w->next)
        count += (!owner || w->owner == owner) && (all || atomic_load(&w->is_to_end));
    return count;
}

static void settle(const void *owner, bool all)
{
    if (!is_of_this_process()) return;
    (void)pthread_mutex_lock(&work.lock);
    while (count_of(owner, all) > 0) (void)pthread_cond_wait(&work.fewer, &work.lock);
    (void)pthread_mutex_unlock(&work.lock);
}

size_t mr_makings_under_way(void)
{
    if (!is_of_this_process()) return 0;
    (void)pthread_mutex_lock(&work.lock);
    size_t count = count_of(NULL, true);
    (void)pthread_mutex_unlock(&work.lock);
    return count;
}

void mr_makings_settle(void)
{
    settle(NULL, true);
}

void mr_makings_end_repeated(void)
{
    settle(NULL, false);
}

/* Each worker ends after the call of the driver that it is in, or with what it is to end. NULL:
 * anybody's. */
static void give_up(const void *owner)
{
    if (!is_of_this_process()) return;
    (void)pthread_mutex_lock(&work.lock);
    for (struct worker *w = work.first; w; w = w->next)
        if ((!owner || w->owner == owner) && !atomic_load(&w->is_to_end))
            atomic_store(&w->control.interrupted, true);
    (void)pthread_mutex_unlock(&work.lock);
    settle(owner, true);
}

static void settle_at_end(void *owner)
{
    is_watched = false;
    give_up(owner);
}

void mr_prepare_exit(void)
{
    atomic_store(&work.is_over, true);
    give_up(NULL);
}

/* At exit() the destructors of a driver's objects run in the reverse order of their making, which
 * goes on while kernels are built: no handler of atexit() is sure to run before them. What a thread
 * has of its own ends earlier, for the thread that calls exit() too, so a thread waits at its end
 * for the workers that it started. A C library without this: false, and nobody is left. */
extern int __cxa_thread_atexit_impl(void (*end)(void *), void *object, void *library)
    __attribute__((weak)); /* NOLINT(bugprone-reserved-identifier) */
extern void *__dso_handle; /* NOLINT(bugprone-reserved-identifier) */

static bool watch_this_thread(void)
{
    if (!is_watched && __cxa_thread_atexit_impl)
        is_watched = __cxa_thread_atexit_impl(settle_at_end, &is_watched, &__dso_handle) == 0;
    return is_watched;
}

/* False: the process is about to end. */
static bool work_begin(struct worker *w)
{
    (void)pthread_mutex_lock(&work.lock);
    bool may_begin = !atomic_load(&work.is_over);
    if (may_begin) {
        atomic_store(&work.process, getpid());
        w->next = work.first;
        work.first = w;
    }
    (void)pthread_mutex_unlock(&work.lock);
    return may_begin;
}

static void work_end(struct worker *w)
{
    (void)pthread_mutex_lock(&work.lock);
    struct worker **at = &work.first;
    while (*at != w) at = &(*at)->next;
    *at = w->next;
    mr_free(w);
    (void)pthread_cond_broadcast(&work.fewer);
    (void)pthread_mutex_unlock(&work.lock);
}

/* ---- a making ---- */

struct mr_making {
    struct mr_leg leg;
    mr_stream_params params;
    char *device, *shape; /* of the params, which need not stay */
    struct mr_knobs knobs;
    struct mr_told bound; /* what was told beforehand; no bytes: nothing */
    bool needs_fp64;
    bool may_be_left;      /* or who has no use for it waits nevertheless */
    struct worker *worker; /* gone with the thread, some time after is_done */

    pthread_mutex_t lock;  /* of what follows, and of the sequence that the plan refers to */
    pthread_cond_t ending; /* is_done is true now */
    atomic_bool is_done;   /* the thread looks at it no more, unless it is left */
    bool is_left;          /* it is the thread's to free */
    mr_status status;
    mr_error error;
};

/* ---- the thread ---- */

static mr_status fit(struct mr_making *m, mr_error *err)
{
    struct mr_plan_limits limits = mr_limits_on(&m->params, m->leg.engine);
    if (m->bound.bytes) mr_limits_within(&limits, &m->bound);
    return mr_plan_fit(m->leg.plan, &limits, err);
}

/* All that looks at the sequence. */
static mr_status lay_out(struct mr_making *m, mr_error *err)
{
    (void)pthread_mutex_lock(&m->lock);
    mr_status st = m->is_left ? mr_fail(err, MR_E_INTERRUPTED, "interrupted") : fit(m, err);
    if (st == MR_OK) st = mr_leg_create_root(&m->leg, &m->worker->control, err);
    (void)pthread_mutex_unlock(&m->lock);
    return st;
}

static mr_status make(struct mr_making *m, mr_error *err)
{
    MR_TRY(mr_trial_create_engine(&m->leg.engine, &m->params, m->needs_fp64, err));
    mr_status st;
    do {
        mr_runner_destroy(&m->leg.root);
        st = lay_out(m, err);
        if (st == MR_OK) st = mr_runner_warm(m->leg.root, err);
    } while (st != MR_OK && mr_leg_goes_on(&m->leg));
    return st;
}

static void making_free(struct mr_making *m)
{
    mr_leg_close(&m->leg);
    mr_free(m->device);
    mr_free(m->shape);
    /* Who says that it is done may not have let go of the lock yet. */
    (void)pthread_mutex_lock(&m->lock);
    (void)pthread_mutex_unlock(&m->lock);
    (void)pthread_cond_destroy(&m->ending);
    (void)pthread_mutex_destroy(&m->lock);
    mr_free(m);
}

static void *run(void *making)
{
    struct mr_making *m = making;
    struct worker *worker = m->worker;
    mr_build_unless(&worker->control.interrupted);
    mr_build_tell_repeated(&worker->is_repeated);
    m->status = make(m, &m->error);
    (void)pthread_mutex_lock(&m->lock);
    bool is_left = m->is_left;
    atomic_store(&m->is_done, true);
    (void)pthread_cond_signal(&m->ending);
    (void)pthread_mutex_unlock(&m->lock);
    if (is_left) making_free(m);
    work_end(worker);
    return NULL;
}

static mr_status start(struct mr_making *m, mr_error *err)
{
    pthread_attr_t detached;
    pthread_t thread;
    sigset_t before;
    m->worker = mr_alloc(1, sizeof *m->worker);
    if (!m->worker) return mr_fail_no_memory(err, "a device's leg");
    m->may_be_left = watch_this_thread() && !m->params.context;
    m->worker->owner = &is_watched;
    if (!work_begin(m->worker)) {
        mr_free(m->worker);
        return mr_fail(err, MR_E_STATE, "no kernels are built any more: the process is to end");
    }
    if (mr_params_make_here(&m->params)) {
        (void)run(m);
        mr_build_unless(NULL);
        mr_build_tell_repeated(NULL);
        return MR_OK;
    }
    (void)pthread_attr_init(&detached);
    (void)pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    mr_signals_block(&before);
    int code = pthread_create(&thread, &detached, run, m);
    mr_signals_restore(&before);
    (void)pthread_attr_destroy(&detached);
    if (code == 0) return MR_OK;
    work_end(m->worker);
    return mr_fail(err, MR_E_NO_MEMORY, "no thread for the device: %s", strerror(code));
}

/* ---- the stream ---- */

/* False when there is no memory for it. */
static bool copy_text(char **text, const char **of_params)
{
    if (!*of_params) return true;
    *of_params = *text = mr_text_copy(*of_params, strlen(*of_params));
    return *text != NULL;
}

static struct mr_making *making_create(struct mr_plan **plan, const mr_stream_params *params)
{
    struct mr_making *m = mr_alloc(1, sizeof *m);
    if (!m) {
        mr_plan_destroy(plan);
        return NULL;
    }
    pthread_condattr_t clock;
    (void)pthread_condattr_init(&clock);
    (void)pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&m->lock, NULL);
    (void)pthread_cond_init(&m->ending, &clock);
    (void)pthread_condattr_destroy(&clock);
    m->leg.plan = *plan;
    *plan = NULL;
    m->params = *params;
    m->params.cancel = NULL;
    if (params->knobs) m->knobs = *params->knobs;
    m->params.knobs = &m->knobs;
    if (copy_text(&m->device, &m->params.device) && copy_text(&m->shape, &m->params.shape))
        return m;
    making_free(m);
    return NULL;
}

mr_status mr_making_start(struct mr_making **out, struct mr_plan **plan,
                          const mr_stream_params *params, const struct mr_told *told, mr_error *err)
{
    *out = NULL;
    mr_status st = mr_opencl_engine_check(err);
    if (st != MR_OK) {
        mr_plan_destroy(plan);
        return st;
    }
    struct mr_making *m = making_create(plan, params);
    if (!m) return mr_fail_no_memory(err, "a device's leg");
    if (told) m->bound = *told;
    m->needs_fp64 = mr_plan_needs_fp64(m->leg.plan);
    st = start(m, err);
    if (st == MR_OK)
        *out = m;
    else
        making_free(m);
    return st;
}

static void begin_anew(struct mr_making *m)
{
    struct mr_plan *plan = m->leg.plan;
    m->leg.plan = NULL;
    mr_leg_close(&m->leg);
    m->leg.plan = plan;
    atomic_store(&m->is_done, false);
    mr_status st = start(m, &m->error);
    if (st == MR_OK) return;
    m->status = st;
    atomic_store(&m->is_done, true);
}

bool mr_making_is_done(struct mr_making *making)
{
    if (!atomic_load(&making->is_done)) return false;
    if (making->status == MR_E_INTERRUPTED) begin_anew(making);
    return atomic_load(&making->is_done);
}

static void wait_a_moment(struct mr_making *m)
{
    enum { LOOK_NS = 20000000 };
    struct timespec until = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += LOOK_NS;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    (void)pthread_mutex_lock(&m->lock);
    if (!m->is_done) (void)pthread_cond_timedwait(&m->ending, &m->lock, &until);
    (void)pthread_mutex_unlock(&m->lock);
}

/* False when it was interrupted. */
static bool wait(struct mr_making *m, struct mr_control *control)
{
    while (!mr_making_is_done(m)) {
        if (mr_control_check(control, NULL) != MR_OK) return false;
        wait_a_moment(m);
    }
    return true;
}

mr_status mr_making_take(struct mr_making **making, struct mr_leg *out, struct mr_control *control,
                         bool *has_device, mr_error *err)
{
    struct mr_making *m = *making;
    *out = (struct mr_leg){.root = NULL};
    if (!wait(m, control)) {
        mr_making_leave(making, false);
        return mr_fail(err, MR_E_INTERRUPTED, "interrupted");
    }
    mr_status st = m->status;
    if (has_device) *has_device = m->leg.engine != NULL;
    if (st != MR_OK && err) *err = m->error;
    if (st == MR_OK) st = mr_runner_bind(m->leg.root, control, err);
    if (st == MR_OK) st = mr_runner_seek(m->leg.root, 0, err);
    while (st != MR_OK && mr_leg_goes_on(&m->leg)) {
        mr_runner_destroy(&m->leg.root);
        st = mr_leg_make_root(&m->leg, control, err);
        if (st == MR_OK) st = mr_runner_seek(m->leg.root, 0, err);
    }
    if (st == MR_OK) {
        *out = m->leg;
        m->leg = (struct mr_leg){.root = NULL};
    }
    making_free(m);
    *making = NULL;
    return st;
}

/* Whether one that is not done ends what it makes, and is not waited for. */
static bool is_to_end(struct mr_making *m, bool is_worth_it)
{
    bool ends = is_worth_it && m->may_be_left && atomic_load(&m->worker->is_repeated);
    atomic_store(&m->worker->is_to_end, ends);
    return ends;
}

void mr_making_leave(struct mr_making **making, bool is_worth_it)
{
    struct mr_making *m = *making;
    *making = NULL;
    if (!m || !is_of_this_process()) return;
    (void)pthread_mutex_lock(&m->lock);
    if (!m->is_done && !is_to_end(m, is_worth_it))
        atomic_store(&m->worker->control.interrupted, true);
    while (!m->may_be_left && !m->is_done) (void)pthread_cond_wait(&m->ending, &m->lock);
    bool is_done = m->is_done;
    m->is_left = true;
    struct mr_seq *let_go = m->leg.plan->seq;
    m->leg.plan->seq = NULL;
    (void)pthread_mutex_unlock(&m->lock);
    if (is_done) making_free(m);
    mr_seq_unref(&let_go);
}
