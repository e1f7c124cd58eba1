/* Partials: a terminal shared out over processes and machines, to the bits of one run.
 *
 *     on rank k of n   mr_partial_range(&from, &until, seq, k, n, &err);
 *                      mr_reduce_partial(&bytes, &size, seq, NULL, from, until, &err);
 *     on one of them   mr_partial_merge(&all, &all_size, parts, sizes, n, &err);
 *                      mr_partial_value(&value, &dtype, all, all_size, &err);
 *
 * A partial is what a terminal knows of a contiguous range of positions, as bytes: some hundred of
 * them, a few KiB where sums of floats cover very many positions, and besides the bins of hist().
 * It may travel and be kept like any bytes. It is told by the sequence, by what is in its files, by
 * the version of the library that made it, and by a checksum. Whatever the number of ranges, the
 * engines and the order in which they are merged, the result has the bits of one run.
 *
 * The positions are those of the terminal's input. Filters right before the terminal, and maps
 * among them, mask positions and move none: the positions are those below them, so such a filter
 * needs no thought. Their number must be known: behind take() of a filter's survivors, of an
 * endless sequence, or of a CSV file whose rows nobody has counted, MR_E_NOT_SEEKABLE says what
 * else to do. fold() has a state of the caller's own, which nobody can merge: MR_E_STATE.
 *
 * An element that fails, as a division by zero, fails the partial that it belongs to. (In one run
 * any(), all() and first() would not reach it behind an element that decides.) */
#ifndef MILLRACE_PARTIALS_H
#define MILLRACE_PARTIALS_H

#include <stddef.h>
#include <stdint.h>

#include <millrace/dtype.h>
#include <millrace/sequence.h>
#include <millrace/status.h>
#include <millrace/stream.h>

MR_EXTERN_C_BEGIN

/* Where part k of n of the terminal `seq` begins and ends, k from 0 to n - 1, n up to
 * MR_MAX_SHARDS: ranges of equal length, but for at most 1024 positions, cut where leaves of the
 * fixed tree begin, as shard(k, n) cuts. Some are empty where there are more parts than leaves of
 * 1024 positions. */
MR_API mr_status mr_partial_range(int64_t *from, int64_t *until, const mr_seq *seq, int64_t k,
                                  int64_t n, mr_error *err);

/* Computes the partial of positions [from, until) into *bytes, *size of them, to be freed by
 * mr_partial_free(). Both ends are multiples of 1024, or the end of all; an empty range is one,
 * too. Blocks; cancel and poll of the params end it early. watch_sums is MR_E_VALUE: what a sum
 * wrapped is not kept. On failure *bytes is NULL. MR_E_STATE, naming the source, where no other
 * process can read it: the caller's memory, callbacks that are not seekable. */
MR_API mr_status mr_reduce_partial(void **bytes, size_t *size, const mr_seq *seq,
                                   const mr_stream_params *params, int64_t from, int64_t until,
                                   mr_error *err);

/* One partial of `count` others, which may be merged ones: in any order, of ranges that touch or
 * do not. On failure *bytes is NULL. MR_E_FORMAT: bytes that are damaged, cut short, of another
 * format or of another version of millrace; MR_E_STATE: of another sequence, of files with other
 * content, or of positions that two of them have. Messages count partials from 1. */
MR_API mr_status mr_partial_merge(void **bytes, size_t *size, const void *const parts[],
                                  const size_t sizes[], size_t count, mr_error *err);

/* What one run would have given, as a sequence of its rows in memory, with the columns of the
 * terminal: one row, or the bins of hist(). MR_E_STATE says which positions are missing; else it
 * fails as the run would have, as max() of nothing does. On failure *out is NULL. */
MR_API mr_status mr_partial_finish(mr_seq **out, const void *bytes, size_t size, mr_error *err);

/* The same of one row with one column, as mr_reduce() gives it. */
MR_API mr_status mr_partial_value(mr_scalar *value, mr_dtype *dtype, const void *bytes, size_t size,
                                  mr_error *err);

/* The canonical text of the sequence, in *out (freed by mr_text_free()). On failure *out is
 * NULL. */
MR_API mr_status mr_partial_text(char **out, const void *bytes, size_t size, mr_error *err);

/* Frees what mr_reduce_partial() or mr_partial_merge() made, and nulls the pointer. Accepts
 * NULL. */
MR_API void mr_partial_free(void **bytes);

MR_EXTERN_C_END
#endif
