#include <stdio.h>
#include <string.h>

#include <millrace/sequence.h>

#include "base/float_env.h"
#include "lang/arg_value.h"
#include "lang/bind.h"
#include "lang/catalogue.h"
#include "lang/expression.h"

enum { NAME_BYTES = MR_NAME_BYTES + 1 }; /* longer ones are cut: nothing has such a name */

static mr_status parse_pipeline(struct mr_parser *p, struct mr_seq **out, struct mr_seq *input);

/* `name =` or `name :` before the value, which the next token but one decides. */
static mr_status parse_prefix(struct mr_parser *p, enum mr_given *given, char name[NAME_BYTES])
{
    bool is_quoted = p->lexer.token.kind == MR_TOKEN_QUOTED_NAME;
    *given = MR_BY_PLACE;
    if (p->lexer.token.kind != MR_TOKEN_NAME && !is_quoted) return MR_OK;
    struct mr_parser ahead = *p;
    MR_TRY(mr_parser_next(&ahead));
    if (mr_parser_at(&ahead, "=") && !is_quoted)
        *given = MR_BY_NAME;
    else if (mr_parser_at(&ahead, ":"))
        *given = MR_LABELLED;
    else
        return MR_OK;
    (void)mr_token_name(&p->lexer.token, name, NAME_BYTES);
    return MR_OK;
}

/* A bare label that means something else in expressions would have to be quoted in each. */
static mr_status check_label(struct mr_parser *p, const struct mr_call *call, const char *name)
{
    const char *meaning = mr_name_meaning(name);
    if (!meaning || p->lexer.token.kind == MR_TOKEN_QUOTED_NAME) return MR_OK;
    mr_status st = mr_fail(p->err, MR_E_NAME, "%s: a column cannot be named '%s', which is %s",
                           call->op->name, name, meaning);
    mr_error_hint(p->err, st, "in back quotes it can: `%s`, here and in expressions", name);
    return mr_error_at(p->err, st, call->op->name, mr_parser_span(p));
}

static mr_status parse_value(struct mr_parser *p, struct mr_raw_argument *argument,
                             const struct mr_param *param)
{
    if (mr_param_is_list(param)) {
        MR_TRY(mr_parse_list(p, &argument->expr));
    } else if (param->type == MR_PARAM_SEQS) {
        struct mr_span begin = mr_parser_span(p);
        MR_TRY(mr_parser_enter(p));
        MR_TRY(parse_pipeline(p, &argument->seq, NULL));
        mr_parser_leave(p);
        argument->span = begin;
        return MR_OK;
    } else {
        MR_TRY(mr_parse_expr(p, &argument->expr));
    }
    argument->span = argument->expr->span;
    return MR_OK;
}

static mr_status parse_argument(struct mr_parser *p, struct mr_call *call)
{
    enum mr_given given;
    char name[NAME_BYTES] = "";
    struct mr_raw_argument *argument;
    MR_TRY(parse_prefix(p, &given, name));
    MR_TRY(mr_call_add(&argument, call, given, name, mr_parser_span(p), p->err));
    if (given == MR_LABELLED) MR_TRY(check_label(p, call, name));
    if (given != MR_BY_PLACE) {
        MR_TRY(mr_parser_next(p));
        MR_TRY(mr_parser_next(p));
    }
    return parse_value(p, argument, &call->op->params[argument->param]);
}

static mr_status parse_arguments(struct mr_parser *p, struct mr_call *call)
{
    struct mr_span open = mr_parser_span(p);
    if (!mr_parser_at(p, "(")) {
        mr_status st = mr_parser_unexpected(p, "'('");
        return mr_error_hint(p->err, st, "operators are called: %s(...)", call->op->name);
    }
    MR_TRY(mr_parser_next(p));
    if (mr_parser_at(p, ")")) return mr_parser_next(p);
    for (;;) {
        MR_TRY(parse_argument(p, call));
        if (!mr_parser_at(p, ",")) return mr_parser_close(p, open);
        MR_TRY(mr_parser_next(p));
    }
}

static mr_status count_stage(struct mr_parser *p)
{
    if (++p->stage_count <= MR_MAX_STAGES) return MR_OK;
    mr_status st = mr_fail(p->err, MR_E_LIMIT,
                           "the pipeline has more operators than the limit of %d", MR_MAX_STAGES);
    mr_error_hint(p->err, st, "neighbouring map() stages can be written as one");
    return mr_error_at(p->err, st, NULL, mr_parser_span(p));
}

