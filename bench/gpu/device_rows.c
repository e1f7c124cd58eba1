/* The rows of a table, timed on a device: as kept there, and as delivered to the host.
 *
 *     device_rows DEVICE ROWS SECONDS FILE [quick]
 *
 * Of each row of the file ROWS it prints
 *
 *     name|positions a second, kept|bytes a second|positions a second, delivered|bytes a second
 *
 * where a value that is not there is 0: what gives one value is only kept. Time is from the first
 * pull to the end of all that was in flight. A length grows until the better of two passes takes
 * long enough. MEMORY stands for numbers that are on the device before, $FILE for those of a file,
 * which is made and unmade here, and $N for the length. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <millrace/millrace.h>

#include "base/memory.h"
#include "cl/buffer.h"

enum { TEXT_BYTES = 6000, NAME_BYTES = 80, MOST_MEMORY = 1 << 30, MOST_SHARED_MEMORY = 1 << 25 };
enum { MOST_FILE = 1 << 25 };
enum { OUT_OF_TIME = 124 }; /* as timeout(1) has it */

struct table {
    struct mr_session *session;
    const char *device;
    cl_mem memory; /* 0.25, 0.75, 0.25, ... */
    int64_t memory_count;
    const char *file; /* the same */
    int64_t file_count;
    int64_t least; /* positions of the first pass */
    double enough_s, end_s;
};

struct row {
    char name[NAME_BYTES];
    size_t result_bytes; /* of an element that is delivered; 0: one value leaves the device */
    const char *pipeline;
};

struct figure {
    double positions, bytes; /* a second */
};

struct pass {
    bool is_kept;
    size_t batch;
};

