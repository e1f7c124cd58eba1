/* A text file seen through a buffer of fixed size, line by line, with remembered places to go back
 * to. */
#ifndef MR_IO_TEXT_READER_H
#define MR_IO_TEXT_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/input.h"
#include "io/table.h"

enum {
    MR_TEXT_BYTES = 1 << 20, /* the longest line or number */
    MR_TEXT_PLACES = 256
};

struct text_reader {
    struct mr_input *input;
    char *buffer; /* of MR_TEXT_BYTES */
    size_t begin, end;
    int64_t read_bytes; /* file offset of buffer[end] */
    bool at_end;        /* no more will be read */
    char newline;       /* what ends a line: '\n', or '\r' alone */
    int64_t line;       /* 1-based, of buffer[begin] */
    size_t taken;       /* bytes of the line taken last, before buffer[begin] */
    size_t line_bytes;  /* of that line before buffer[begin]; kept by whoever moves within lines */

    /* Where row k * rows_apart starts. When the array is full every other place is dropped and
     * rows_apart doubles, so that any file is covered evenly. */
    struct text_reader_place {
        int64_t offset, line;
        size_t line_bytes;
    } places[MR_TEXT_PLACES];
    size_t place_count;
    int64_t rows_apart;
};

/* Reads nothing yet. */
mr_status mr_text_reader_open(struct text_reader *r, struct mr_input *input, mr_error *err);
void mr_text_reader_close(struct text_reader *r);

/* Makes buffer[begin..end) longer, moving it to the buffer's front. At the end of the input sets
 * at_end. Skips a UTF-8 byte order mark at the file's start. Fails when the buffer is full: `unit`
 * ("line") is too long. In a lull of a hasty input nothing is added: input->is_in_lull tells. */
mr_status mr_text_reader_fill(struct text_reader *r, const char *unit, mr_error *err);

/* Sets r->newline by the end of the first line: '\r' if no '\n' follows it. */
mr_status mr_text_reader_find_line_end(struct text_reader *r, mr_error *err);

/* Line `number` from here on (0: the next) without taking any; NULL behind the last. A line end in
 * quotes ends no line. *line is valid until the next call. */
mr_status mr_text_reader_ahead(struct text_reader *r, size_t number, const char **line,
                               size_t *length, mr_error *err);

/* Takes the next line without its "\n" or "\r\n"; *line is valid until the next call. NULL at the
 * end, and in a lull. r->line is then the number of the line after it. */
mr_status mr_text_reader_line(struct text_reader *r, const char **line, size_t *length,
                              mr_error *err);

/* After mr_text_reader_line() gave a line that ends within quotes: takes the lines after it up to
 * the one where the quotes are closed, and gives all with the line ends between. NULL where the
 * input ends before, and in a lull, where all that was taken is given back. */
mr_status mr_text_reader_close_quote(struct text_reader *r, const char **line, size_t *length,
                                     mr_error *err);

/* Whether the text has an odd number of quotes. */
bool mr_has_open_quote(const char *text, size_t length);

/* Where it stands, in `row`; and to such a place of the same file. */
struct mr_table_place mr_text_reader_tell(const struct text_reader *r, int64_t row);
void mr_text_reader_go(struct text_reader *r, const struct mr_table_place *place);

/* Tells that buffer[begin] is where `row` starts. */
void mr_text_reader_remember(struct text_reader *r, int64_t row);

/* Standing at the start of `row`, jumps to the last place at or before `wanted` if that is nearer,
 * and gives the row it stands at then: `wanted` at most. Before row 0 is remembered row must be
 * 0. */
int64_t mr_text_reader_seek(struct text_reader *r, int64_t row, int64_t wanted);

#endif
