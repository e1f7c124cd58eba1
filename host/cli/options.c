#include "cli/options.h"

#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "cli/option_values.h"
#include "engine/knobs.h"
#include "plan/profile.h"

struct row;
typedef mr_status setter(struct mr_options *o, const struct row *row, const char *value,
                         mr_error *err);
static setter set_engine, set_device, set_batch, set_ring, set_max_memory, set_output, set_format,
    set_plot, set_file, set_save, set_every, set_resume, set_stats, set_take, set_quiet, set_staged,
    set_math, set_no_fuse, set_no_map, set_shape, set_quick, set_all, set_kernels, set_passes,
    set_markdown, set_shard, set_partial, set_usage, set_help, set_version;

enum {
    STREAM_TAKERS = MR_FOR_RUN | MR_FOR_EXPLAIN,
    PIPELINE_TAKERS = STREAM_TAKERS | MR_FOR_VERIFY
};

static const struct row {
    const char *name;
    const char *value; /* NULL: takes none; in brackets: may be left out */
    int letter;
    unsigned takers;
    setter *set;
    const char *brief; /* NULL: not shown */
} rows[] = {
    {"engine", "auto|host|opencl", 0, PIPELINE_TAKERS | MR_FOR_USAGE, set_engine,
     "who computes (auto: the host until an OpenCL device is ready)"},
    {"device", "NAME", 0,
     PIPELINE_TAKERS | MR_FOR_DEVICES | MR_FOR_TUNE | MR_FOR_DOCTOR | MR_FOR_USAGE, set_device,
     "a part of its or its platform's name, or its number; several: 0,1 or all"},
    {"batch", "N", 0, STREAM_TAKERS, set_batch, "elements delivered at once (65536)"},
    {"ring", "N", 0, STREAM_TAKERS, set_ring, "work units in flight, 2 to 16 (3)"},
    {"max-memory", "SIZE", 0, PIPELINE_TAKERS | MR_FOR_USAGE, set_max_memory,
     "refuse to start if more would be needed: 64MiB, 1G"},
    {"output", "FILE", 'o', MR_FOR_RUN | MR_FOR_MERGE | MR_FOR_USAGE, set_output,
     "write there, whole or not at all, instead of to standard output; .svg .png: a picture"},
    {"plot", NULL, 0, MR_FOR_RUN | MR_FOR_MERGE | MR_FOR_USAGE, set_plot,
     "draw what comes, with characters; hist() as bars"},
    {"format", MR_SINK_CHOICES, 0, MR_FOR_RUN | MR_FOR_MERGE | MR_FOR_USAGE, set_format,
     "of the output (as the suffix of -o FILE says, .csv or .arrow; else text)"},
    {"no-fuse", NULL, 0, PIPELINE_TAKERS, set_no_fuse,
     "compute every stage into a buffer of its own: slower, the same bits"},
    {"no-map", NULL, 0, PIPELINE_TAKERS, set_no_map,
     "read files, never map them: for those that others may cut short"},
    {"shape", "SHAPE", 0, PIPELINE_TAKERS, set_shape,
     "of the kernels, as millrace devices shows it: the same bits"},
    {"file", "FILE", 'f', PIPELINE_TAKERS | MR_FOR_TEXT | MR_FOR_USAGE, set_file,
     "read the pipeline's text from FILE, - for standard input"},
    {"save", "FILE", 0, MR_FOR_RUN | MR_FOR_USAGE, set_save,
     "keep there how far the run is, so that --resume goes on; also when it stops early"},
    {"shard", "K/N|auto", 0, MR_FOR_RUN | MR_FOR_USAGE, set_shard,
     "part K of N alone, from 0; auto: as mpirun, srun or torchrun say. {k} in names of files: K"},
    {"partial", NULL, 0, MR_FOR_RUN | MR_FOR_MERGE | MR_FOR_USAGE, set_partial,
     "of a terminal: write to -o FILE what millrace merge needs of the part"},
    {"every", "TIME", 0, MR_FOR_RUN, set_every, "how often: 500ms, 30s, 5m, 1h (30s)"},
    {"resume", "FILE", 0, MR_FOR_RUN | MR_FOR_USAGE, set_resume,
     "go on with the run that was saved there, instead of PIPELINE"},
    {"stats", "[json]", 0, MR_FOR_RUN | MR_FOR_USAGE, set_stats,
     "say on standard error what it took"},
    {"take", "N", 0, MR_FOR_VERIFY | MR_FOR_USAGE, set_take, "verify the first N elements (1e6)"},
    {"all", NULL, 0, MR_FOR_VERIFY, set_all,
     "instead of PIPELINE: every operator on every device, which is then used by itself"},
    {"quiet", NULL, 'q', MR_FOR_RUN | MR_FOR_MERGE, set_quiet,
     "nothing but errors on standard error"},
    {"kernels", NULL, 0, MR_FOR_EXPLAIN | MR_FOR_USAGE, set_kernels,
     "print the generated source, too"},
    {"passes", NULL, 0, MR_FOR_EXPLAIN, set_passes,
     "print, too, how each value is made, by what kernel, and what holds it"},
    {"markdown", NULL, 0, MR_FOR_OPS, set_markdown, "as the tables of README.md"},
    {"math", "own|native", 0, STREAM_TAKERS, set_math,
     "native: the device's own exp, log, sin, ...; other devices may give other bits (own)"},
    {"quick", NULL, 0, MR_FOR_TUNE, set_quick, NULL},
    {"staged", NULL, 0, PIPELINE_TAKERS, set_staged, NULL},
    {"usage", NULL, 'h', MR_FOR_ALL | MR_FOR_USAGE, set_usage,
     "commands, and the options that are used most"},
    {"help", NULL, 0, MR_FOR_ALL | MR_FOR_USAGE, set_help, "all commands, options and operators"},
    {"version", NULL, 'V', MR_FOR_ALL, set_version, "the version"},
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0], FIRST_LONG_CODE = 256 };

