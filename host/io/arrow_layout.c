#include "io/arrow_layout.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

enum {
    VERSION_4 = 3,
    FIELDS_LIMIT = 1 << 12, /* columns, with all that are within them */
    DEPTH_LIMIT = 32,
    TYPE_BYTES = 48 /* of a type's name */
};

/* Fields of the tables Schema, Field, Int and FloatingPoint. */
enum { SCHEMA_ENDIANNESS, SCHEMA_FIELDS };
enum { NAME, NULLABLE, TYPE_NUMBER, TYPE, DICTIONARY, CHILDREN };
enum { INT_BITS, INT_IS_SIGNED };
enum { FLOAT_PRECISION };

/* Schema.fbs's union Type, by its numbers. */
enum { UNION = 14, RUN_ENDS = 22 };
static const struct {
    const char *name;
    unsigned buffers; /* in a record batch, of its own */
    bool has_children, is_view;
} types[] = {
    {"", 0, false, false},
    {"null", 0, false, false},
    {"int", 2, false, false},
    {"float", 2, false, false},
    {"binary", 3, false, false},
    {"utf8", 3, false, false},
    {"bool", 2, false, false},
    {"decimal", 2, false, false},
    {"date", 2, false, false},
    {"time", 2, false, false},
    {"timestamp", 2, false, false},
    {"interval", 2, false, false},
    {"list", 2, true, false},
    {"struct", 1, true, false},
    {"union", 1, true, false}, /* and its offsets, where it is dense */
    {"fixed-size binary", 2, false, false},
    {"fixed-size list", 1, true, false},
    {"map", 2, true, false},
    {"duration", 2, false, false},
    {"large binary", 3, false, false},
    {"large utf8", 3, false, false},
    {"large list", 2, true, false},
    {"run-end encoded", 0, true, false},
    {"binary view", 2, false, true},
    {"utf8 view", 2, false, true},
    {"list view", 3, true, false},
    {"large list view", 3, true, false},
};
enum { TYPE_COUNT = sizeof types / sizeof types[0] };

mr_status mr_arrow_fail_damaged(const struct mr_table *t, const char *what, mr_error *err)
{
    mr_status st =
        mr_fail(err, MR_E_FORMAT, "%s: %s is damaged, or not Arrow's", t->input.name, what);
    return mr_error_hint(err, st, "copy or write the file again");
}

/* ---- types ---- */

static mr_dtype dtype_of(struct mr_flat_view *v, size_t field)
{
    int64_t number = mr_flat_number(v, field, TYPE_NUMBER, 1);
    size_t type = mr_flat_refer(v, field, TYPE);
    if (mr_flat_refer(v, field, DICTIONARY)) return MR_DTYPE_NONE;
    for (mr_dtype dtype = MR_DTYPE_NONE + 1; dtype < MR_DTYPE_COUNT; dtype++) {
        const struct mr_arrow_dtype *d = &mr_arrow_dtypes[dtype];
        if ((int64_t)d->type != number) continue;
        if (d->type == MR_ARROW_BOOL) return dtype;
        if (d->type == MR_ARROW_FLOAT &&
            mr_flat_number(v, type, FLOAT_PRECISION, 2) == d->precision)
            return dtype;
        if (d->type == MR_ARROW_INT && mr_flat_number(v, type, INT_BITS, 4) == d->bits &&
            (mr_flat_number(v, type, INT_IS_SIGNED, 1) != 0) == d->is_signed)
            return dtype;
    }
    return MR_DTYPE_NONE;
}

/* In Arrow's words: int16, dictionary of utf8. */
static void type_name(char out[TYPE_BYTES], struct mr_flat_view *v, size_t field)
{
    int64_t number = mr_flat_number(v, field, TYPE_NUMBER, 1);
    size_t type = mr_flat_refer(v, field, TYPE);
    const char *of = mr_flat_refer(v, field, DICTIONARY) ? "dictionary of " : "";
    const char *name = number > 0 && number < TYPE_COUNT ? types[number].name : "unknown";
    if (number == MR_ARROW_INT)
        (void)snprintf(out, TYPE_BYTES, "%s%sint%" PRId64, of,
                       mr_flat_number(v, type, INT_IS_SIGNED, 1) ? "" : "u",
                       mr_flat_number(v, type, INT_BITS, 4));
    else if (number == MR_ARROW_FLOAT)
        (void)snprintf(out, TYPE_BYTES, "%sfloat%d", of,
                       16 << (mr_flat_number(v, type, FLOAT_PRECISION, 2) & 3));
    else
        (void)snprintf(out, TYPE_BYTES, "%s%s", of, name);
}

