/* What the layer of tests/layer counts of a child's calls, in a file that the child is told of. */
#ifndef MR_TESTS_CL_LEDGER_FILE_H
#define MR_TESTS_CL_LEDGER_FILE_H

struct ledger_file {
    char path[64], variable[96]; /* the variable goes into the child's environment */
};

struct ledger_file ledger_file_make(void);

/* The number behind `word`, "calls", "device_bytes" or "host_bytes"; -1 where there is no file, or
 * one without the text `needed` (NULL: none is). */
long ledger_file_number(const struct ledger_file *ledger, const char *word, const char *needed);

/* And removes it. */
long ledger_file_take(const struct ledger_file *ledger, const char *word, const char *needed);

/* Every object was released; so was memory that a device may see, but what commands in flight could
 * still write to. */
#define LEDGER_IS_BALANCED "\nbalanced\n"
#define LEDGER_MAY_KEEP_MEMORY "\nbalanced"

#endif
