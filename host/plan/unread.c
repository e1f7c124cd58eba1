/* Which columns of a segment's elements its reader reads: no others are made and stored.
 *
 *     iterate(a: 0.9*a + b, b: b + 1, init=(0, 0)) | map(a) | sum()
 *
 * The sum reads a: the state hands both variables on, and stores one. */
#include <string.h>

#include "base/memory.h"
#include "ir/op.h"
#include "plan/kind.h"

void mr_segment_find_needed(const struct mr_segment *s, bool needed[])
{
    const struct ir_body *b = &s->body;
    for (size_t c = 0; c < s->value_count; c++) needed[s->values[c]] = true;
    for (size_t c = 0; c < s->carried_count; c++) needed[s->carried[c]] = true;
    if (s->keep != IR_NONE) needed[s->keep] = true;
    for (size_t k = 0; k < b->check_count; k++) needed[b->checks[k].bad] = true;
    /* Operands stand before what uses them. */
    for (size_t n = b->count; n-- > 0;)
        for (int a = 0; a < 3 && needed[n]; a++)
            if (b->nodes[n].args[a] != IR_NONE) needed[b->nodes[n].args[a]] = true;
}

/* What joins elements takes them as they are; what is computed takes what its body loads. */
static void find_read(const struct mr_segment *s, const bool needed[], size_t view, bool read[])
{
    bool joins = mr_kind_of(s->kind)->inputs == MR_INPUTS_JOINED;
    for (size_t c = 0; c < s->column_count && joins; c++) read[s->column_numbers[c]] = true;
    for (size_t n = 0; n < s->body.count; n++) {
        const struct ir_node *node = &s->body.nodes[n];
        if (needed[n] && node->op == IR_LOAD && node->input == view) read[node->column] = true;
    }
}

/* Values that are no columns are numbers of its recurrence, and a feed may have to fill all. What
 * joins elements moves them column by column, so it can only where all its inputs can. */
static bool can_drop(const struct mr_segment *s)
{
    switch (mr_kind_of(s->kind)->inputs) {
    case MR_INPUTS_JOINED:
        for (size_t v = 0; v < s->view_count; v++)
            if (!can_drop(s->views[v].segment)) return false;
        return true;
    case MR_INPUTS_NONE: return s->seq->op->feed && s->seq->op->feed->leaves_out;
    case MR_INPUTS_LOWERED: break;
    }
    return s->value_count == s->column_count;
}

/* A slot has a column even if its reader only counts entries: the narrowest. */
static void read_one(const struct mr_segment *s, bool read[])
{
    size_t least = 0;
    for (size_t c = 0; c < s->column_count; c++) {
        if (read[c]) return;
        if (mr_dtype_size(s->columns[c].dtype) < mr_dtype_size(s->columns[least].dtype)) least = c;
    }
    read[least] = true;
}

/* numbers[c]: what column c is called now. */
static void drop(struct mr_segment *s, const bool read[], uint16_t numbers[])
{
    size_t left = 0;
    bool has_values = s->value_count > 0;
    for (size_t c = 0; c < s->column_count; c++) {
        if (!read[c]) continue;
        numbers[c] = (uint16_t)left;
        s->columns[left] = s->columns[c];
        s->column_numbers[left] = s->column_numbers[c];
        s->values[left++] = s->values[c];
    }
    s->column_count = left;
    if (has_values) s->value_count = left;
    /* A scan hands on what it gives; a state its variables, whoever reads them. */
    if (s->carried_count && !mr_kind_of(s->kind)->walks) {
        s->carried_count = left;
        memcpy(s->carried, s->values, sizeof s->carried);
    }
    mr_segment_store_entries(s);
}

static void rename_loads(struct mr_segment *s, const bool needed[], size_t view,
                         const uint16_t numbers[])
{
    for (size_t n = 0; n < s->body.count; n++) {
        struct ir_node *node = &s->body.nodes[n];
        if (node->op != IR_LOAD || node->input != view) continue;
        if (needed[n])
            node->column = numbers[node->column];
        else
            *node = (struct ir_node){
                .op = IR_CONST, .dtype = node->dtype, .args = {IR_NONE, IR_NONE, IR_NONE}};
    }
}

mr_status mr_segment_drop_unread(struct mr_segment *s, mr_error *err)
{
    bool *needed = mr_alloc(s->body.count + 1, sizeof *needed);
    if (!needed) return mr_fail_no_memory(err, "the plan");
    mr_segment_find_needed(s, needed);
    for (size_t v = 0; v < s->view_count; v++) {
        struct mr_segment *input = s->views[v].segment;
        bool read[MR_MAX_COLUMNS] = {false};
        uint16_t numbers[MR_MAX_COLUMNS] = {0};
        if (!input || !can_drop(input)) continue;
        find_read(s, needed, v, read);
        read_one(input, read);
        drop(input, read, numbers);
        rename_loads(s, needed, v, numbers);
    }
    mr_free(needed);
    return MR_OK;
}
