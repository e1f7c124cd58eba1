#include "emit/argument.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/memory.h"
#include "emit/scalars.h"

/* Room for one more argument; NULL without memory. */
static struct mr_kernel_arg *next_argument(struct mr_kernel_source *kernel)
{
    if (kernel->arg_count == kernel->arg_capacity) {
        size_t capacity = kernel->arg_capacity ? 2 * kernel->arg_capacity : 16;
        struct mr_kernel_arg *grown = mr_resize(kernel->args, capacity, sizeof *grown);
        if (!grown) return NULL;
        kernel->args = grown;
        kernel->arg_capacity = capacity;
    }
    return &kernel->args[kernel->arg_count++];
}

void mr_emit_argument(struct mr_emitter *e, struct mr_strbuf *out, struct mr_kernel_arg arg,
                      const char *name, ...)
{
    struct mr_kernel_source *kernel = &e->source->kernels[e->kernel - 1];
    char text[32];
    va_list values;
    va_start(values, name);
    (void)vsnprintf(text, sizeof text, name, values);
    va_end(values);
    if (!arg.type) arg.type = mr_cl_type_name(arg.dtype);
    if (kernel->arg_count) mr_strbuf_add(out, ",\n    ");
    if (mr_arg_is_buffer(&arg))
        mr_strbuf_addf(out, "__global %s%s *restrict %s", arg.is_const ? "const " : "", arg.type,
                       text);
    else
        mr_strbuf_addf(out, "const %s %s", arg.type, text);
    if (arg.what == MR_ARG_START) e->source->takes_start = true;
    if (arg.what == MR_ARG_BEFORE) kernel->has_before = true;
    struct mr_kernel_arg *place = next_argument(kernel);
    if (place)
        *place = arg;
    else
        out->failed = true;
}

void mr_emit_long(struct mr_emitter *e, struct mr_strbuf *out, enum mr_arg_what what,
                  const char *name)
{
    mr_emit_argument(e, out, (struct mr_kernel_arg){.what = what, .dtype = MR_I64}, "%s", name);
}

void mr_emit_value(struct mr_emitter *e, struct mr_strbuf *out, int64_t value, const char *name)
{
    mr_emit_argument(e, out, (struct mr_kernel_arg){.dtype = MR_I64, .bits = (uint64_t)value}, "%s",
                     name);
}

static void emit_at(struct mr_emitter *e, struct mr_strbuf *out, size_t v)
{
    const struct mr_memory_source *memory = e->segment->views[v].memory;
    struct mr_kernel_arg arg = {.what = MR_ARG_AT, .view = (uint16_t)v, .dtype = MR_I64};
    if (memory)
        arg =
            (struct mr_kernel_arg){.dtype = MR_I64, .bits = memory->count ? memory->count - 1 : 0};
    mr_emit_argument(e, out, arg, "%s%zu", memory ? "last" : "at", v);
}

static void emit_view(struct mr_emitter *e, struct mr_strbuf *out, size_t v)
{
    const struct mr_view *view = &e->segment->views[v];
    const struct mr_column *columns = view->segment ? view->segment->columns : view->seq->columns;
    bool used = false;
    for (size_t c = 0; c < MR_MAX_COLUMNS; c++) {
        if (!e->source->uses_column[v][c]) continue;
        used = true;
        mr_emit_argument(e, out,
                         (struct mr_kernel_arg){.what = MR_ARG_COLUMN,
                                                .view = (uint16_t)v,
                                                .number = (uint16_t)c,
                                                .dtype = columns[c].dtype,
                                                .is_const = true},
                         "in%zu_%zu", v, c);
    }
    if (used) emit_at(e, out, v);
    if (e->source->uses_end[v])
        mr_emit_argument(
            e, out,
            (struct mr_kernel_arg){.what = MR_ARG_END, .view = (uint16_t)v, .dtype = MR_I64},
            "end%zu", v);
}

void mr_emit_arguments(struct mr_emitter *e, struct mr_strbuf *out)
{
    mr_emit_argument(
        e, out, (struct mr_kernel_arg){.what = MR_ARG_PARAMS, .dtype = MR_U64, .is_const = true},
        "P");
    mr_emit_long(e, out, MR_ARG_FIRST, "first");
    mr_emit_long(e, out, MR_ARG_COUNT, "count");
    mr_emit_argument(e, out, (struct mr_kernel_arg){.what = MR_ARG_STATUS, .dtype = MR_U32},
                     "status");
    for (size_t v = 0; v < e->segment->view_count; v++) emit_view(e, out, v);
}

void mr_emit_outputs(struct mr_emitter *e, struct mr_strbuf *out)
{
    for (size_t k = 0; k < e->segment->stored_count; k++)
        mr_emit_argument(e, out,
                         (struct mr_kernel_arg){.what = MR_ARG_OUT,
                                                .number = (uint16_t)k,
                                                .dtype = e->segment->stored[k]},
                         "out%zu", k);
}

void mr_emit_kernel(struct mr_emitter *e, struct mr_strbuf *out)
{
    struct mr_kernel_source *kernel = &e->source->kernels[e->kernel++];
    kernel->name_at = out->length;
    mr_strbuf_add(out, kernel->name);
}
