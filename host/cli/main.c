#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "cli/options.h"
#include "stream/making.h"

static int command_help(const struct mr_options *options, char *const arguments[], size_t count);
static int command_version(const struct mr_options *options, char *const arguments[], size_t count);

/* `run` comes first: it is what a pipeline without a command means. */
const struct mr_command mr_commands[] = {
    {"run", "PIPELINE", "one element a line, columns tab-separated; a terminal prints its value",
     MR_FOR_RUN, 1, mr_command_run},
    {"merge", "FILES", "of what --partial wrote of all parts, what one run would have printed",
     MR_FOR_MERGE, SIZE_MAX, mr_command_merge},
    {"explain", "PIPELINE", "types, segments, why each cut, the memory bound", MR_FOR_EXPLAIN, 1,
     mr_command_explain},
    {"text", "PIPELINE", "the pipeline in its canonical spelling: one for all that say the same",
     MR_FOR_TEXT, 1, mr_command_text},
    {"verify", "PIPELINE", "runs it on every engine and device, and compares all bits",
     MR_FOR_VERIFY, 1, mr_command_verify},
    {"ops", "[NAME]", "every operator with parameters and an example", MR_FOR_OPS, 1,
     mr_command_ops},
    {"devices", "", "what is there, what would be chosen, why", MR_FOR_DEVICES, 0,
     mr_command_devices},
    {"tune", "", "measures shapes of code on the device and keeps the fastest", MR_FOR_TUNE, 0,
     mr_command_tune},
    {"doctor", "", "checks what millrace stands on; every finding with its fix", MR_FOR_DOCTOR, 0,
     mr_command_doctor},
    {"completion", "bash|zsh|fish", "a script that has the shell complete words, also in pipelines",
     MR_FOR_WORDS, 1, mr_command_completion},
    {"help", "[COMMAND|OPERATOR|FUNCTION]", "this text, or that of one of these", MR_FOR_WORDS, 1,
     command_help},
    {"version", "", "the version", MR_FOR_WORDS, 0, command_version},
    {NULL, NULL, NULL, 0, 0, NULL},
};

enum { COMMAND_COUNT = sizeof mr_commands / sizeof mr_commands[0] - 1 };

static const struct mr_command *find_command(const char *name)
{
    for (size_t k = 0; k < COMMAND_COUNT; k++)
        if (strcmp(mr_commands[k].name, name) == 0) return &mr_commands[k];
    return NULL;
}

/* Words below each other's beginning; *column is where the line ends so far. */
static void print_word(const char *word, size_t *column)
{
    *column += strlen(word) + 1;
    if (*column > 78) {
        printf("\n ");
        *column = strlen(word) + 2;
    }
    printf(" %s", word);
}

static void print_operators(const char *role, const char *title)
{
    mr_op_info info;
    size_t column = 1;
    printf("%s\n ", title);
    for (size_t k = 0; !mr_op_describe(&info, k, NULL); k++)
        if (strcmp(info.role, role) == 0) print_word(info.name, &column);
    printf("\n");
}

static void print_functions(void)
{
    size_t column = 1;
    const char *name;
    printf("functions of expressions:\n ");
    for (size_t k = 0; (name = mr_function_name(k)); k++) print_word(name, &column);
    printf("\n");
}

/* What -h shows: on one screen. */
static void print_usage(void)
{
    printf("usage: millrace 'range(10) | map(x*x) | filter(x %% 2 == 0)'\n"
           "       millrace COMMAND ...\n\ncommands:\n");
    for (size_t k = 0; k < COMMAND_COUNT; k++)
        printf("  %-26s %s\n", mr_commands[k].name, mr_commands[k].brief);
    printf("\noptions:\n");
    mr_options_print(MR_FOR_USAGE);
    printf("\nmillrace --help lists all; millrace help NAME: a command, operator or function\n");
}

static void print_help(void)
{
    printf("millrace computes over sequences that never exist in full.\n\n");
    printf("  millrace 'range(10) | map(x*x) | filter(x %% 2 == 0)'\n\n");
    for (size_t k = 0; k < COMMAND_COUNT; k++)
        printf("%s millrace %s%s%s\n           %s\n",
               k ? "      " : "usage:", k ? mr_commands[k].name : "[run]",
               mr_commands[k].arguments[0] ? " " : "", mr_commands[k].arguments,
               mr_commands[k].brief);
    printf("\noptions:\n");
    mr_options_print(MR_FOR_ALL);
    print_operators("source", "\nsources:");
    print_operators("stage", "stages:");
    print_operators("terminal", "terminals:");
    print_functions();
    printf(
        "\nexit codes: 0 done, 1 run error, 2 usage or parse error, 3 no device, 4 limit,\n"
        "            130 interrupted, 141 closed pipe\n"
        "environment: OCL_ICD_VENDORS, where the OpenCL loader looks for devices;\n"
        "            XDG_CACHE_HOME, where built programs and tuned shapes are kept (~/.cache)\n");
}