/* ---- where columns are ---- */

struct walk {
    struct mr_flat_view *view;
    int version;
    size_t fields; /* met so far */
    bool has_dictionaries;
    struct mr_arrow_place next;
};

/* Over a field and all within it. Fields may be referred to many times, so they are counted. */
static void pass(struct walk *w, size_t field, unsigned depth)
{
    struct mr_flat_view *v = w->view;
    int64_t number = mr_flat_number(v, field, TYPE_NUMBER, 1);
    v->is_bad = v->is_bad || number <= 0 || number >= TYPE_COUNT || depth > DEPTH_LIMIT ||
                ++w->fields > FIELDS_LIMIT;
    if (v->is_bad) return;
    w->next.node++;
    if (mr_flat_refer(v, field, DICTIONARY)) {
        w->has_dictionaries = true;
        w->next.buffer += 2; /* of the numbers in the dictionary */
        return;
    }
    w->next.buffer += types[number].buffers;
    w->next.views_before += types[number].is_view;
    if (number == UNION) /* its first field: 1 is dense */
        w->next.buffer += mr_flat_number(v, mr_flat_refer(v, field, TYPE), 0, 2) == 1 ? 1 : 0;
    if (number == UNION || number == RUN_ENDS) /* which are null, until V5 */
        w->next.buffer += w->version == VERSION_4 ? 1 : 0;
    size_t first, count = types[number].has_children
                              ? mr_flat_items(v, field, CHILDREN, sizeof(uint32_t), &first)
                              : 0;
    for (size_t k = 0; k < count && !v->is_bad; k++)
        pass(w, mr_flat_item(v, first + k * sizeof(uint32_t)), depth + 1);
}

/* ---- the choice ---- */

/* All columns of the file. */
struct fields {
    size_t count;
    char **names; /* one block, with the names behind the pointers */
    size_t *tables;
    struct mr_arrow_place *places;
};

static void fields_free(struct fields *f)
{
    mr_free(f->names);
    mr_free(f->tables);
    mr_free(f->places);
}

/* Whatever of it is to be read, all of it is passed. */
static mr_status fail_many(const struct mr_table *t, mr_error *err)
{
    mr_status st =
        mr_fail(err, MR_E_LIMIT, "%s: has more than %d columns, with what they have within them",
                t->input.name, (int)FIELDS_LIMIT);
    return mr_error_hint(err, st, "write the columns that are needed to a file of their own");
}

static mr_status read_names(const struct mr_table *t, struct mr_flat_view *v, struct fields *f,
                            mr_error *err)
{
    size_t length, bytes = f->count * sizeof(char *);
    for (size_t k = 0; k < f->count; k++) {
        (void)mr_flat_text_at(v, f->tables[k], NAME, &length);
        bytes += length + 1;
        if (bytes > v->size + 2 * FIELDS_LIMIT * sizeof(char *)) v->is_bad = true;
        if (v->is_bad) return mr_arrow_fail_damaged(t, "its schema", err);
    }
    f->names = mr_alloc(bytes + 1, 1);
    if (!f->names) return mr_fail_no_memory(err, "the names of columns");
    char *at = (char *)(f->names + f->count);
    for (size_t k = 0; k < f->count; k++) {
        const char *name = mr_flat_text_at(v, f->tables[k], NAME, &length);
        if (memchr(name, '\0', length)) {
            mr_status st = mr_fail(err, MR_E_FORMAT, "%s: the name of column %zu has a NUL byte",
                                   t->input.name, k);
            return mr_error_hint(err, st, "name it anew where the file is written");
        }
        f->names[k] = memcpy(at, name, length);
        at += length + 1;
    }
    return MR_OK;
}

