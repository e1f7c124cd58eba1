/* Programs as the driver gives them away, stored for other processes. PoCL keeps the kernels it has
 * compiled, but it runs each source through its preprocessor to find them again, in 50 to 60 ms; a
 * stored program is ready in 4. To be given one costs some 0.2 s a kernel, which PoCL then compiles
 * once more, for groups of any size: so a program is stored when it is built for the second time. A
 * build that was begun and never ended, since its process had no use for it any more, counts. */
#ifndef MR_CL_CACHED_PROGRAM_H
#define MR_CL_CACHED_PROGRAM_H

#include "cl/session.h"

/* Files at most, in millrace's cache folder (cl/cache_folder.h): programs that are stored, some 100
 * KiB each, and empty ones for those whose build was begun. The one used longest ago goes first. */
enum { MR_CACHED_MOST = 128 };

/* The program of this text and these options; the caller owns it. False: there is none, nothing
 * that may be trusted or nothing that the driver takes, and it is to be built. Called, like the
 * other, under the lock of builds. */
bool mr_cached_program_load(struct mr_session *session, const char *text, const char *options,
                            cl_program *out);

/* Whether a build of it was begun before, by any process. */
bool mr_cached_program_is_noted(const struct mr_session *session, const char *text,
                                const char *options);

/* Notes that a build is begun; true: that was noted before. */
bool mr_cached_program_note(const struct mr_session *session, const char *text,
                            const char *options);

/* What fails is left undone: it can be built again. */
void mr_cached_program_write(struct mr_session *session, const char *text, const char *options,
                             cl_program program);

#endif