static double now_s(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* ---- sequences ---- */

static const char memory_word[] = "MEMORY |";

static bool is_from_memory(const struct row *row)
{
    return strncmp(row->pipeline, memory_word, sizeof memory_word - 1) == 0;
}

static const char file_word[] = "$FILE";

static bool is_from_file(const struct row *row)
{
    return strstr(row->pipeline, file_word) != NULL;
}

static void write_text(char out[TEXT_BYTES], const struct table *t, const char *pipeline, int64_t n)
{
    char length[24], file[TEXT_BYTES];
    const struct {
        const char *word, *text;
    } words[] = {{file_word, file}, {"$N", length}};
    size_t used = 0;
    (void)snprintf(length, sizeof length, "%" PRId64, n);
    (void)snprintf(file, sizeof file, "read(\"%s\", dtype=f64, format=raw) | take(%s)", t->file,
                   length);
    for (const char *at = pipeline; *at && used + 1 < TEXT_BYTES;) {
        size_t k = 0;
        while (k < 2 && strncmp(at, words[k].word, strlen(words[k].word)) != 0) k++;
        if (k == 2)
            out[used++] = *at++;
        else {
            (void)snprintf(out + used, TEXT_BYTES - used, "%s", words[k].text);
            used += strlen(out + used);
            at += strlen(words[k].word);
        }
    }
    out[used] = '\0';
}

static mr_status make_sequence(mr_seq **out, const struct table *t, const struct row *row,
                               int64_t n, mr_error *err)
{
    char text[TEXT_BYTES];
    write_text(text, t, row->pipeline, n);
    if (!is_from_memory(row)) return mr_seq_parse(out, text, err);
    const mr_buffer buffer = {.dtype = MR_F64, .memory = t->memory};
    mr_seq *memory = NULL;
    mr_status st = mr_seq_from_buffers(&memory, &buffer, 1, (size_t)n, err);
    if (st == MR_OK) st = mr_seq_pipe(out, memory, text + sizeof memory_word - 1, err);
    mr_seq_release(&memory);
    return st;
}

/* ---- one pass ---- */

static mr_status pull_all(mr_stream *s, bool is_kept, mr_error *err)
{
    mr_batch batch = {.len = 1};
    mr_device_batch kept = {.len = 1};
    mr_status st = MR_OK;
    while (st == MR_OK && (is_kept ? kept.len : batch.len) > 0)
        st = is_kept ? mr_stream_next_device(s, &kept, err) : mr_stream_next(s, &batch, err);
    return st;
}

/* To close a stream is to wait for what is in flight. */
static mr_status time_pass(struct figure *out, double *took_s, const struct table *t,
                           const struct row *row, int64_t n, const struct pass *pass, mr_error *err)
{
    mr_stream_params params = {.engine = MR_ENGINE_OPENCL, .batch_elems = pass->batch};
    if (is_from_memory(row)) {
        params.context = t->session->context;
        params.queue = t->session->transfers; /* which is in order */
    } else {
        params.device = t->device;
    }
    mr_seq *seq = NULL;
    mr_stream *stream = NULL;
    mr_stats stats = {0};
    mr_status st = make_sequence(&seq, t, row, n, err);
    if (st == MR_OK) st = mr_stream_open(&stream, seq, &params, err);
    double start_s = now_s();
    if (st == MR_OK) st = pull_all(stream, pass->is_kept, err);
    if (st == MR_OK) mr_stream_stats(stream, &stats);
    mr_stream_close(&stream);
    *took_s = now_s() - start_s;
    mr_seq_release(&seq);
    out->positions = (double)stats.computed / *took_s;
    out->bytes = (double)stats.elements * (double)row->result_bytes / *took_s;
    return st;
}

/* ---- a row ---- */

/* The better of two passes over as many positions as take long enough, after one that builds. */
static mr_status measure(struct figure *best, const struct table *t, const struct row *row,
                         const struct pass *pass, mr_error *err)
{
    bool is_fixed = is_from_memory(row) || is_from_file(row);
    int64_t n = is_from_file(row) ? t->file_count : is_fixed ? t->memory_count : t->least;
    double best_s = 0;
    MR_TRY(time_pass(best, &best_s, t, row, is_fixed ? t->least : n, pass, err));
    for (int tries = 0;; n *= 4) {
        best_s = 1e9;
        do {
            struct figure figure;
            double took_s;
            MR_TRY(time_pass(&figure, &took_s, t, row, n, pass, err));
            if (took_s < best_s) *best = figure;
            if (took_s < best_s) best_s = took_s;
        } while (++tries % (is_fixed ? 8 : 2) != 0);
        if (is_fixed || best_s >= t->enough_s || n >= INT64_C(1) << 40) return MR_OK;
    }
}

/* Kept in batches of several sizes, since each is a launch of its own if it is large: the best. */
static mr_status measure_row(struct figure *kept, struct figure *delivered, const struct table *t,
                             const struct row *row, mr_error *err)
{
    static const size_t batches[] = {1 << 22, 1 << 24};
    const struct pass delivery = {.is_kept = false};
    bool is_gpu = t->enough_s > 0 && !t->session->device.shares_memory;
    size_t count = is_gpu ? sizeof batches / sizeof batches[0] : 0;
    *kept = *delivered = (struct figure){0};
    if (row->result_bytes == 0) return measure(kept, t, row, &delivery, err);
    MR_TRY(measure(delivered, t, row, &delivery, err));
    const struct pass keeping = {.is_kept = true};
    MR_TRY(measure(kept, t, row, &keeping, err));
    for (size_t k = 0; k < count; k++) {
        struct figure figure;
        const struct pass larger = {.is_kept = true, .batch = batches[k]};
        if (measure(&figure, t, row, &larger, err) != MR_OK) break; /* no memory for slots of it */
        if (figure.positions > kept->positions) *kept = figure;
    }
    return MR_OK;
}

static bool read_row(struct row *row, char *line)
{
    char *name = strtok(line, "|"), *bytes = strtok(NULL, "|"), *target = strtok(NULL, "|");
    char *pipeline = strtok(NULL, "\n");
    if (!name || name[0] == '#' || !bytes || !target || !pipeline) return false;
    (void)snprintf(row->name, sizeof row->name, "%s", name);
    size_t length = strlen(row->name);
    while (length > 0 && row->name[length - 1] == ' ') row->name[--length] = '\0';
    row->result_bytes = strtoul(bytes, NULL, 10);
    row->pipeline = pipeline + strspn(pipeline, " ");
    return true;
}

static mr_status time_row(const struct table *t, const struct row *row)
{
    struct figure kept, delivered;
    mr_error err = {0};
    mr_status st = measure_row(&kept, &delivered, t, row, &err);
    if (st == MR_OK)
        printf("%s|%.0f|%.0f|%.0f|%.0f\n", row->name, kept.positions, kept.bytes,
               delivered.positions, delivered.bytes);
    else
        (void)fprintf(stderr, "%s: %s\n", row->name, err.message);
    (void)fflush(stdout);
    return st == MR_E_NO_FP64 ? MR_OK : st;
}

/* How many rows were left out because the time was over. */
static mr_status time_rows(int *left_out, const struct table *t, FILE *rows, bool is_quick)
{
    enum { OF = 6 };
    char line[TEXT_BYTES];
    mr_status st = MR_OK;
    for (int number = 0; fgets(line, sizeof line, rows);) {
        struct row row;
        if (!read_row(&row, line)) continue;
        if (is_quick && number++ % OF != 0) continue;
        if (now_s() >= t->end_s) (*left_out)++;
        mr_status of_row = now_s() < t->end_s ? time_row(t, &row) : MR_OK;
        if (of_row != MR_OK) st = of_row;
    }
    return st;
}

/* ---- the device ---- */

static mr_status write_file(const struct table *t, mr_error *err)
{
    enum { ELEMS = 1 << 14 };
    static double numbers[ELEMS];
    FILE *file = fopen(t->file, "wb");
    if (!file) return mr_fail_errno(err, "fopen", t->file);
    for (size_t k = 0; k < ELEMS; k++) numbers[k] = k % 2 ? 0.75 : 0.25;
    bool is_written = true;
    for (int64_t at = 0; at < t->file_count; at += ELEMS)
        is_written = is_written && fwrite(numbers, sizeof numbers, 1, file) == 1;
    if (fclose(file) == 0 && is_written) return MR_OK;
    return mr_fail_errno(err, "fwrite", t->file);
}

static mr_status fill_memory(struct table *t, mr_error *err)
{
    static const double pattern[] = {0.25, 0.75};
    struct mr_session *s = t->session;
    const struct mr_command command = {.queue = s->transfers};
    if (s->device.shares_memory && t->memory_count > MOST_SHARED_MEMORY)
        t->memory_count = MOST_SHARED_MEMORY;
    size_t bytes = (size_t)t->memory_count * sizeof(double);
    while (bytes > 1 << 20 &&
           (bytes > s->device.max_alloc_bytes || bytes > s->device.memory_bytes / 8))
        bytes /= 2;
    t->memory_count = (int64_t)(bytes / sizeof(double));
    MR_TRY(mr_buffer_create(s, CL_MEM_READ_WRITE, bytes, NULL, "MEMORY", &t->memory, err));
    MR_TRY(mr_buffer_fill(s, &command, t->memory, pattern, sizeof pattern, 0, bytes, err));
    return mr_queue_finish(s, command.queue, err);
}

static mr_status run(struct table *t, int *left_out, const char *path, bool is_quick, mr_error *err)
{
    const mr_stream_params params = {.engine = MR_ENGINE_OPENCL, .device = t->device};
    FILE *rows = fopen(path, "r");
    if (!rows) return mr_fail_errno(err, "fopen", path);
    mr_status st = mr_session_open(&t->session, &params, false, err);
    if (st == MR_OK) st = fill_memory(t, err);
    t->file_count = t->memory_count < MOST_FILE ? t->memory_count : MOST_FILE;
    if (st == MR_OK) st = write_file(t, err);
    if (st == MR_OK) st = time_rows(left_out, t, rows, is_quick);
    (void)fclose(rows);
    return st;
}

int main(int argc, char **argv)
{
    if (argc < 5) return 2;
    bool is_quick = argc > 5;
    struct table t = {
        .device = argv[1],
        .memory_count = is_quick ? 1 << 16 : MOST_MEMORY,
        .least = is_quick ? 1 << 16 : 1 << 20,
        .enough_s = is_quick ? 0 : 0.1,
        .end_s = now_s() + strtod(argv[3], NULL),
        .file = argv[4],
    };
    mr_error err = {0};
    int left_out = 0;
    mr_status st = run(&t, &left_out, argv[2], is_quick, &err);
    if (err.message[0]) (void)fprintf(stderr, "%s\n", err.message);
    (void)remove(t.file);
    mr_buffer_release(&t.memory);
    mr_session_close(&t.session);
    if (left_out) (void)fprintf(stderr, "no time was left for %d rows\n", left_out);
    return st == MR_OK && left_out ? OUT_OF_TIME : mr_status_exit_code(st);
}
