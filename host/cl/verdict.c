#include "cl/verdict.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <millrace/version.h>

#include "base/hash.h"
#include "cl/error_code.h"
#include "cl/finding.h"
#include "cl/selftest.h"

/* Optimisers are wrong more often than vectors are, and what they are wrong about is often a
 * vector: each alone costs less speed than both. */
const struct mr_rung mr_rungs[MR_RUNGS] = {
    {"as usual", false, false},
    {"kernels not optimised", true, false},
    {"kernels without vectors", false, true},
    {"kernels without vectors, not optimised", true, true},
};

/* ---- What others kept ---- */

/* That a device passed depends on what it was asked, the rest on all kernels, which are others in
 * another version of the library. */
static struct mr_finding finding_of(const char *word, unsigned rung)
{
    uint64_t hash = strcmp(word, "passed") == 0
                        ? mr_selftest_hash()
                        : mr_hash_bytes(MR_HASH_SEED, MR_VERSION, sizeof MR_VERSION);
    return (struct mr_finding){word, rung ? mr_hash_bytes(hash, &rung, sizeof rung) : hash};
}

static void put_finding(const char *word, const struct mr_device *d, unsigned rung,
                        const char *text)
{
    const struct mr_finding finding = finding_of(word, rung);
    mr_finding_put(&finding, d, text);
}

static bool read_finding(const char *word, const struct mr_device *d, unsigned rung, char text[],
                         size_t size)
{
    const struct mr_finding finding = finding_of(word, rung);
    return mr_finding_read(&finding, d, text, size);
}

static void read_findings(struct mr_verdict *out, const struct mr_device *d)
{
    char ignored[2];
    *out = (struct mr_verdict){.rung = 0};
    for (unsigned k = 0; k < MR_RUNGS && !out->is_passed && !out->reason[0]; k++) {
        out->is_passed = read_finding("passed", d, k, out->before, sizeof out->before);
        if (out->is_passed) out->rung = k;
        if (k == 0 && !out->is_passed)
            (void)read_finding("refused", d, 0, out->reason, sizeof out->reason);
    }
    if (out->is_passed)
        out->is_tried = read_finding("tried", d, out->rung, ignored, sizeof ignored);
}

/* ---- What this process knows ---- */

struct known {
    cl_device_id id;
    char driver[64]; /* with the id: a handle may be given again to another device */
    struct mr_verdict verdict;
};

