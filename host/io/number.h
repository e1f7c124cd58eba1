/* Numbers as text, both ways. Independent of the locale; assumes round-to-nearest. */
#ifndef MR_IO_NUMBER_H
#define MR_IO_NUMBER_H

#include <stddef.h>

#include <millrace/dtype.h>

enum mr_number_status {
    MR_NUMBER_OK,
    MR_NUMBER_MALFORMED,    /* not a number */
    MR_NUMBER_FRACTION,     /* a number, but no integer where the dtype is one */
    MR_NUMBER_OUT_OF_RANGE, /* does not fit the dtype; for floats, rounds to infinity */
    MR_NUMBER_INEXACT /* an integer that the float does not hold: from mr_check_exact() only */
};

/* Reads the whole of text[0..length), which need not be NUL-terminated: a sign, then decimal digits
 * with point and exponent ("12", ".5", "1e3"), or 0x and hexadecimal digits up to 64 bits, or inf,
 * infinity or nan in any case; true and false for bool only. No blanks, no underscores.
 * Floats are correctly rounded. Integers may be written 1e12 or 5.0; a bool is true, false, 0, 1.
 * *out is written on MR_NUMBER_OK only; a nan is the positive quiet one, whatever its sign. */
enum mr_number_status mr_parse_number(const char *text, size_t length, mr_dtype dtype,
                                      mr_scalar *out);

/* Bytes that mr_format_number() may write, the NUL included. */
enum { MR_NUMBER_TEXT_BYTES = 32 };

/* Writes the value, NUL-terminated, and returns its length. Bools are "true" and "false". Floats
 * are the shortest decimal that reads back to the same bits of the same dtype, the nearest of
 * those, laid out as Python's repr does: 1.0, 0.1, 1e+16, 1e-05, nan, -inf. */
size_t mr_format_number(char *buffer, mr_dtype dtype, const void *value);

#endif
