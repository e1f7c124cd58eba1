/* A stream that is saved goes on in a fresh process, on the other engine, with another batch and
 * ring; so does what is saved there, three times in a row. Each leg of a journey is in a process of
 * its own, which many journeys share: none has opened their streams before. `--part K/N` takes
 * every Nth text, from the Kth on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/memory.h"
#include "cl/child.h"
#include "conformance/pattern_text.h"
#include "conformance/stage_pairs.h"
#include "ir/op.h"
#include "rig.h"
#include "saved.h"

enum { LEGS = 4, JOURNEYS = 5000, SAID_BYTES = 200, LENGTH = 1500 };

static const struct way ways[2][LEGS] = {
    {{MR_ENGINE_HOST, 64, 2, 0, NULL},
     {MR_ENGINE_OPENCL, 100, 3, 0, NULL},
     {MR_ENGINE_HOST, 37, 3, 0, NULL},
     {MR_ENGINE_OPENCL, 1000, 2, 0, NULL}},
    {{MR_ENGINE_OPENCL, 100, 2, 0, NULL},
     {MR_ENGINE_HOST, 64, 4, 0, NULL},
     {MR_ENGINE_OPENCL, 50, 3, 0, NULL},
     {MR_ENGINE_HOST, 500, 2, 0, NULL}},
};

struct leg {
    int64_t from, to; /* positions */
    uint64_t hash;    /* of the elements between them */
};

struct journey {
    char text[TEXT_BYTES], said[SAID_BYTES]; /* said: why it failed */
    size_t n, step; /* saved after n elements, and then twice, each after so many more */
    unsigned way;
    struct leg legs[LEGS];
    mr_status end;
    size_t size;
    unsigned char state[STATE_BYTES];
};

/* ---- a leg, in any process ---- */

static uint64_t hash_of(const struct record *r, size_t first, size_t len, const mr_seq *seq)
{
    uint64_t hash = MR_HASH_SEED;
    for (size_t c = 0; c < r->column_count; c++) {
        size_t size = mr_dtype_size(mr_seq_column_dtype(seq, c));
        hash = mr_hash_bytes(hash, r->columns[c] + first * size, len * size);
    }
    return hash;
}

static mr_status walk(struct journey *j, unsigned leg, const mr_seq *seq, mr_stream *s,
                      mr_error *err)
{
    static struct record r;
    size_t most = leg == 0 ? j->n : leg + 1 < LEGS ? j->step : MOST;
    r.len = 0;
    r.end = MR_OK;
    j->legs[leg].from = mr_stream_tell(s);
    saved_read(&r, s, seq, most);
    j->legs[leg].to = mr_stream_tell(s);
    j->legs[leg].hash = hash_of(&r, 0, r.len, seq);
    j->end = r.end;
    return leg + 1 < LEGS ? mr_stream_save(s, j->state, sizeof j->state, &j->size, err) : MR_OK;
}

static void travel(struct journey *j, unsigned leg)
{
    const mr_stream_params params = saved_params(ways[j->way][leg]);
    mr_error err = {.status = MR_OK};
    mr_seq *seq = NULL;
    mr_stream *s = NULL;
    mr_status st = mr_seq_parse(&seq, j->text, &err);
    if (st == MR_OK)
        st = leg ? mr_stream_restore(&s, seq, &params, j->state, j->size, &err)
                 : mr_stream_open(&s, seq, &params, &err);
    if (st == MR_OK) st = walk(j, leg, seq, s, &err);
    if (st != MR_OK || j->size > sizeof j->state)
        (void)snprintf(j->said, sizeof j->said, "leg %u: %.170s", leg, err.message);
    mr_stream_close(&s);
    mr_seq_release(&seq);
}

/* ---- a fresh process ---- */

static struct journey *journeys; /* all those that travel together */
static size_t journey_count;

static bool keep_journeys(const char *path, const char *mode)
{
    FILE *file = fopen(path, mode);
    size_t done = 0;
    if (!file) return false;
    if (mode[0] == 'w')
        done = fwrite(journeys, sizeof *journeys, journey_count, file);
    else
        done = journey_count = fread(journeys, sizeof *journeys, JOURNEYS, file);
    return fclose(file) == 0 && done == journey_count;
}

CHILD(journeys_go_on)
{
    const char *path = getenv("MILLRACE_JOURNEYS"), *leg = getenv("MILLRACE_JOURNEYS_LEG");
    journeys = malloc(JOURNEYS * sizeof *journeys);
    if (!journeys || !path || !leg || !keep_journeys(path, "rb")) abort();
    for (size_t k = 0; k < journey_count; k++)
        if (!journeys[k].said[0]) travel(&journeys[k], (unsigned)atoi(leg));
    if (!keep_journeys(path, "wb")) abort();
}

