/* Streams that are written down and gone on with, for the laws about it. */
#ifndef MR_TESTS_STREAM_SAVED_H
#define MR_TESTS_STREAM_SAVED_H

#include <millrace/millrace.h>

enum { MOST = 4096, STATE_BYTES = 1024, TEXT_BYTES = 400 };

/* A stage of each kind, on a column x of integers, and one that stands at the begin; sources. */
enum { SAVED_KINDS = 15, SAVED_SOURCES = 3 };
extern const char *const saved_kinds[SAVED_KINDS + 1], *const saved_sources[SAVED_SOURCES];

/* All that a stream gives, column by column. */
struct record {
    size_t len, column_count;
    mr_status end;
    unsigned char columns[8][MOST * 8];
};

struct way {
    mr_engine_choice engine;
    size_t batch;
    unsigned ring, device_at_unit;
    const char *shape; /* of a device */
};

mr_stream_params saved_params(struct way way);

/* Adds up to `most` elements. */
void saved_read(struct record *r, mr_stream *s, const mr_seq *seq, size_t most);

/* Whether the elements of `rest` are those of `all` from `first` on. */
bool saved_is_rest(const struct record *rest, const struct record *all, size_t first,
                   const mr_seq *seq);

/* Twice, to the same bytes; the test ends where that fails. `text` is for what is said then. */
size_t saved_save(mr_stream *s, unsigned char bytes[], size_t size, const char *text);
mr_stream *saved_restore(const mr_seq *seq, struct way way, const unsigned char bytes[],
                         size_t size, const char *text);

/* Each of at[]: saved after so many elements in the first way, then twice more in the other and the
 * first again, then to the end: the elements are those of a stream that was not saved. */
extern const struct way saved_host_ways[2];
void saved_check(const char *text, const struct way ways[], const size_t at[], size_t count);

#endif
