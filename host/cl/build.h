/* Programs: compiled once a process or found as another one stored them (cl/cached_program.h), in a
 * bounded cache. */
#ifndef MR_CL_BUILD_H
#define MR_CL_BUILD_H

#include <stdatomic.h>
#include <stdbool.h>

#include "cl/session.h"

/* Programs cached for the whole process; the least recently used goes first. */
enum { MR_PROGRAM_CACHE_SIZE = 32 };

/* PoCL before 4.0 loads each kernel it has compiled as a library and never unloads it (its issue
 * 1257), four or five mappings each, three kernels at most in a program; the 65530 mappings that
 * Linux gives a process would end in an abort inside PoCL. So a process compiles that many
 * different texts there, and more are refused with MR_E_LIMIT. A variable for tests. */
enum { MR_PROGRAM_TEXTS_MOST = 4096 };
extern size_t mr_program_texts_limit;

/* Compiles `text` for the session's device, or finds the program in a cache. `options` (may be
 * NULL) are added to those always given: the language version and exact f32 division. The caller
 * owns a reference. A text that does not compile is MR_E_INTERNAL with the log's first lines. Must
 * not be called between mr_build_begin() and mr_build_end(). */
mr_status mr_program_text_build(struct mr_session *session, const char *text, const char *options,
                                cl_program *out, mr_error *err);

/* Compiles and stores it for other processes (cached_program.h), for one that waits for that: with
 * the whole of its options, and in its turn. */
mr_status mr_program_cache(struct mr_session *session, const char *text, const char *options,
                           mr_error *err);

/* A kernel of one user: its arguments are set by one thread at a time. Released before the
 * program. */
mr_status mr_kernel_create(struct mr_session *session, cl_program program, const char *name,
                           cl_kernel *out, mr_error *err);

/* PoCL's compiler is one at a time in a process, and of the processes that compile `text`
 * (build_lock.h). It compiles once more at a kernel's first launch with a new work-group size: such
 * a launch is begun so, and its event is complete before the end. MR_E_INTERRUPTED, and nothing to
 * end, where the thread's builds are not wanted. */
mr_status mr_build_begin(const char *text, mr_error *err);
void mr_build_end(void);

/* From now on this thread begins no build once *is_unwanted is true, so that those that nobody
 * needs do not keep others waiting. NULL: all are wanted, as at first. */
void mr_build_unless(const atomic_bool *is_unwanted);
bool mr_build_is_unwanted(void);

/* From now on this thread sets *is_repeated once it builds what any process began to build before:
 * it will be wanted again. NULL: nobody asks, as at first. */
void mr_build_tell_repeated(atomic_bool *is_repeated);

/* Forgets the programs of a context (0: of all). References held elsewhere stay valid. */
void mr_program_cache_drop(cl_context context);

/* Programs in the cache now. */
size_t mr_program_cache_count(void);

#endif
