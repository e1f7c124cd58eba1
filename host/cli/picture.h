/* A picture that gnuplot makes. */
#ifndef MR_CLI_PICTURE_H
#define MR_CLI_PICTURE_H

#include <stdio.h>
#include <sys/types.h>

#include "io/temporary.h"

struct mr_picture {
    const char *path;
    FILE *script; /* what gnuplot is to do; the terminal is set */
    pid_t gnuplot;
    struct mr_temporary file;
};

/* Starts gnuplot, which draws .svg or .png by the suffix of `path`. */
mr_status mr_picture_begin(struct mr_picture *out, const char *path, mr_error *err);

/* Waits for it; the file appears whole or not at all. */
mr_status mr_picture_finish(struct mr_picture *p, mr_error *err);

#endif