static void print_command_usage(const struct mr_command *command)
{
    printf("usage: millrace %s%s%s\n       %s\n\noptions:\n", command->name,
           command->arguments[0] ? " " : "", command->arguments, command->brief);
    mr_options_print(command->taker);
}

static int command_help(const struct mr_options *options, char *const arguments[], size_t count)
{
    const struct mr_command *command = count ? find_command(arguments[0]) : NULL;
    if (count && !command) return mr_command_ops(options, arguments, count);
    if (command)
        print_command_usage(command);
    else
        print_help();
    return 0;
}

static int command_version(const struct mr_options *options, char *const arguments[], size_t count)
{
    (void)options, (void)arguments, (void)count;
    printf("millrace %s\n", mr_version());
    return 0;
}

static int fail_arguments(const struct mr_command *command, char *const arguments[], size_t count)
{
    mr_error err;
    const char *names[COMMAND_COUNT];
    for (size_t k = 0; k < COMMAND_COUNT; k++) names[k] = mr_commands[k].name;
    mr_fail(&err, MR_E_ARITY, "%s: %zu argument%s, the limit is %zu: '%s' is one too many",
            command->name, count, count == 1 ? "" : "s", command->most_arguments,
            arguments[command->most_arguments]);
    const char *nearest = mr_nearest_name(arguments[0], names, COMMAND_COUNT);
    if (strcmp(command->arguments, "PIPELINE") != 0)
        mr_error_hint(&err, err.status, "millrace %s%s%s", command->name,
                      command->arguments[0] ? " " : "", command->arguments);
    else if (nearest && !strchr(arguments[0], '('))
        mr_error_hint(&err, err.status, "did you mean 'millrace %s'?", nearest);
    else
        mr_error_hint(&err, err.status, "quote the pipeline: millrace '%s'",
                      "range(10) | map(x*x)");
    return mr_report(&err);
}

/* The output of all commands but `run` goes through stdio, which tells of a full disk only now. */
static int finish_output(int exit_code)
{
    bool failed = ferror(stdout) != 0;
    if (fflush(stdout) == 0 && !failed) return exit_code;
    mr_error err;
    mr_fail_errno(&err, "write", "standard output");
    return mr_report(&err);
}

static int dispatch(int argc, char **argv)
{
    struct mr_options options;
    int first = 0;
    mr_error err;
    if (argc > 1 && strcmp(argv[1], "_complete") == 0) {
        mr_complete(argv + 2, (size_t)(argc - 2));
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "_manual") == 0) {
        mr_manual_print();
        return 0;
    }
    if (mr_options_parse(&options, argc, argv, &first, &err)) return mr_report(&err);

    const struct mr_command *command = first < argc ? find_command(argv[first]) : NULL;
    if (command) first++;
    if (options.version) return command_version(&options, NULL, 0);
    if (options.usage || options.help) {
        if (command)
            print_command_usage(command);
        else
            (options.help ? print_help : print_usage)();
        return 0;
    }
    char *const *arguments = argv + first;
    size_t count = (size_t)(argc - first);
    if (!command && count == 0 && !options.file && !options.resume) {
        mr_fail(&err, MR_E_ARITY, "no pipeline and no command");
        mr_error_hint(&err, err.status, "millrace 'range(10) | map(x*x)', or millrace --help");
        return mr_report(&err);
    }
    if (!command) command = &mr_commands[0];
    if (count > command->most_arguments) return fail_arguments(command, arguments, count);
    if (mr_options_check(&options, command, &err)) return mr_report(&err);
    return command->run(&options, arguments, count);
}

/* A standard descriptor that is closed would become that of the next file to be opened. It is held
 * by one that refuses what it is for, so that to read or write there is an error. */
static void hold_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0) (void)open("/dev/null", fd ? O_RDONLY : O_WRONLY);
}

int main(int argc, char **argv)
{
    hold_standard_descriptors();
    /* A reader that goes away is a failed write, which can be told and cleaned up after. */
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); /* as is one to a file that has its full size */
    int exit_code = finish_output(dispatch(argc, argv));
    /* A pipeline that is run again and again has its kernels from the third time on. */
    if (exit_code == EXIT_SUCCESS) mr_makings_end_repeated();
    /* exit() would wait for a driver that builds what nobody needs any more. */
    if (mr_makings_under_way() > 0) _exit(exit_code);
    return exit_code;
}
