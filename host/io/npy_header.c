#include "io/npy_header.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/byte_order.h"
#include "base/error.h"
#include "io/table_driver.h"

/* The letters of each dtype in a descr, without the byte order. */
static const char *const codes[MR_DTYPE_COUNT] = {
    [MR_BOOL] = "b1", [MR_I32] = "i4", [MR_U32] = "u4", [MR_I64] = "i8",
    [MR_U64] = "u8",  [MR_F32] = "f4", [MR_F64] = "f8",
};

struct slice {
    const char *text;
    size_t length;
};

struct cursor {
    const char *text, *p, *end;
    const char *name; /* the file's */
    mr_error *err;
};

static mr_status unexpected(const struct cursor *c, const char *wanted)
{
    char shown[MR_SHOWN_BYTES];
    size_t left = (size_t)(c->end - c->p);
    mr_status st =
        mr_fail(c->err, MR_E_FORMAT, "%s: .npy header byte %zu: expected %s, found '%s'", c->name,
                (size_t)(c->p - c->text), wanted, mr_show_text(shown, c->p, left));
    return mr_error_hint(c->err, st, "the file is damaged or no .npy; write it with numpy.save()");
}

static void skip_blanks(struct cursor *c)
{
    while (c->p < c->end && (*c->p == ' ' || *c->p == '\n' || *c->p == '\t' || *c->p == '\r'))
        c->p++;
}

static bool accept(struct cursor *c, char wanted)
{
    skip_blanks(c);
    if (c->p == c->end || *c->p != wanted) return false;
    c->p++;
    return true;
}

static mr_status expect(struct cursor *c, char wanted)
{
    char message[] = "'?'";
    message[1] = wanted;
    return accept(c, wanted) ? MR_OK : unexpected(c, message);
}

static mr_status parse_string(struct cursor *c, struct slice *out)
{
    skip_blanks(c);
    if (c->p == c->end || (*c->p != '\'' && *c->p != '"')) return unexpected(c, "a string");
    char quote = *c->p;
    const char *start = c->p + 1, *q = start;
    while (q < c->end && *q != quote && *q != '\\' && *q != '\n') q++;
    if (q == c->end || *q != quote) return unexpected(c, "a plain string with its closing quote");
    *out = (struct slice){start, (size_t)(q - start)};
    c->p = q + 1;
    return MR_OK;
}

static bool is_text(struct slice s, const char *text)
{
    return s.length == strlen(text) && memcmp(s.text, text, s.length) == 0;
}

static mr_status unsupported(const struct cursor *c, struct slice descr)
{
    char shown[MR_SHOWN_BYTES];
    mr_show_text(shown, descr.text, descr.length);
    const char *kind = descr.length ? strpbrk(shown, "OV") : NULL;
    mr_status st;
    if (kind) {
        st = mr_fail(c->err, MR_E_TYPE, "%s: dtype '%s' holds %s, not numbers", c->name, shown,
                     *kind == 'O' ? "Python objects" : "records");
        return mr_error_hint(c->err, st, "save numbers: numpy.save(path, a.astype('<f8'))");
    }
    st = mr_fail(c->err, MR_E_TYPE, "%s: dtype '%s' cannot be read", c->name, shown);
    return mr_error_hint(c->err, st, "b1 i4 u4 i8 u8 f4 f8 can: numpy.save(path, a.astype('<f8'))");
}