/* The C library's allocator keeps what is freed: a third of the time went into pages that each
 * stream gave back, and the next one had cleared again. */
static void go_through_processes(const char *path)
{
    char file[300], number[40];
    CU_ASSERT_TRUE_FATAL(keep_journeys(path, "wb"));
    (void)snprintf(file, sizeof file, "MILLRACE_JOURNEYS=%s", path);
    for (unsigned leg = 0; leg < LEGS; leg++) {
        (void)snprintf(number, sizeof number, "MILLRACE_JOURNEYS_LEG=%u", leg);
        struct child_result r = child_run(
            "journeys_go_on", (const char *[]){file, number, "MALLOC_TRIM_THRESHOLD_=268435456",
                                               "MALLOC_MMAP_THRESHOLD_=33554432", NULL});
        CU_ASSERT_EQUAL_FATAL(r.exit_code, EXIT_SUCCESS);
    }
    CU_ASSERT_TRUE_FATAL(keep_journeys(path, "rb"));
}

/* ---- what came of it ---- */

static bool is_right(const struct journey *j, const struct record *all, const mr_seq *seq)
{
    int64_t at = 0;
    for (unsigned leg = 0; leg < LEGS; leg++) {
        const struct leg *l = &j->legs[leg];
        if (l->from != at || l->to < at || l->to > (int64_t)all->len) return false;
        if (l->hash != hash_of(all, (size_t)at, (size_t)(l->to - at), seq)) return false;
        at = l->to;
    }
    return at == (int64_t)all->len && j->end == all->end;
}

static void check_journey(const struct journey *j, const struct record *all, const mr_seq *seq)
{
    bool is_good = !j->said[0] && is_right(j, all, seq);
    CU_ASSERT_TRUE(is_good);
    if (!is_good)
        printf("\n  %s: saved at %zu, then each %zu; from way %u: %s", j->text, j->n, j->step,
               j->way, j->said);
}

static void read_all(struct record *all, const mr_seq *seq)
{
    const mr_stream_params params = {.engine = MR_ENGINE_HOST};
    mr_stream *s = rig_open(seq, &params);
    all->len = 0;
    all->end = MR_OK;
    saved_read(all, s, seq, MOST);
    mr_stream_close(&s);
}

static void check_journeys(void)
{
    static struct record all;
    mr_seq *seq = NULL;
    for (size_t k = 0; k < journey_count; k++) {
        const struct journey *j = &journeys[k];
        if (k == 0 || strcmp(j->text, journeys[k - 1].text) != 0) {
            mr_seq_release(&seq);
            seq = rig_parse(j->text);
            read_all(&all, seq);
        }
        check_journey(j, &all, seq);
    }
    mr_seq_release(&seq);
}

static size_t text_count, text_total, arrived; /* texts of all parts so far and at the end */

static void arrive(void)
{
    const char *base = getenv("TMPDIR");
    char path[200];
    if (!journey_count) return;
    (void)snprintf(path, sizeof path, "%s/millrace-journeys-%ld", base ? base : "/tmp",
                   (long)getpid());
    go_through_processes(path);
    CU_ASSERT_EQUAL(remove(path), 0);
    check_journeys();
    arrived += journey_count;
    journey_count = 0;
    if (!tests_long) return;
    printf("\n  text %zu of %zu: %zu journeys, each with %d saves", text_count, text_total, arrived,
           LEGS - 1);
    (void)fflush(stdout);
}

static void set_out(const char *text, size_t n, unsigned way)
{
    if (journey_count == JOURNEYS) arrive();
    struct journey *j = &journeys[journey_count++];
    *j = (struct journey){.n = n, .step = 1 + n % 130, .way = way};
    (void)snprintf(j->text, sizeof j->text, "%s", text);
}

/* Whether another text is of this part, and not just counted. */
static bool takes_text(void)
{
    text_count++;
    return journeys && (!tests_parts || text_count % tests_parts == tests_part % tests_parts);
}