static mr_status read_fields(const struct mr_table *t, struct mr_flat_view *v, size_t schema,
                             struct mr_arrow_layout *layout, struct fields *f, mr_error *err)
{
    struct walk w = {.view = v, .version = layout->version};
    size_t first, count = mr_flat_items(v, schema, SCHEMA_FIELDS, sizeof(uint32_t), &first);
    if (count > FIELDS_LIMIT) return fail_many(t, err);
    f->count = count;
    f->tables = mr_alloc(count, sizeof *f->tables);
    f->places = mr_alloc(count, sizeof *f->places);
    if (!f->tables || !f->places) return mr_fail_no_memory(err, "a schema");
    for (size_t k = 0; k < count && !v->is_bad; k++) {
        f->tables[k] = mr_flat_item(v, first + k * sizeof(uint32_t));
        f->places[k] = w.next;
        pass(&w, f->tables[k], 0);
    }
    layout->has_dictionaries = w.has_dictionaries;
    if (w.fields > FIELDS_LIMIT) return fail_many(t, err);
    if (v->is_bad) return mr_arrow_fail_damaged(t, "its schema", err);
    return read_names(t, v, f, err);
}

static mr_status fail_type(const struct mr_table *t, struct mr_flat_view *v, size_t field,
                           const char *name, mr_error *err)
{
    char type[TYPE_BYTES], shown[MR_SHOWN_BYTES];
    type_name(type, v, field);
    mr_status st = mr_fail(err, MR_E_TYPE, "%s: column '%s' is of the type %s", t->input.name,
                           mr_show_name(shown, name), type);
    return mr_error_hint(err, st,
                         "columns= chooses others; or cast it to bool, int32, uint32, int64, "
                         "uint64, float32 or float64");
}

static mr_status choose(struct mr_table *t, const struct mr_table_format *format,
                        struct mr_flat_view *v, const struct fields *f,
                        struct mr_arrow_layout *layout, mr_error *err)
{
    const char *const *names = (const char *const *)f->names;
    size_t count = format->column_count ? format->column_count : f->count;
    for (size_t k = 0; k < count; k++) {
        size_t field = k;
        if (format->column_count)
            MR_TRY(mr_table_find_field(t, format, k, names, f->count, &field, err));
        mr_dtype dtype = dtype_of(v, f->tables[field]);
        if (v->is_bad) return mr_arrow_fail_damaged(t, "its schema", err);
        if (dtype == MR_DTYPE_NONE) return fail_type(t, v, f->tables[field], names[field], err);
        MR_TRY(mr_table_add_column(t, names[field], dtype, field, f->count == 1, err));
        layout->places[k] = f->places[field];
        if (!format->has_dtype || format->dtype == dtype) continue;
        mr_status st = mr_fail(err, MR_E_TYPE, "%s: column '%s' holds %s, dtype=%s is asked for",
                               t->input.name, t->columns[k].name, mr_dtype_name(dtype),
                               mr_dtype_name(format->dtype));
        return mr_error_hint(err, st, "leave dtype out, and cast the column");
    }
    return MR_OK;
}

mr_status mr_arrow_choose(struct mr_table *t, const struct mr_table_format *format,
                          struct mr_flat_view *v, size_t schema, struct mr_arrow_layout *layout,
                          mr_error *err)
{
    struct fields fields = {.count = 0};
    if (mr_flat_number(v, schema, SCHEMA_ENDIANNESS, 2) != 0)
        return mr_error_hint(err, mr_fail(err, MR_E_TYPE, "%s: is big-endian", t->input.name),
                             "write it on a little-endian machine");
    mr_status st = read_fields(t, v, schema, layout, &fields, err);
    if (!st && fields.count == 0)
        st = mr_error_hint(err, mr_fail(err, MR_E_FORMAT, "%s: has no columns", t->input.name),
                           "read a file that has some");
    if (!st) st = choose(t, format, v, &fields, layout, err);
    fields_free(&fields);
    return st;
}