static mr_status parse_descr(struct cursor *c, mr_dtype *dtype)
{
    struct slice descr;
    skip_blanks(c);
    if (c->p < c->end && (*c->p == '[' || *c->p == '(' || *c->p == '{')) {
        mr_status st = mr_fail(c->err, MR_E_TYPE, "%s: has a structured dtype", c->name);
        return mr_error_hint(c->err, st, "save each field as an array of its own");
    }
    MR_TRY(parse_string(c, &descr));
    if (descr.length < 2 || !memchr("<>|=", descr.text[0], 4)) return unsupported(c, descr);
    struct slice code = {descr.text + 1, descr.length - 1};
    for (mr_dtype k = MR_BOOL; k < MR_DTYPE_COUNT; k++) {
        if (!is_text(code, codes[k])) continue;
        bool is_native = descr.text[0] == '=';
        if ((descr.text[0] == '>' || (is_native && MR_IS_BIG_ENDIAN)) && k != MR_BOOL) {
            mr_status st = mr_fail(c->err, MR_E_TYPE, "%s: dtype '%c%s' is big-endian", c->name,
                                   descr.text[0], codes[k]);
            return mr_error_hint(c->err, st, "numpy.save(path, a.astype('<%s'))", codes[k]);
        }
        *dtype = k;
        return MR_OK;
    }
    return unsupported(c, descr);
}

static mr_status parse_bool(struct cursor *c, bool *out)
{
    skip_blanks(c);
    size_t left = (size_t)(c->end - c->p);
    *out = left >= 4 && memcmp(c->p, "True", 4) == 0;
    if (!*out && (left < 5 || memcmp(c->p, "False", 5) != 0)) return unexpected(c, "True or False");
    c->p += *out ? 4 : 5;
    return MR_OK;
}

static mr_status parse_extent(struct cursor *c, int64_t *out)
{
    skip_blanks(c);
    if (c->p == c->end || *c->p < '0' || *c->p > '9') return unexpected(c, "an extent");
    const char *start = c->p;
    int64_t value = 0;
    for (; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++) {
        int digit = *c->p - '0';
        if (value > (INT64_MAX - digit) / 10) {
            c->p = start;
            return unexpected(c, "an extent below 2^63");
        }
        value = value * 10 + digit;
    }
    if (c->p < c->end && *c->p == 'L') c->p++; /* written by Python 2 */
    *out = value;
    return MR_OK;
}

static mr_status bad_dimensions(const struct cursor *c, const char *what)
{
    mr_status st =
        mr_fail(c->err, MR_E_TYPE, "%s: %s; 1-D and 2-D arrays can be read", c->name, what);
    return mr_error_hint(c->err, st, "numpy.save(path, a.reshape(-1))");
}

static mr_status parse_shape(struct cursor *c, struct mr_npy_header *h)
{
    int64_t extents[2] = {0, 1};
    size_t count = 0;
    bool comma = true;
    MR_TRY(expect(c, '('));
    while (!accept(c, ')')) {
        if (!comma) return unexpected(c, "',' or ')'");
        if (count == 2) return bad_dimensions(c, "has more than two dimensions");
        MR_TRY(parse_extent(c, &extents[count++]));
        comma = accept(c, ',');
    }
    if (count == 0) return bad_dimensions(c, "is a single value without dimensions");
    if (count == 1 && !comma) return unexpected(c, "',' before ')', a tuple");
    if (extents[1] == 0) return bad_dimensions(c, "has no columns");
    h->rows = extents[0];
    h->columns = extents[1];
    h->is_2d = count == 2;
    return MR_OK;
}

static mr_status check_size(const struct cursor *c, const struct mr_npy_header *h,
                            bool fortran_order)
{
    int64_t item = (int64_t)mr_dtype_size(h->dtype);
    if (fortran_order && h->is_2d) {
        mr_status st = mr_fail(c->err, MR_E_TYPE, "%s: is stored in Fortran order", c->name);
        return mr_error_hint(c->err, st, "numpy.save(path, numpy.ascontiguousarray(a))");
    }
    int64_t limit = (INT64_MAX - MR_NPY_HEADER_LIMIT - MR_NPY_PREFIX_BYTES) / item;
    if (h->columns <= limit && h->rows <= limit / h->columns) return MR_OK;
    return mr_fail(c->err, MR_E_FORMAT,
                   "%s: its shape (%" PRId64 ", %" PRId64 ") is larger than any file", c->name,
                   h->rows, h->columns);
}