/* At every element up to `most`, and at batches' ends; only a few of these in a short run. */
static void set_out_at_each(const char *text, size_t most)
{
    if (!takes_text()) return;
    static const size_t few[] = {1, 99, 257}, beyond[] = {499, 500, 501, 999, 1000, 1001};
    for (unsigned way = 0; way < 2; way++) {
        for (size_t n = 0; tests_long && n <= most; n++) set_out(text, n, way);
        for (size_t k = 0; tests_long && k < sizeof beyond / sizeof beyond[0]; k++)
            set_out(text, beyond[k], way);
        for (size_t k = 0; !tests_long && k < sizeof few / sizeof few[0]; k++)
            set_out(text, few[k] < most ? few[k] : most, way);
    }
}

static void travel_with(void (*set_all_out)(void))
{
    text_count = arrived = journey_count = 0;
    set_all_out();
    text_total = text_count;
    text_count = 0;
    journeys = malloc(JOURNEYS * sizeof *journeys);
    CU_ASSERT_PTR_NOT_NULL_FATAL(journeys);
    set_all_out();
    arrive();
    free(journeys);
    journeys = NULL;
}

/* ---- who travels ---- */

static void set_out_kinds(void)
{
    char text[TEXT_BYTES];
    const char *const *kinds = saved_kinds;
    for (size_t a = 0; a < SAVED_KINDS; a++)
        for (size_t b = 0; b < SAVED_KINDS; b++) {
            /* Each as the first and as the second of a pair. */
            if (!tests_long && b != (a * 2 + 5) % SAVED_KINDS) continue;
            (void)snprintf(text, sizeof text, "%s | %s | %s",
                           saved_sources[(a + b) % SAVED_SOURCES], kinds[a], kinds[b]);
            set_out_at_each(text, 257);
        }
    for (size_t a = 0; a < SAVED_KINDS; a++) {
        if (!tests_long && a % 5) continue;
        (void)snprintf(text, sizeof text, "%s | %s", kinds[SAVED_KINDS], kinds[a]);
        set_out_at_each(text, 257);
        (void)snprintf(text, sizeof text, "zip(a: range(900) | %s, b: range(9, 800)) | map(a - b)",
                       kinds[a]);
        set_out_at_each(text, 257);
    }
}

static void pairs_of_kinds(void)
{
    travel_with(set_out_kinds);
}

/* An operator's known answers are short ones. */
static void set_out_answers(void)
{
    for (size_t k = 0; k < mr_ops_count; k++) {
        const struct mr_op *op = mr_ops[k];
        if (!tests_long && k % 12) continue;
        for (size_t n = 0; n < (tests_long ? sizeof op->known / sizeof op->known[0] : 1); n++) {
            const char *text = op->known[n].pipeline;
            if (!text || op->feed || strstr(text, "read(") || strstr(text, "stdin(")) continue;
            if (!takes_text()) continue;
            for (size_t at = 0; at < (tests_long ? 9 : 1); at++) set_out(text, at, at % 2);
            set_out(text, 3, k % 2);
        }
    }
}

static void known_answers(void)
{
    travel_with(set_out_answers);
}

/* Behind elements that are packed anew, where the operator goes there. */
static bool write_operator(char text[TEXT_BYTES], const struct mr_op *op)
{
    static const char *const before[] = {"range(5, 3005, 2) | filter(x % 4 != 3) | ",
                                         "range(N) | "};
    char pattern[TEXT_BYTES], call[TEXT_BYTES / 2];
    bool is_source = op->role == MR_SOURCE;
    mr_status st = MR_E_SYNTAX;
    if (op->role == MR_TERMINAL || !operator_call(call, sizeof call, op)) return false;
    for (size_t k = is_source ? 1 : 0; k < 2 && st != MR_OK; k++) {
        mr_seq *seq = NULL;
        (void)snprintf(pattern, sizeof pattern, "%s%s", is_source ? "" : before[k], call);
        pattern_text(text, TEXT_BYTES, pattern, LENGTH);
        st = mr_seq_parse(&seq, text, NULL);
        mr_seq_release(&seq);
    }
    return true;
}

static void set_out_operators(void)
{
    for (size_t k = 0; k < mr_ops_count; k++) {
        char text[TEXT_BYTES];
        if (!tests_long && k % 12 != 7) continue;
        if (write_operator(text, mr_ops[k])) set_out_at_each(text, 257);
    }
}

static void operators(void)
{
    travel_with(set_out_operators);
}

SUITE(journey, {"each_pair_of_kinds_goes_on_in_other_processes_on_other_engines", pairs_of_kinds},
      {"each_operator_goes_on_in_other_processes_on_other_engines", operators},
      {"each_known_answer_goes_on_in_other_processes_on_other_engines", known_answers},
      NOTHING_IS_LEFT_BEHIND);
