/* What the files of the command share. */
#ifndef MR_CLI_CLI_H
#define MR_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include <millrace/millrace.h>

#include "cli/ranks.h"
#include "io/sink.h"

/* Which commands take an option: one bit each. */
enum mr_takers {
    MR_FOR_RUN = 1,
    MR_FOR_EXPLAIN = 2,
    MR_FOR_OPS = 4,
    MR_FOR_DEVICES = 8,
    MR_FOR_DOCTOR = 16,
    MR_FOR_VERIFY = 32,
    MR_FOR_TUNE = 64,
    MR_FOR_WORDS = 128, /* help, version */
    MR_FOR_TEXT = 256,
    MR_FOR_MERGE = 512,
    MR_FOR_ALL = 1023,
    MR_FOR_USAGE = 1024 /* and -h shows it */
};

enum mr_stats_form { MR_STATS_NONE, MR_STATS_LINES, MR_STATS_JSON };

struct mr_options {
    mr_stream_params stream;
    enum mr_sink_format format;
    bool has_format;      /* else as the output's name says */
    const char *output;   /* NULL: standard output */
    const char *file;     /* NULL: the pipeline is an argument */
    const char *save;     /* NULL: nothing is saved */
    const char *resume;   /* NULL: nothing is resumed */
    struct mr_rank shard; /* count 0: not given */
    bool is_sharded;      /* the pipeline's text says itself where */
    bool partial;
    int64_t every_ns; /* between two saves; 0: not given */
    int64_t take;     /* elements that are verified; 0: not given */
    enum mr_stats_form stats;
    bool quiet;
    bool plot;
    bool with_kernels, with_passes;
    bool markdown;
    bool quick;
    bool all; /* verify: every device, by pipelines of its own */
    bool usage, help;
    bool version;
    unsigned long given; /* a bit for each row of the table of options */
};

struct mr_command {
    const char *name;
    const char *arguments; /* as the usage shows them */
    const char *brief;
    enum mr_takers taker;
    size_t most_arguments;
    /* Returns the exit code. */
    int (*run)(const struct mr_options *options, char *const arguments[], size_t count);
};

/* All commands, `run` first; the last one has no name. */
extern const struct mr_command mr_commands[];

/* Writes millrace(1), in roff. */
void mr_manual_print(void);

/* Writes what the last of these words may become (complete.c). */
void mr_complete(char *const words[], size_t count);

int mr_command_completion(const struct mr_options *options, char *const arguments[], size_t count);
int mr_command_run(const struct mr_options *options, char *const arguments[], size_t count);
int mr_command_merge(const struct mr_options *options, char *const arguments[], size_t count);
int mr_command_explain(const struct mr_options *options, char *const arguments[], size_t count);
int mr_command_text(const struct mr_options *options, char *const arguments[], size_t count);
int mr_command_verify(const struct mr_options *options, char *const arguments[], size_t count);
int mr_verify_all(const struct mr_options *options);
int mr_command_ops(const struct mr_options *options, char *const arguments[], size_t count);
int mr_command_devices(const struct mr_options *options, char *const arguments[], size_t count);
int mr_command_tune(const struct mr_options *options, char *const arguments[], size_t count);
int mr_command_doctor(const struct mr_options *options, char *const arguments[], size_t count);

/* Writes the rows of a sequence that is there, as `run` would; takes it over. Returns the exit
 * code. */
int mr_run_rows(const struct mr_options *options, mr_seq **rows);

/* Says what went wrong on standard error and returns the exit code. A closed pipe needs no
 * words. */
int mr_report(const mr_error *err);

/* Says on standard error what in the pipeline may be meant otherwise. */
void mr_report_notices(const mr_seq *seq);

/* The pipeline's text, from the only argument or from --file; freed with mr_free(). */
mr_status mr_pipeline_text(char **out, const struct mr_options *options, char *const arguments[],
                           size_t count, mr_error *err);

/* Whether --device `wanted` (NULL: not given) can mean this one of `found` devices. */
bool mr_device_is_meant(const mr_device_info *info, size_t found, const char *wanted);

/* mr_devices(), after each device was opened once: what is_usable says is then known to be so. */
mr_status mr_devices_tested(mr_device_info infos[], size_t size, size_t *found, mr_error *err);

/* What the stream tells of itself: mr_stream_stats(), mr_stream_found(), mr_stream_devices(). */
void mr_stats_print(const mr_stream *stream, enum mr_stats_form form);

#endif
