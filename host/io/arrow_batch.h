/* Messages of an Arrow file or stream, one after the other. Nothing that the bytes say is believed:
 * each length is compared with what is there. */
#ifndef MR_IO_ARROW_BATCH_H
#define MR_IO_ARROW_BATCH_H

#include "io/arrow_layout.h"
#include "io/table_driver.h"

enum {
    MR_ARROW_FIRST_BYTES = 1 << 10,  /* read at once of what a message tells */
    MR_ARROW_TOLD_BYTES = 512 << 10, /* the most of that */
    MR_ARROW_SCRATCH_BYTES = 32 << 10,
    MR_ARROW_MARKS = 2048
};

struct mr_arrow_message {
    enum mr_arrow_header kind; /* 0: the end mark, or the end */
    int version;
    struct mr_flat_view told;
    size_t header; /* its table */
    int64_t body, body_bytes;
    int64_t next; /* where the next message is */
};

struct mr_arrow_batch {
    int64_t number;    /* -1: none */
    int64_t row, rows; /* its first, and how many */
    int64_t next;      /* where the next message is */
    struct {
        int64_t values, valid; /* where they are in the file */
        bool tells_nulls;
    } columns[MR_TABLE_MAX_COLUMNS];
};

struct mr_arrow_reader {
    struct mr_arrow_layout layout;
    bool is_file;      /* and no stream */
    bool has_end_mark; /* of messages, once the last is read */
    int64_t end;       /* of the messages */
    struct mr_arrow_batch batch;
    unsigned char *told;
    size_t told_room;
    /* Record batches number k * marks_apart. When the array is full every other one is dropped. */
    struct {
        int64_t row, at;
    } marks[MR_ARROW_MARKS];
    size_t mark_count;
    int64_t marks_apart;
    unsigned char scratch[MR_ARROW_SCRATCH_BYTES];
};

static inline uint32_t mr_arrow_word(const unsigned char *bytes)
{
    uint32_t word = 0;
    for (unsigned k = 0; k < sizeof word; k++) word |= (uint32_t)bytes[k] << 8 * k;
    return word;
}

/* Fails where the file has fewer bytes than when it was opened. */
mr_status mr_arrow_read_bytes(struct mr_table *t, int64_t at, void *to, size_t bytes,
                              mr_error *err);

/* The same of what it has: "has fewer rows ...". */
mr_status mr_arrow_fail_changed(const struct mr_table *t, const char *what, mr_error *err);

/* "... the message at byte 8 is cut short". */
mr_status mr_arrow_fail_message(const struct mr_table *t, int64_t at, const char *what,
                                mr_error *err);

/* What the message at `at` tells stands in the reader's memory until the next one is read. */
mr_status mr_arrow_read_message(struct mr_table *t, int64_t at, struct mr_arrow_message *m,
                                mr_error *err);

/* From one record batch to the next, over dictionaries, which are of columns that are not read;
 * *is_over: there is none. */
mr_status mr_arrow_next_batch(struct mr_table *t, struct mr_arrow_batch *b, bool *is_over,
                              mr_error *err);

#endif