mr_status mr_npy_parse_header(struct mr_npy_header *out, const char *text, size_t length,
                              const char *name, mr_error *err)
{
    static const char *const keys[] = {"descr", "fortran_order", "shape"};
    enum { KEYS = 3, ALL_KEYS = 7 };
    struct cursor c = {text, text, text + length, name, err};
    struct slice key;
    unsigned seen = 0;
    bool comma = true, fortran_order = false;
    *out = (struct mr_npy_header){0};
    MR_TRY(expect(&c, '{'));
    while (!accept(&c, '}')) {
        if (!comma) return unexpected(&c, "',' or '}'");
        const char *start = c.p;
        MR_TRY(parse_string(&c, &key));
        unsigned k = 0;
        while (k < KEYS && !is_text(key, keys[k])) k++;
        if (k == KEYS || seen >> k & 1) {
            c.p = start;
            return unexpected(&c, "each of descr, fortran_order and shape once");
        }
        seen |= 1u << k;
        MR_TRY(expect(&c, ':'));
        if (k == 0) MR_TRY(parse_descr(&c, &out->dtype));
        if (k == 1) MR_TRY(parse_bool(&c, &fortran_order));
        if (k == 2) MR_TRY(parse_shape(&c, out));
        comma = accept(&c, ',');
    }
    if (seen != ALL_KEYS) return unexpected(&c, "descr, fortran_order and shape");
    skip_blanks(&c);
    if (c.p != c.end) return unexpected(&c, "blanks to the header's end");
    return check_size(&c, out, fortran_order);
}

mr_status mr_npy_parse_prefix(const unsigned char *bytes, size_t got, const char *name,
                              size_t *offset, size_t *length, mr_error *err)
{
    mr_status st;
    bool magic = got >= MR_NPY_MAGIC_BYTES && memcmp(bytes, MR_NPY_MAGIC, MR_NPY_MAGIC_BYTES) == 0;
    if (!magic) {
        st = mr_fail(err, MR_E_FORMAT, "%s: does not start with the signature of .npy", name);
        return mr_error_hint(err, st, "give its format: csv, raw or text");
    }
    unsigned version = got > 7 ? bytes[6] : 1;
    if (version < 1 || version > 3 || (got > 7 && bytes[7] != 0)) {
        st = mr_fail(err, MR_E_FORMAT, "%s: .npy version %u.%u is not known", name, version,
                     bytes[7]);
        return mr_error_hint(err, st, "versions 1.0, 2.0 and 3.0 are");
    }
    *offset = version == 1 ? 10 : 12;
    if (got < *offset)
        return mr_fail(err, MR_E_FORMAT, "%s: ends within the .npy header, after %zu bytes", name,
                       got);
    *length = bytes[8] | (size_t)bytes[9] << 8;
    if (version > 1) *length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
    if (*length <= MR_NPY_HEADER_LIMIT) return MR_OK;
    return mr_fail(err, MR_E_FORMAT, "%s: its .npy header claims %zu bytes, the limit is %d", name,
                   *length, (int)MR_NPY_HEADER_LIMIT);
}

void mr_npy_print_header(char out[MR_NPY_WRITTEN_BYTES], const struct mr_npy_header *header)
{
    char shape[48];
    if (header->is_2d)
        (void)snprintf(shape, sizeof shape, "(%" PRId64 ", %" PRId64 ")", header->rows,
                       header->columns);
    else
        (void)snprintf(shape, sizeof shape, "(%" PRId64 ",)", header->rows);
    const size_t prefix = 10, length = MR_NPY_WRITTEN_BYTES - prefix;
    memset(out, ' ', MR_NPY_WRITTEN_BYTES);
    memcpy(out, MR_NPY_MAGIC "\x01", MR_NPY_MAGIC_BYTES + 1);
    out[7] = 0;
    out[8] = (char)length;
    out[9] = 0;
    int count =
        snprintf(out + prefix, length, "{'descr': '%c%s', 'fortran_order': False, 'shape': %s, }",
                 header->dtype == MR_BOOL ? '|' : '<', codes[header->dtype], shape);
    out[prefix + (size_t)count] = ' '; /* in place of the NUL */
    out[MR_NPY_WRITTEN_BYTES - 1] = '\n';
}