/* Its choices stand in the order of mr_engine_choice. */
static mr_status set_engine(struct mr_options *o, const struct row *row, const char *value,
                            mr_error *err)
{
    int place;
    MR_TRY(mr_parse_choice(&place, row->name, row->value, value, err));
    o->stream.engine = (mr_engine_choice)place;
    return MR_OK;
}

/* And these in the order of enum mr_sink_format. */
static mr_status set_format(struct mr_options *o, const struct row *row, const char *value,
                            mr_error *err)
{
    int place;
    MR_TRY(mr_parse_choice(&place, row->name, row->value, value, err));
    o->format = (enum mr_sink_format)place;
    o->has_format = true;
    return MR_OK;
}

static mr_status set_math(struct mr_options *o, const struct row *row, const char *value,
                          mr_error *err)
{
    int place;
    MR_TRY(mr_parse_choice(&place, row->name, row->value, value, err));
    o->stream.native_math = place == 1;
    return MR_OK;
}

static mr_status set_stats(struct mr_options *o, const struct row *row, const char *value,
                           mr_error *err)
{
    (void)row;
    if (value && strcmp(value, "json") != 0)
        return mr_error_hint(err, mr_fail(err, MR_E_NAME, "--stats: '%s' is no form", value),
                             "--stats or --stats=json");
    o->stats = value ? MR_STATS_JSON : MR_STATS_LINES;
    o->stream.watch_sums = true;
    return MR_OK;
}

static mr_status set_batch(struct mr_options *o, const struct row *row, const char *value,
                           mr_error *err)
{
    unsigned long count;
    MR_TRY(mr_parse_count(&count, row->name, value, 1, 1ul << 24, err));
    o->stream.batch_elems = count;
    return MR_OK;
}

static mr_status set_take(struct mr_options *o, const struct row *row, const char *value,
                          mr_error *err)
{
    MR_TRY(mr_read_count(&o->take, value, err));
    if (o->take >= 1) return MR_OK;
    return mr_fail(err, MR_E_VALUE, "--%s: '%s' is not a count of elements", row->name, value);
}

static mr_status set_ring(struct mr_options *o, const struct row *row, const char *value,
                          mr_error *err)
{
    unsigned long count;
    MR_TRY(mr_parse_count(&count, row->name, value, 2, 16, err));
    o->stream.ring_slots = (unsigned)count;
    return MR_OK;
}

static mr_status set_max_memory(struct mr_options *o, const struct row *row, const char *value,
                                mr_error *err)
{
    (void)row;
    return mr_parse_size(&o->stream.max_memory_bytes, value, err);
}