enum { MOST_KNOWN = 64 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct known known[MOST_KNOWN];
static size_t known_count;
static bool asks_anew;

static struct known *find_known(const struct mr_device *d)
{
    for (size_t k = 0; k < known_count; k++)
        if (known[k].id == d->id && !strcmp(known[k].driver, d->driver)) return &known[k];
    return NULL;
}

/* Under the lock. NULL: this process has met too many. */
static struct known *know(const struct mr_device *d)
{
    struct known *k = find_known(d);
    if (k || known_count == MOST_KNOWN) return k;
    k = &known[known_count++];
    *k = (struct known){.id = d->id};
    memcpy(k->driver, d->driver, sizeof k->driver);
    if (!asks_anew) read_findings(&k->verdict, d);
    return k;
}

bool mr_verdict_of_process(struct mr_verdict *out, const struct mr_device *device)
{
    (void)pthread_mutex_lock(&lock);
    const struct known *k = find_known(device);
    *out = k ? k->verdict : (struct mr_verdict){.rung = 0};
    (void)pthread_mutex_unlock(&lock);
    return k != NULL;
}

void mr_verdict_find(struct mr_verdict *out, const struct mr_device *device)
{
    (void)pthread_mutex_lock(&lock);
    const struct known *k = know(device);
    *out = k ? k->verdict : (struct mr_verdict){.rung = 0};
    (void)pthread_mutex_unlock(&lock);
}

void mr_verdict_ask_anew(void)
{
    (void)pthread_mutex_lock(&lock);
    asks_anew = true;
    (void)pthread_mutex_unlock(&lock);
}

bool mr_verdict_asks_anew(void)
{
    (void)pthread_mutex_lock(&lock);
    bool asks = asks_anew;
    (void)pthread_mutex_unlock(&lock);
    return asks;
}

void mr_verdict_read_again(const struct mr_device *device)
{
    (void)pthread_mutex_lock(&lock);
    struct known *k = know(device);
    if (k) read_findings(&k->verdict, device);
    if (k) k->verdict.is_met = true;
    (void)pthread_mutex_unlock(&lock);
}

/* ---- What was found ---- */

void mr_verdict_pass(const struct mr_device *device)
{
    (void)pthread_mutex_lock(&lock);
    struct known *k = know(device);
    if (k) {
        k->verdict.is_passed = true;
        k->verdict.reason[0] = '\0';
    }
    if (k && !k->verdict.is_fleeting) {
        put_finding("passed", device, k->verdict.rung, k->verdict.before);
        put_finding("refused", device, 0, NULL);
        for (unsigned r = 0; r < k->verdict.rung; r++) put_finding("passed", device, r, NULL);
    }
    (void)pthread_mutex_unlock(&lock);
}

void mr_verdict_put_tried(const struct mr_device *device)
{
    (void)pthread_mutex_lock(&lock);
    struct known *k = know(device);
    if (k) k->verdict.is_tried = true;
    if (k && !k->verdict.is_fleeting) put_finding("tried", device, k->verdict.rung, "");
    (void)pthread_mutex_unlock(&lock);
}

/* Under the lock. */
static void refuse(struct known *k, const struct mr_device *device, const char *reason,
                   bool is_lasting)
{
    struct mr_verdict refused = {.is_fleeting = !is_lasting};
    (void)snprintf(refused.reason, sizeof refused.reason, "%s", reason);
    k->verdict = refused; /* which `reason` may be of */
    for (unsigned r = 0; r < MR_RUNGS; r++) {
        put_finding("passed", device, r, NULL);
        put_finding("tried", device, r, NULL);
    }
    put_finding("refused", device, 0, is_lasting ? k->verdict.reason : NULL);
}

void mr_verdict_fail(const struct mr_device *device, const char *reason, bool is_lasting)
{
    (void)pthread_mutex_lock(&lock);
    struct known *k = know(device);
    if (k && !is_lasting) k->verdict.is_fleeting = true;
    if (k && k->verdict.rung + 1 == MR_RUNGS) {
        refuse(k, device, k->verdict.before, !k->verdict.is_fleeting);
    } else if (k) {
        if (is_lasting) put_finding("passed", device, k->verdict.rung, NULL);
        if (is_lasting) put_finding("tried", device, k->verdict.rung, NULL);
        /* What is told of it is what it does without any care. */
        if (k->verdict.rung == 0)
            (void)snprintf(k->verdict.before, sizeof k->verdict.before, "%s", reason);
        k->verdict.is_passed = k->verdict.is_tried = false;
        k->verdict.rung++;
    }
    (void)pthread_mutex_unlock(&lock);
}

void mr_verdict_refuse(const struct mr_device *device, const char *reason, bool is_lasting)
{
    (void)pthread_mutex_lock(&lock);
    struct known *k = know(device);
    if (k) refuse(k, device, reason, is_lasting);
    (void)pthread_mutex_unlock(&lock);
}

void mr_verdict_tell(struct mr_device *device, const struct mr_verdict *verdict)
{
    device->rung = verdict->rung;
    device->is_short = verdict->reason[0] && verdict->is_fleeting;
    size_t used = strlen(device->reason);
    if (verdict->reason[0])
        mr_device_refuse(device, verdict->reason);
    else if (verdict->rung && !strstr(device->reason, mr_rungs[verdict->rung].words))
        (void)snprintf(device->reason + used, sizeof device->reason - used, "; %s: %s",
                       mr_rungs[verdict->rung].words, verdict->before);
}

mr_status mr_verdict_check(const struct mr_device *device, const struct mr_verdict *verdict,
                           mr_error *err)
{
    if (!verdict->reason[0]) return MR_OK;
    mr_status st = mr_fail(err, MR_E_NO_DEVICE, "device '%s' cannot be used: %s", device->name,
                           verdict->reason);
    if (err) (void)snprintf(err->device, sizeof err->device, "%s", device->name);
    if (verdict->is_fleeting) return mr_error_hint(err, st, "%s", mr_cl_lack_hint);
    return mr_error_hint(err, st,
                         "choose another with mr_stream_params.device, or use MR_ENGINE_HOST; "
                         "a changed driver is tried again");
}
