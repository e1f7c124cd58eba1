/* The OpenCL engine's insides: slots, and the order of the commands that concern them. */
#ifndef MR_ENGINE_OPENCL_SLOT_H
#define MR_ENGINE_OPENCL_SLOT_H

#include <stdatomic.h>

#include "cl/launch.h"
#include "engine/engine.h"

enum {
    MR_SLOT_READERS = 2, /* units that may read a slot at the same time */
    MR_MAX_AFTER = 3 * MR_MAX_VIEWS + MR_SLOT_READERS + 8
};

struct mr_opencl {
    struct mr_engine base;
    struct mr_session *session;
    bool staged;
    bool shares_finely; /* nothing is mapped: the host sees slots where they are */
    bool pins;          /* staged, and the driver has not refused it: copies are pinned */
    /* The driver refuses to wait: what is in flight may never be known. */
    atomic_bool is_unsettled;
};

static inline struct mr_opencl *mr_opencl_of(struct mr_engine *e)
{
    return (struct mr_opencl *)e;
}

/* Waits for all that was enqueued; marks the engine where the driver refuses even that. */
mr_status mr_opencl_finish(struct mr_opencl *e, mr_error *err);

/* Memory of the host beside a device's. */
struct mr_host_side {
    cl_mem pinned; /* whose mapping it is, for as long as there is a slot; NULL: ordinary memory */
    void *memory;
};

struct mr_slot {
    cl_mem columns[MR_MAX_STORED];
    mr_dtype dtypes[MR_MAX_STORED];
    size_t column_count, lead, entries;
    cl_mem status;
    void *words; /* status, as the host sees it, or its copy; NULL: it did not look yet */
    size_t word_count;
    bool status_dirty; /* some word is no longer as mr_slot_fill_status() leaves it */
    cl_mem carry;      /* what the unit hands on */
    cl_event written;  /* the last command that changes it, after all that read it before */
    /* The last ones that read it since, each after the one that it replaced here. */
    cl_event reads[MR_SLOT_READERS];
    size_t next_read;
    cl_event transferred; /* the last command on the other queue */
    cl_event mapping;     /* what the host waits for before it looks at `mapped` */
    void *mapped[MR_MAX_STORED];
    void *host[MR_MAX_STORED]; /* columns as the host sees them, or copies; NULL: to be mapped,
                                * or the host did not look yet */
    struct mr_host_side copies, word_copies;
    size_t mapped_index, mapped_count;
    size_t seen_index,
        seen_count; /* entries that copies in `host` have, once `mapping` is over, ... */
    size_t own_index, own_count; /* ... and those of them that the device has not */
    bool is_mapped, is_written;
    bool is_kept;   /* by the consumer: what is mapped stays so, and `written` is its event */
    bool is_filled; /* by the host, unit after unit */
    bool is_lent;   /* to a consumer, whose commands may still read it */
    struct mr_launch launch;
    size_t launch_entries;
};

/* ---- the order of commands ---- */

/* Commands of which each waits for the one before, and the first for `after`. */
struct mr_chain {
    cl_command_queue queue;
    cl_event after[MR_MAX_AFTER];
    cl_uint after_count;
    cl_event done; /* the last one enqueued; NULL: none yet */
};

/* Its next command waits for `event` too. NULL-safe. */
void mr_chain_after(struct mr_chain *c, cl_event event);
/* Its next command reads what is in the slot, or changes it. */
void mr_chain_before_read(struct mr_chain *c, const struct mr_slot *slot);
void mr_chain_before_write(struct mr_chain *c, const struct mr_slot *slot);

/* The next command, which gives *event; and that event, taken over, once it is enqueued (NULL: it
 * was not). */
struct mr_command mr_chain_next(struct mr_chain *c, cl_event *event);
void mr_chain_add(struct mr_chain *c, cl_event event);

/* The slot was read by a command that mr_chain_before_read() came before; or written by the chain,
 * whose last event it takes over. */
mr_status mr_slot_read_by(struct mr_opencl *e, struct mr_slot *slot, cl_event event, mr_error *err);
void mr_slot_written_by(struct mr_slot *slot, struct mr_chain *c);

