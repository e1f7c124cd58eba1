#include "plan/counting.h"

#include "plan/fuse.h"
#include "plan/kind.h"

const struct mr_seq *mr_terminal_input(const struct mr_seq *terminal)
{
    return mr_masks_in(terminal->inputs[0]).below;
}

/* The segment it reads that is made of a stage between the terminal and those positions. */
static struct mr_segment *next_between(const struct mr_segment *s, const struct mr_seq *terminal)
{
    const struct mr_seq *below = mr_terminal_input(terminal);
    for (size_t v = 0; v < s->view_count; v++)
        for (const struct mr_seq *q = terminal->inputs[0]; q != below; q = q->inputs[0])
            if (s->views[v].segment && s->views[v].segment->seq == q) return s->views[v].segment;
    return NULL;
}

struct mr_segment *mr_plan_counting(const struct mr_plan *plan)
{
    struct mr_segment *root = plan->segments[plan->segment_count - 1], *found = root;
    for (struct mr_segment *s = root; s; s = next_between(s, root->seq))
        if (mr_kind_of(s->kind)->is_filter) found = s;
    return found;
}

void mr_plan_end_at(struct mr_plan *plan, int64_t until)
{
    struct mr_segment *s = mr_plan_counting(plan);
    s->domain = mr_length_take(s->domain, until);
    mr_plan_end_at_readers(plan);
}
