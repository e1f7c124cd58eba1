#include "stream/recovery.h"

#include "base/memory.h"
#include "plan/kind.h"

static bool is_terminal(const struct mr_runner *root)
{
    return mr_kind_of(root->segment->kind)->is_terminal;
}

static void save(struct mr_runner *root, const struct mr_reduction *result,
                 struct mr_bytes_out *out)
{
    if (is_terminal(root))
        mr_reduction_save(result, root, false, out);
    else
        mr_runner_save(root, 0, out);
}

/* All that the old root and its inputs remember; NULL: no memory. */
static unsigned char *save_root(struct mr_runner *root, const struct mr_reduction *result,
                                size_t *size)
{
    struct mr_bytes_out out = {.bytes = NULL};
    save(root, result, &out);
    out = (struct mr_bytes_out){.bytes = mr_alloc(1, out.used), .size = out.used};
    if (out.bytes) save(root, result, &out);
    *size = out.used;
    return out.bytes;
}

static mr_status restore(struct mr_runner *root, struct mr_reduction *result,
                         const unsigned char *bytes, size_t size, mr_error *err)
{
    struct mr_bytes_in in = {.bytes = bytes, .size = size};
    bool is_reduced;
    mr_status st = is_terminal(root) ? mr_reduction_restore(result, root, &is_reduced, &in, err)
                                     : mr_runner_restore(root, &in, err);
    if (st == MR_OK && in.is_bad)
        st = mr_fail(err, MR_E_INTERNAL, "what the stream remembers cannot be read");
    return st;
}

bool mr_recover(struct mr_leg *leg, struct mr_reduction *result, mr_error *why)
{
    struct mr_leg fresh = {.plan = leg->plan, .engine = leg->engine};
    struct mr_control *control = leg->root->control;
    size_t size;
    if (!mr_leg_goes_on(leg) || leg->root->segment->is_live) return false;
    unsigned char *bytes = save_root(leg->root, result, &size);
    if (!bytes) return false;
    mr_runner_release(leg->root);
    mr_status st;
    do {
        mr_runner_destroy(&fresh.root);
        st = mr_leg_make_root(&fresh, control, why);
        if (st == MR_OK) st = mr_runner_seek(fresh.root, 0, why);
        if (st == MR_OK) st = restore(fresh.root, result, bytes, size, why);
    } while (st != MR_OK && mr_leg_goes_on(&fresh));
    mr_free(bytes);
    if (st == MR_OK) {
        mr_runner_destroy(&leg->root);
        leg->root = fresh.root;
    } else {
        mr_runner_destroy(&fresh.root);
    }
    return st == MR_OK;
}
