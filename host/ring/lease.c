#include "ring/lease.h"

#include "base/memory.h"

/* On top of the stack of a shelf that is closed. */
static struct mr_lease closed;

/* ---- the shelf ---- */

mr_status mr_shelf_create(struct mr_shelf **out, size_t limit_bytes, mr_error *err)
{
    struct mr_shelf *shelf = *out = mr_alloc(1, sizeof *shelf);
    if (!shelf) return mr_fail_no_memory(err, "leases");
    atomic_init(&shelf->holders, 1);
    shelf->limit_bytes = limit_bytes;
    return MR_OK;
}

static void leave_shelf(struct mr_shelf *shelf)
{
    if (atomic_fetch_sub(&shelf->holders, 1) == 1) mr_free(shelf);
}

static void destroy_all(struct mr_lease *first)
{
    for (struct mr_lease *next; first; first = next) {
        next = first->next;
        mr_lease_destroy(&first);
    }
}

void mr_shelf_close(struct mr_shelf **shelf)
{
    if (!*shelf) return;
    destroy_all(atomic_exchange(&(*shelf)->returned, &closed));
    destroy_all((*shelf)->spare);
    leave_shelf(*shelf);
    *shelf = NULL;
}

/* False: nobody would take it. */
static bool put_back(struct mr_shelf *shelf, struct mr_lease *lease)
{
    struct mr_lease *top = atomic_load(&shelf->returned);
    do {
        if (top == &closed) return false;
        lease->next = top;
    } while (!atomic_compare_exchange_weak(&shelf->returned, &top, lease));
    return true;
}

static void gather(struct mr_shelf *shelf)
{
    if (!atomic_load_explicit(&shelf->returned, memory_order_relaxed)) return;
    struct mr_lease *returned = atomic_exchange(&shelf->returned, NULL);
    for (struct mr_lease *next; returned; returned = next) {
        next = returned->next;
        returned->next = shelf->spare;
        shelf->spare = returned;
    }
}

struct mr_lease *mr_shelf_take(struct mr_shelf *shelf, const struct mr_engine *engine)
{
    gather(shelf);
    while (shelf->spare) {
        struct mr_lease *lease = shelf->spare;
        shelf->spare = lease->next;
        lease->next = NULL;
        if (lease->engine == engine) return lease;
        mr_lease_destroy(&lease);
    }
    return NULL;
}

void mr_shelf_trim(struct mr_shelf *shelf, size_t most, const struct mr_slot *but)
{
    gather(shelf);
    for (struct mr_lease **at = &shelf->spare; *at;) {
        struct mr_lease *lease = *at;
        if (most > 0 || lease->slot == but) {
            most -= most > 0;
            at = &lease->next;
            continue;
        }
        *at = lease->next;
        mr_lease_destroy(&lease);
    }
}

/* ---- leases ---- */

const void *mr_this_thread(void)
{
    static _Thread_local char own;
    return &own;
}

mr_status mr_lease_create(struct mr_lease **out, struct mr_engine *engine, mr_error *err)
{
    struct mr_lease *lease = *out = mr_alloc(1, sizeof *lease);
    if (!lease) return mr_fail_no_memory(err, "a lease");
    lease->engine = engine ? mr_engine_share(engine) : NULL;
    return MR_OK;
}

void mr_lease_destroy(struct mr_lease **lease)
{
    struct mr_lease *l = *lease;
    if (!l) return;
    if (l->slot) l->engine->class->slot_destroy(&l->slot, l->engine);
    for (size_t c = 0; c < MR_MAX_COLUMNS; c++) mr_free(l->columns[c]);
    if (l->bytes) atomic_fetch_sub(&l->shelf->bytes, l->bytes);
    mr_engine_leave(&l->engine);
    mr_free(l);
    *lease = NULL;
}

void mr_lease_begin(struct mr_lease *lease, struct mr_shelf *shelf)
{
    atomic_store(&lease->holders, 2);
    atomic_fetch_add(&shelf->holders, 1);
    atomic_fetch_add(&shelf->leases, 1);
    lease->shelf = shelf;
}

mr_lease *mr_lease_share(struct mr_lease *lease)
{
    atomic_fetch_add(&lease->holders, 1);
    atomic_fetch_add(&lease->shelf->leases, 1);
    return lease;
}

void mr_lease_leave(struct mr_lease **lease)
{
    struct mr_lease *l = *lease;
    *lease = NULL;
    if (!l || atomic_fetch_sub(&l->holders, 1) != 1) return;
    struct mr_shelf *shelf = l->shelf;
    if (!l->slot || !put_back(shelf, l)) mr_lease_destroy(&l);
    leave_shelf(shelf);
}

mr_lease *mr_lease_retain(const mr_lease *lease)
{
    return lease ? mr_lease_share((struct mr_lease *)lease) : NULL;
}

void mr_lease_release(mr_lease **lease)
{
    if (!lease || !*lease) return;
    atomic_fetch_sub(&(*lease)->shelf->leases, 1);
    atomic_store_explicit(&(*lease)->home, mr_this_thread(), memory_order_relaxed);
    mr_lease_leave(lease);
}
