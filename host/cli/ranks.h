/* Which of several processes this one is, as whoever started them says. */
#ifndef MR_CLI_RANKS_H
#define MR_CLI_RANKS_H

#include <stdbool.h>
#include <stdint.h>

#include <millrace/status.h>

struct mr_rank {
    int64_t number, count; /* number from 0; count 0: nobody asked */
    bool is_found;         /* by what launchers set: all processes have the same command line */
};

/* Reads "2/8", or for "auto" what launchers have set for each process. */
mr_status mr_rank_read(struct mr_rank *out, const char *text, mr_error *err);

#endif