/* One operator behind `input` (NULL: a source). */
static mr_status parse_call(struct mr_parser *p, struct mr_seq **out, struct mr_seq *input)
{
    char name[NAME_BYTES];
    struct mr_call call;
    if (p->lexer.token.kind != MR_TOKEN_NAME) {
        mr_status st = mr_parser_unexpected(p, input ? "a stage" : "a source");
        if (p->err && p->err->hint[0]) return st;
        return mr_error_hint(p->err, st, "%s",
                             input ? "write a stage: map(x*x)" : "start with a source: range(10)");
    }
    MR_TRY(count_stage(p));
    (void)mr_token_name(&p->lexer.token, name, NAME_BYTES);
    MR_TRY(mr_call_start(&call, name, input, mr_parser_span(p), p->err));
    mr_status st = mr_parser_next(p);
    if (!st) st = parse_arguments(p, &call);
    if (st && p->err && !p->err->op[0])
        mr_error_at(p->err, st, name, (struct mr_span){p->err->column, p->err->span});
    if (!st) st = mr_call_bind(out, &call, input, p->err);
    if (!st) (*out)->written = mr_written_ref(p->written);
    if (st) mr_hint_example(call.op, p->err, st);
    mr_call_free(&call);
    return st;
}

/* `input` is NULL where the pipeline begins with a source; it stays the caller's. */
static mr_status parse_pipeline(struct mr_parser *p, struct mr_seq **out, struct mr_seq *input)
{
    struct mr_seq *seq = NULL;
    *out = NULL;
    MR_TRY(parse_call(p, &seq, input));
    while (mr_parser_at(p, "|")) {
        struct mr_seq *longer = NULL;
        mr_status st = mr_parser_next(p);
        if (!st) st = parse_call(p, &longer, seq);
        mr_seq_unref(&seq);
        if (st) return st;
        seq = longer;
    }
    *out = seq;
    return MR_OK;
}

static mr_status parse_all(struct mr_parser *p, struct mr_seq **out, struct mr_seq *input)
{
    if (p->lexer.token.kind == MR_TOKEN_END) {
        mr_fail(p->err, MR_E_SYNTAX, "the pipeline is empty");
        return mr_error_hint(p->err, MR_E_SYNTAX, "%s",
                             input ? "write a stage: map(x*x)" : "start with a source: range(10)");
    }
    if (input) {
        p->stage_count = input->stage_count;
        p->node_count = input->node_count;
    }
    MR_TRY(parse_pipeline(p, out, input));
    if (p->lexer.token.kind == MR_TOKEN_END) return MR_OK;
    mr_seq_unref(out);
    mr_status st = mr_parser_unexpected(p, "'|' or the end");
    if (p->err && p->err->hint[0]) return st;
    return mr_error_hint(p->err, st, "stages are separated by '|'");
}

static mr_status parse_text(struct mr_seq **out, struct mr_seq *input, const char *text,
                            struct mr_constants *constants, mr_error *err)
{
    struct mr_parser p;
    mr_status st = mr_parser_start(&p, text, true, err);
    if (st != MR_OK) return mr_error_quote(err, st, text);
    p.constants = constants;
    p.written = mr_written_create(text);
    if (!p.written) return mr_fail_no_memory(err, "the pipeline's text");
    st = parse_all(&p, out, input);
    if (st != MR_OK) mr_error_quote(err, st, text);
    mr_written_unref(&p.written);
    return st;
}

static mr_status parse_whole(struct mr_seq **out, struct mr_seq *input, const char *text,
                             const mr_arg args[], size_t count, mr_error *err)
{
    struct mr_constants constants;
    for (size_t k = 0; k < count; k++) {
        MR_NEED_ZERO(err, "mr_arg", args[k].reserved);
        if (mr_arg_is_constant(&args[k])) continue;
        mr_fail(err, MR_E_VALUE, "argument %zu is no constant", k);
        return mr_error_hint(err, MR_E_VALUE, "make it with mr_constant(name, mr_int(3))");
    }
    mr_status st = mr_constants_make(&constants, args, count, err);
    if (!st) st = parse_text(out, input, text, &constants, err);
    if (!st && (st = mr_constants_check_used(&constants, err))) mr_seq_unref(out);
    mr_constants_free(&constants);
    return st;
}

mr_status mr_seq_parse(mr_seq **out, const char *text, mr_error *err)
{
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, text);
    return mr_seq_parse_with(out, text, NULL, 0, err);
}

mr_status mr_seq_parse_with(mr_seq **out, const char *text, const mr_arg constants[], size_t count,
                            mr_error *err)
{
    MR_OWN_FLOAT_ENV;
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, text);
    if (count) MR_NEED(err, constants);
    return parse_whole(out, NULL, text, constants, count, err);
}

mr_status mr_seq_pipe(mr_seq **out, const mr_seq *input, const char *stages, mr_error *err)
{
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, input);
    MR_NEED(err, stages);
    return mr_seq_pipe_with(out, input, stages, NULL, 0, err);
}

mr_status mr_seq_pipe_with(mr_seq **out, const mr_seq *input, const char *stages,
                           const mr_arg constants[], size_t count, mr_error *err)
{
    MR_OWN_FLOAT_ENV;
    MR_NEED(err, out);
    *out = NULL;
    MR_NEED(err, input);
    MR_NEED(err, stages);
    if (count) MR_NEED(err, constants);
    return parse_whole(out, (struct mr_seq *)input, stages, constants, count, err);
}
