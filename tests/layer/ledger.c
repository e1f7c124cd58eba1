#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "layer.h"

static const char *const kind_names[LEDGER_KINDS] = {"",       "contexts", "queues",  "buffers",
                                                     "shared", "programs", "kernels", "events"};
static atomic_long created[LEDGER_KINDS], released[LEDGER_KINDS], calls, device_bytes, host_bytes;

/* Counted as "*" in MILLRACE_FAULT counts, so that a test can fail each call in turn. */
void ledger_call(void)
{
    atomic_fetch_add(&calls, 1);
}

void ledger_add(enum ledger_kind kind, int references)
{
    if (references > 0)
        atomic_fetch_add(&created[kind], references);
    else
        atomic_fetch_add(&released[kind], -references);
}

void ledger_bytes(size_t bytes, bool on_host)
{
    atomic_fetch_add(on_host ? &host_bytes : &device_bytes, (long)bytes);
}

/* A driver may let go of what a command held after it has told that the command is over (PoCL does,
 * in a thread of its own): shared memory is freed then. Where calls fail for good some is kept. */
static void wait_for_memory(void)
{
    const char *fault = getenv("MILLRACE_FAULT");
    const struct timespec pause = {.tv_nsec = 10000000};
    for (int k = 0; k < 100 && !(fault && strstr(fault, ":persist")); k++) {
        if (atomic_load(&created[LEDGER_SHARED]) == atomic_load(&released[LEDGER_SHARED])) return;
        (void)nanosleep(&pause, NULL);
    }
}

static void write_ledger(void)
{
    const char *path = getenv("MILLRACE_LEDGER");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file) return;
    wait_for_memory();
    bool balanced = true, memory_is_kept = false;
    (void)fprintf(file, "calls %ld\n", atomic_load(&calls));
    (void)fprintf(file, "device_bytes %ld\n", atomic_load(&device_bytes));
    (void)fprintf(file, "host_bytes %ld\n", atomic_load(&host_bytes));
    for (int k = LEDGER_NOTHING + 1; k < LEDGER_KINDS; k++) {
        long in = atomic_load(&created[k]), out = atomic_load(&released[k]);
        (void)fprintf(file, "%s %ld created %ld released\n", kind_names[k], in, out);
        if (k == LEDGER_SHARED)
            memory_is_kept = in != out;
        else
            balanced = balanced && in == out;
    }
    (void)fprintf(file, "%s%s\n", balanced ? "balanced" : "leaked",
                  memory_is_kept ? " but for memory" : "");
    (void)fclose(file);
}

void ledger_read_environment(void)
{
    if (getenv("MILLRACE_LEDGER")) (void)atexit(write_ledger);
}