/* Remembers `event`, taking it over; or one more reference to it; in place of the old one. */
void mr_event_replace(cl_event *place, cl_event event);
mr_status mr_event_share(struct mr_opencl *e, cl_event *place, cl_event event, mr_error *err);

/* ---- slots ---- */

/* What the consumer does with a slot on its own queue is known to that queue alone. */
mr_status mr_slot_take_back(struct mr_opencl *e, struct mr_slot *slot, mr_error *err);

/* Waits for all that concerns the slot; the first failure is told. */
mr_status mr_slot_settle(struct mr_opencl *e, struct mr_slot *slot, mr_error *err);

/* Memory of a slot (opencl_memory.c): on the device; and the host's copies where it has some,
 * before a command of the chain moves what they are copies of. */
mr_status mr_slot_create_columns(struct mr_opencl *e, struct mr_slot *slot, mr_error *err);
mr_status mr_slot_create_status(struct mr_opencl *e, struct mr_slot *slot, mr_error *err);
mr_status mr_slot_need_copies(struct mr_opencl *e, struct mr_slot *slot, struct mr_chain *chain,
                              mr_error *err);
mr_status mr_slot_need_words(struct mr_opencl *e, struct mr_slot *slot, struct mr_chain *chain,
                             mr_error *err);

/* All of it, once nothing that concerns the slot is in flight. */
void mr_slot_free_memory(struct mr_opencl *e, struct mr_slot *slot);

/* No element has failed yet. */
mr_status mr_slot_fill_status(struct mr_opencl *e, struct mr_slot *slot, mr_error *err);

/* Makes the slot's buffer of what units hand on, unless it is there. */
mr_status mr_slot_need_carry(struct mr_opencl *e, struct mr_slot *slot, size_t bytes,
                             mr_error *err);

/* The host looks at so many of the slot's new entries next: begins to map them. */
mr_status mr_slot_map_ahead(struct mr_opencl *e, struct mr_slot *slot, size_t entries,
                            mr_error *err);

/* Whether the host has copies of these entries, and of those beside their place in `to`; copies
 * them there. */
bool mr_slot_has_copies(const struct mr_slot *to, size_t to_index, const struct mr_slot *from,
                        size_t from_index, size_t count);
mr_status mr_slot_copy_copies(struct mr_opencl *e, struct mr_slot *to, size_t to_index,
                              struct mr_slot *from, size_t from_index, size_t count, mr_error *err);

/* Before a command reads entries that may be the host's own. */
mr_status mr_slot_send_own(struct mr_opencl *e, struct mr_slot *slot, mr_error *err);

/* This launch is the slot's last reader. Mapping it for the host begins right behind the launch, so
 * that who fills it next waits for one command, not for two. */
mr_status mr_slot_map_for_filling(struct mr_opencl *e, struct mr_slot *slot, mr_error *err);

/* Those of struct mr_engine_class. */
mr_status mr_slot_create(struct mr_slot **out, struct mr_engine *engine, const mr_dtype dtypes[],
                         size_t count, size_t lead, size_t entries, size_t checks, mr_error *err);
void mr_slot_destroy(struct mr_slot **slot, struct mr_engine *engine);
mr_status mr_slot_place(struct mr_engine *engine, struct mr_slot *slot, void *memory, size_t count,
                        mr_error *err);
mr_status mr_slot_copy(struct mr_engine *engine, struct mr_slot *to, size_t to_index,
                       struct mr_slot *from, size_t from_index, size_t count, mr_error *err);
mr_status mr_slot_map(struct mr_engine *engine, struct mr_slot *slot, size_t index, size_t count,
                      bool to_write, void *columns[], mr_error *err);
mr_status mr_slot_unmap(struct mr_engine *engine, struct mr_slot *slot, mr_error *err);
void mr_slot_keep(struct mr_engine *engine, struct mr_slot *slot, bool is_kept);
mr_status mr_slot_lend(struct mr_engine *engine, struct mr_slot *slot, mr_device_batch *out,
                       mr_error *err);
mr_status mr_slot_carry_save(struct mr_engine *engine, const struct mr_program *program,
                             struct mr_slot *slot, int64_t position, uint64_t words[],
                             mr_error *err);
mr_status mr_slot_carry_load(struct mr_engine *engine, struct mr_program *program,
                             struct mr_slot *slot, const uint64_t words[], mr_error *err);

#endif
