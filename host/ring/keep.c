/* A runner whose current slot is kept goes on reading it, and has others in the ring. */
#include <assert.h>

#include "ring/runner.h"

static unsigned ring_count(const struct mr_runner *r)
{
    unsigned count = 0;
    for (unsigned k = 0; k < MR_MAX_SLOTS; k++) count += r->slots[k] != NULL;
    return count;
}

/* Puts the slot that the lease is on into the ring. There is never one more than at first: so many
 * units the queue has checkpoints for. */
static void put_into_ring(struct mr_runner *r, struct mr_lease *lease)
{
    unsigned k = 0;
    assert(ring_count(r) < r->slot_count && r->slot_count <= MR_MAX_SLOTS);
    while (r->slots[k]) k++;
    r->slots[k] = lease->slot;
    r->leases[k] = lease;
    lease->slot = NULL;
}

/* The host's view of a slot that came back ends here, on the thread that uses the queue. */
static bool is_let_go(const struct mr_runner *r, struct mr_lease *lease)
{
    const struct mr_engine_class *class = r->engine->class;
    if (class->keep) class->keep(r->engine, lease->slot, false);
    return class->unmap(r->engine, lease->slot, NULL) == MR_OK;
}

static void take_back(struct mr_runner *r, unsigned most)
{
    struct mr_shelf *shelf = r->control->shelf;
    struct mr_lease *lease;
    while (ring_count(r) < most && (lease = mr_shelf_take(shelf, r->engine)))
        if (is_let_go(r, lease))
            put_into_ring(r, lease);
        else
            mr_lease_destroy(&lease);
    mr_shelf_trim(shelf, r->slot_count, r->last);
}

void mr_runner_take_back(struct mr_runner *r)
{
    if (r->lends) take_back(r, r->slot_count);
}

static mr_status check_room(const struct mr_runner *r, mr_error *err)
{
    const struct mr_shelf *shelf = r->control->shelf;
    size_t taken = atomic_load(&shelf->bytes);
    if (r->slot_bytes <= shelf->limit_bytes && taken <= shelf->limit_bytes - r->slot_bytes)
        return MR_OK;
    mr_status st = mr_fail(err, MR_E_BUDGET,
                           "kept batches: %zu leases are held; one more slot takes %zu bytes, of "
                           "max_memory_bytes %zu are left for such",
                           atomic_load(&shelf->leases), r->slot_bytes,
                           taken < shelf->limit_bytes ? shelf->limit_bytes - taken : 0);
    return mr_error_hint(err, st,
                         "release some, or copy the batch, or allow more in max_memory_bytes");
}

mr_status mr_runner_add_slot(struct mr_runner *r, mr_error *err)
{
    struct mr_lease *lease;
    struct mr_shelf *shelf = r->control->shelf;
    MR_TRY(check_room(r, err));
    MR_TRY(mr_lease_create(&lease, r->engine, err));
    mr_status st = mr_runner_create_slot(r, &lease->slot, err);
    if (st != MR_OK) {
        mr_lease_destroy(&lease);
        return st;
    }
    lease->shelf = shelf;
    lease->bytes = r->slot_bytes;
    atomic_fetch_add(&shelf->bytes, lease->bytes);
    put_into_ring(r, lease);
    return MR_OK;
}

/* How many others an engine that works ahead needs: the slot that is kept is still the one that is
 * read, so as many as before. With more, who lets go of each batch when he has the next one would
 * go round in memory that no cache holds. */
static unsigned ahead(const struct mr_runner *r)
{
    return r->slot_count > 2 ? r->slot_count - 1 : 2;
}

/* Takes the current slot out of the ring. Engines that do not work ahead need one to fill, and room
 * for another while that is read. */
static mr_status take_out(struct mr_runner *r, unsigned place, struct mr_lease *lease,
                          mr_error *err)
{
    const unsigned least = r->works_ahead ? 2 : 1, wanted = r->works_ahead ? ahead(r) : 1;
    mr_status st = MR_OK;
    lease->slot = r->slots[place];
    r->slots[place] = NULL;
    r->leases[place] = NULL;
    take_back(r, r->works_ahead ? wanted : least + 1); /* what came back is such room */
    while (st == MR_OK && ring_count(r) < wanted) st = mr_runner_add_slot(r, err);
    if (ring_count(r) > least) return MR_OK;
    if (ring_count(r) == least && (r->works_ahead || (st = check_room(r, err)) == MR_OK))
        return MR_OK;
    put_into_ring(r, lease);
    return st;
}

mr_status mr_runner_keep(struct mr_runner *r, mr_lease **out, mr_error *err)
{
    if (r->kept) {
        *out = mr_lease_share(r->kept);
        return MR_OK;
    }
    const struct mr_mapping *mapping = mr_runner_mapping(r, r->current);
    const unsigned place = (unsigned)(mapping - r->mappings);
    assert(mapping->bytes == 0);
    if (!r->leases[place]) MR_TRY(mr_lease_create(&r->leases[place], r->engine, err));
    struct mr_lease *lease = r->leases[place];
    r->lends = true;
    MR_TRY(take_out(r, place, lease, err));
    if (r->engine->class->keep) r->engine->class->keep(r->engine, lease->slot, true);
    mr_lease_begin(lease, r->control->shelf);
    *out = r->kept = lease;
    return MR_OK;
}
