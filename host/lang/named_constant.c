#include "lang/named_constant.h"

#include <string.h>

#include "base/memory.h"
#include "base/spelling.h"
#include "lang/arg_value.h"

static mr_status check_name(const struct mr_constants *constants, const char *name, mr_error *err)
{
    char shown[MR_SHOWN_BYTES];
    if (!name) {
        mr_fail(err, MR_E_VALUE, "a constant has no name");
        return mr_error_hint(err, MR_E_VALUE, "write mr_constant(\"k\", mr_int(3))");
    }
    (void)mr_show_text(shown, name, strlen(name));
    const char *meaning = mr_name_meaning(name);
    if (!mr_name_is_plain(name) || strlen(name) >= MR_NAME_BYTES) {
        mr_fail(err, MR_E_NAME, "a constant cannot be named '%s'", shown);
        return mr_error_hint(err, MR_E_NAME, "letters, digits and _ make a name, no digit first");
    }
    if (meaning) {
        mr_fail(err, MR_E_NAME, "a constant cannot be named '%s', which is %s", shown, meaning);
        return mr_error_hint(err, MR_E_NAME, "give it another name");
    }
    for (size_t k = 0; k < constants->count; k++) {
        if (strcmp(constants->items[k].name, name) != 0) continue;
        mr_fail(err, MR_E_NAME, "two constants are named '%s'", shown);
        return mr_error_hint(err, MR_E_NAME, "give each a name of its own");
    }
    return MR_OK;
}

static mr_status add(struct mr_constants *constants, const mr_arg *arg, mr_error *err)
{
    int kind = mr_arg_kind(arg);
    MR_TRY(check_name(constants, arg->keyword, err));
    if (!mr_arg_has_value(arg) || kind == ARG_EXPR || kind == ARG_INPUT) {
        mr_fail(err, MR_E_VALUE, "the constant '%s' is no number or text", arg->keyword);
        return mr_error_hint(err, MR_E_VALUE, "make it with mr_int(), mr_real(), mr_text() or so");
    }
    struct mr_named_constant *item = &constants->items[constants->count++];
    *item = (struct mr_named_constant){.name = arg->keyword};
    return mr_arg_literal(&item->expr, arg, err);
}

mr_status mr_constants_make(struct mr_constants *out, const mr_arg args[], size_t count,
                            mr_error *err)
{
    size_t wanted = 0;
    *out = (struct mr_constants){.count = 0};
    for (size_t k = 0; k < count; k++) wanted += mr_arg_is_constant(&args[k]);
    if (!wanted) return MR_OK;
    out->items = mr_alloc(wanted, sizeof *out->items);
    if (!out->items) return mr_fail_no_memory(err, "constants");
    for (size_t k = 0; k < count; k++)
        if (mr_arg_is_constant(&args[k])) MR_TRY(add(out, &args[k], err));
    return MR_OK;
}

const struct mr_expr *mr_constants_find(struct mr_constants *constants, const struct mr_token *name)
{
    for (size_t k = 0; constants && k < constants->count; k++) {
        struct mr_named_constant *item = &constants->items[k];
        if (!mr_token_is_name(name, item->name)) continue;
        item->is_used = true;
        return item->expr;
    }
    return NULL;
}

static void place(struct mr_expr *expr, struct mr_span span)
{
    expr->span = span;
    for (size_t k = 0; k < expr->arg_count; k++) place(expr->args[k], span);
}

struct mr_expr *mr_constant_copy(const struct mr_expr *constant, const struct mr_token *name,
                                 struct mr_span span)
{
    struct mr_expr *copy = mr_expr_copy(constant);
    if (!copy) return NULL;
    place(copy, span);
    copy->constant_name = mr_text_copy(name->start, name->length);
    if (!copy->constant_name) mr_expr_destroy(&copy);
    return copy;
}

mr_status mr_constants_check_used(const struct mr_constants *constants, mr_error *err)
{
    for (size_t k = 0; k < constants->count; k++) {
        if (constants->items[k].is_used) continue;
        mr_fail(err, MR_E_NAME, "the constant '%s' is in no expression", constants->items[k].name);
        return mr_error_hint(err, MR_E_NAME, "use it by its name, or leave it out");
    }
    return MR_OK;
}

void mr_constants_free(struct mr_constants *constants)
{
    for (size_t k = 0; k < constants->count; k++) mr_expr_destroy(&constants->items[k].expr);
    mr_free(constants->items);
    *constants = (struct mr_constants){.count = 0};
}
