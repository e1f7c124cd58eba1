/* Input files: f64 in .npy, random in [-1, 1), in the build folder and in the page cache. They are
 * written anew for each run, so that the cache holds them in pages of the same size each time. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench.h"

const double *bench_input_columns[BENCH_MAX_COLUMNS];
char bench_input_paths[BENCH_MAX_COLUMNS][512];

enum { HEADER_BYTES = 128 };
#define FILE_BYTES (HEADER_BYTES + (off_t)BENCH_FILE_ELEMS * (off_t)sizeof(double))

/* SplitMix64. Steele, Lea, Flood: Fast splittable pseudorandom number generators (OOPSLA'14). */
static double next_value(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    z ^= z >> 31;
    return (double)(z >> 11) * 0x1p-52 - 1;
}

/* In large pieces, as np.save writes: Linux keeps a file in pages as large as what wrote it, and
 * the small ones of 4 KiB pieces take four times as long to map as to read. */
static bool write_values(FILE *f, uint64_t seed)
{
    static double block[1 << 21];
    enum { BLOCK = sizeof block / sizeof block[0] };
    for (int64_t done = 0; done < BENCH_FILE_ELEMS; done += BLOCK) {
        for (int k = 0; k < BLOCK; k++) block[k] = next_value(&seed);
        if (fwrite(block, sizeof *block, BLOCK, f) != BLOCK) return false;
    }
    return true;
}

static bool write_file(const char *path, uint64_t seed)
{
    char header[HEADER_BYTES], text[HEADER_BYTES];
    char partial[sizeof *bench_input_paths + sizeof ".part"];
    (void)snprintf(partial, sizeof partial, "%.*s.part", (int)sizeof *bench_input_paths - 1, path);
    FILE *f = fopen(partial, "wb");
    if (!f) return false;
    (void)snprintf(text, sizeof text, "{'descr': '<f8', 'fortran_order': False, 'shape': (%d,), }",
                   BENCH_FILE_ELEMS);
    memset(header, ' ', sizeof header);
    memcpy(header, "\x93NUMPY\x01\x00\x76\x00", 10);
    memcpy(header + 10, text, strlen(text));
    header[HEADER_BYTES - 1] = '\n';
    bool good = fwrite(header, 1, sizeof header, f) == sizeof header && write_values(f, seed);
    /* Or it would go to the disk while something is timed. */
    good = good && fflush(f) == 0 && fdatasync(fileno(f)) == 0;
    good = fclose(f) == 0 && good;
    return good && rename(partial, path) == 0;
}

static bool open_input(int number, const struct bench_options *o)
{
    char *path = bench_input_paths[number];
    (void)snprintf(path, sizeof bench_input_paths[number], "%s/bench/input_%c.npy", o->build_dir,
                   'a' + number);
    if (!write_file(path, (uint64_t)number + 1)) return false;
    int fd = open(path, O_RDONLY);
    if (fd < 0) return false;
    void *pages = mmap(NULL, (size_t)FILE_BYTES, PROT_READ, MAP_SHARED, fd, 0);
    (void)close(fd);
    if (pages == MAP_FAILED) return false;
    bench_input_columns[number] =
        (const double *)(const void *)((const char *)pages + HEADER_BYTES);
    /* Touched once: neither the disk nor the page tables are measured. */
    volatile double sum = 0;
    for (size_t k = 0; k < BENCH_FILE_ELEMS; k += 512) sum = sum + bench_input_columns[number][k];
    return true;
}

bool bench_inputs_open(const struct bench_options *o, int files, char *why, size_t why_size)
{
    for (int k = 0; k < files; k++) {
        if (bench_input_columns[k] || open_input(k, o)) continue;
        (void)snprintf(why, why_size, "no input file %s", bench_input_paths[k]);
        return false;
    }
    return true;
}