static mr_status set_device(struct mr_options *o, const struct row *row, const char *value,
                            mr_error *err)
{
    (void)row, (void)err;
    o->stream.device = value;
    return MR_OK;
}

static mr_status set_shape(struct mr_options *o, const struct row *row, const char *value,
                           mr_error *err)
{
    struct mr_profile profile = {.has_fp64 = true};
    (void)row;
    MR_TRY(mr_profile_parse(&profile, value, err));
    o->stream.shape = value;
    return MR_OK;
}

static mr_status set_output(struct mr_options *o, const struct row *row, const char *value,
                            mr_error *err)
{
    (void)row, (void)err;
    o->output = strcmp(value, "-") == 0 ? NULL : value;
    return MR_OK;
}

static mr_status set_file(struct mr_options *o, const struct row *row, const char *value,
                          mr_error *err)
{
    (void)row, (void)err;
    o->file = value;
    return MR_OK;
}

static mr_status set_save(struct mr_options *o, const struct row *row, const char *value,
                          mr_error *err)
{
    (void)row, (void)err;
    o->save = value;
    return MR_OK;
}

static mr_status set_resume(struct mr_options *o, const struct row *row, const char *value,
                            mr_error *err)
{
    (void)row, (void)err;
    o->resume = value;
    return MR_OK;
}

static mr_status set_shard(struct mr_options *o, const struct row *row, const char *value,
                           mr_error *err)
{
    (void)row;
    return mr_rank_read(&o->shard, value, err);
}

static mr_status set_every(struct mr_options *o, const struct row *row, const char *value,
                           mr_error *err)
{
    return mr_parse_time(&o->every_ns, row->name, value, err);
}

#define FLAG_SETTER(function, member)                                                              \
    static mr_status function(struct mr_options *o, const struct row *row, const char *value,      \
                              mr_error *err)                                                       \
    {                                                                                              \
        (void)row, (void)value, (void)err;                                                         \
        o->member = true;                                                                          \
        return MR_OK;                                                                              \
    }
FLAG_SETTER(set_partial, partial)
FLAG_SETTER(set_quiet, quiet)
FLAG_SETTER(set_plot, plot)
FLAG_SETTER(set_no_fuse, stream.no_fuse)
FLAG_SETTER(set_no_map, stream.no_map)
FLAG_SETTER(set_quick, quick)
FLAG_SETTER(set_all, all)
FLAG_SETTER(set_kernels, with_kernels)
FLAG_SETTER(set_passes, with_passes)
FLAG_SETTER(set_markdown, markdown)
FLAG_SETTER(set_usage, usage)
FLAG_SETTER(set_help, help)
FLAG_SETTER(set_version, version)

static mr_status set_staged(struct mr_options *o, const struct row *row, const char *value,
                            mr_error *err)
{
    static const struct mr_knobs staged = {.staged_copies = true};
    (void)row, (void)value, (void)err;
    o->stream.knobs = &staged;
    return MR_OK;
}

/* getopt_long()'s form of the table. Codes are FIRST_LONG_CODE + row, so that letters stay
 * apart. */
static void fill_getopt(struct option longs[ROW_COUNT + 1], char letters[2 * ROW_COUNT + 2])
{
    *letters++ = ':'; /* a missing value is told apart from an unknown option */
    for (int k = 0; k < ROW_COUNT; k++) {
        bool optional = rows[k].value && rows[k].value[0] == '[';
        int has_value = optional        ? optional_argument
                        : rows[k].value ? required_argument
                                        : no_argument;
        longs[k] = (struct option){rows[k].name, has_value, NULL, FIRST_LONG_CODE + k};
        if (!rows[k].letter) continue;
        *letters++ = (char)rows[k].letter;
        if (has_value == required_argument) *letters++ = ':';
    }
    longs[ROW_COUNT] = (struct option){0};
    *letters = '\0';
}

static int row_of_code(int code)
{
    if (code >= FIRST_LONG_CODE) return code - FIRST_LONG_CODE;
    for (int k = 0; k < ROW_COUNT; k++)
        if (rows[k].letter == code) return k;
    return -1;
}

static mr_status fail_unknown(const char *given, mr_error *err)
{
    if (optopt >= FIRST_LONG_CODE)
        return mr_fail(err, MR_E_ARITY, "--%s takes no value", rows[row_of_code(optopt)].name);
    const char *names[ROW_COUNT];
    for (size_t k = 0; k < ROW_COUNT; k++) names[k] = rows[k].name;
    char name[32];
    if (optopt)
        (void)snprintf(name, sizeof name, "-%c", optopt);
    else
        (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(given, "="), given);
    mr_status st = mr_fail(err, MR_E_NAME, "unknown or ambiguous option '%s'", name);
    const char *nearest = mr_nearest_name(name + strspn(name, "-"), names, ROW_COUNT);
    if (nearest) return mr_error_hint(err, st, "did you mean --%s?", nearest);
    return mr_error_hint(err, st, "millrace --help lists them");
}

mr_status mr_options_parse(struct mr_options *out, int argc, char **argv, int *first, mr_error *err)
{
    struct option longs[ROW_COUNT + 1];
    char letters[2 * ROW_COUNT + 2];
    fill_getopt(longs, letters);
    *out = (struct mr_options){0};
    opterr = 0;
    for (int code; (code = getopt_long(argc, argv, letters, longs, NULL)) != -1;) {
        int row = row_of_code(code);
        if (code == ':') {
            row = row_of_code(optopt);
            return mr_fail(err, MR_E_ARITY, "--%s needs a value: %s", rows[row].name,
                           rows[row].value);
        }
        if (row < 0) return fail_unknown(argv[optind - 1], err);
        out->given |= 1ul << row;
        MR_TRY(rows[row].set(out, &rows[row], optarg, err));
    }
    *first = optind;
    return MR_OK;
}

mr_status mr_options_check(const struct mr_options *options, const struct mr_command *command,
                           mr_error *err)
{
    for (size_t k = 0; k < ROW_COUNT; k++) {
        if (!(options->given >> k & 1) || (rows[k].takers & command->taker)) continue;
        mr_status st = mr_fail(err, MR_E_NAME, "%s takes no --%s", command->name, rows[k].name);
        if (strcmp(rows[k].name, "take") == 0)
            return mr_error_hint(err, st, "it is for verify; in a pipeline write | take(n)");
        return mr_error_hint(err, st, "millrace %s --help lists its options", command->name);
    }
    return MR_OK;
}

/* "-o, --output FILE" */
static void write_left(char *out, size_t size, const struct row *row)
{
    const char *value = row->value ? row->value : "";
    const char *between = value[0] == '[' ? "[=" : value[0] ? " " : "";
    char letter[8] = "";
    if (row->letter) (void)snprintf(letter, sizeof letter, "-%c, ", row->letter);
    (void)snprintf(out, size, "%s--%s%s%s", letter, row->name, between, value + (value[0] == '['));
}

void mr_options_print(enum mr_takers takers)
{
    for (size_t k = 0; k < ROW_COUNT; k++) {
        char left[48];
        if (!rows[k].brief || !(rows[k].takers & takers)) continue;
        write_left(left, sizeof left, &rows[k]);
        printf("  %-26s %s\n", left, rows[k].brief);
    }
}

void mr_options_each(void (*put)(const char *left, const char *brief))
{
    for (size_t k = 0; k < ROW_COUNT; k++) {
        char left[48];
        write_left(left, sizeof left, &rows[k]);
        if (rows[k].brief) put(left, rows[k].brief);
    }
}

/* ---- completion ---- */

const char *mr_option_values(const char *word)
{
    for (size_t k = 0; k < ROW_COUNT; k++) {
        bool is_long = word[0] == '-' && word[1] == '-' && !strcmp(word + 2, rows[k].name);
        bool is_short = word[0] == '-' && word[1] == rows[k].letter && word[1] && !word[2];
        bool takes = rows[k].value && rows[k].value[0] != '[';
        if ((is_long || is_short) && takes) return rows[k].value;
    }
    return NULL;
}

void mr_options_complete(const char *word, const char *command)
{
    unsigned taker = MR_FOR_RUN;
    for (const struct mr_command *c = mr_commands; command && c->name; c++)
        if (!strcmp(c->name, command)) taker = c->taker;
    for (size_t k = 0; k < ROW_COUNT; k++) {
        char name[40];
        (void)snprintf(name, sizeof name, "--%s", rows[k].name);
        if (!rows[k].brief || !(rows[k].takers & taker)) continue;
        if (!strncmp(name, word, strlen(word))) printf("%s\t%s\n", name, rows[k].brief);
    }
}
