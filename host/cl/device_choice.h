/* The OpenCL devices of this machine and the choice among them. */
#ifndef MR_CL_DEVICE_CHOICE_H
#define MR_CL_DEVICE_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cl/error_code.h"
#include "cl/handle.h"

/* What is known of a device. Plain data, copied freely. */
struct mr_device {
    cl_platform_id platform;
    cl_device_id id;
    cl_device_type type;
    char name[96], platform_name[96], driver[64], version[64];
    unsigned number;     /* its place as the loader lists them */
    unsigned cl_version; /* 120 for OpenCL 1.2 */
    unsigned compute_units;
    size_t max_group_elems; /* work-items in a work-group */
    unsigned align_bytes;   /* of a buffer's start on the device */
    uint64_t memory_bytes;
    uint64_t max_alloc_bytes; /* one buffer's limit */
    bool has_fp64;
    bool shares_memory; /* with the host: map instead of copying */
    bool shares_finely; /* memory that the host sees without mapping (mr_buffer_create_shared) */
    cl_command_queue_properties queue_properties; /* out of order, where there are such queues */
    bool divides_exactly; /* f32 division and square root can be correctly rounded */
    bool is_pocl;
    bool is_admitted; /* to be taken without being named (admission.h) */
    bool is_usable;
    bool is_short;    /* it is not usable for what may have been a lack (error_code.h) */
    unsigned rung;    /* with how much care its kernels are built (verdict.h) */
    char reason[160]; /* why it is not usable, or its preference in words */
    int preference;   /* higher is better; negative when not usable */
};

/* All devices of all platforms, the best first, in *out (freed with mr_free()). MR_E_NO_DEVICE when
 * there is no loader, no platform or no device. */
mr_status mr_device_list(struct mr_device **out, size_t *count, mr_error *err);

/* The facts of one device. */
mr_status mr_device_facts(struct mr_device *out, cl_device_id id, mr_error *err);

/* The best of devices[0..count) that `wanted` means (NULL: all): those of this number or, where
 * there is none of that number, those whose "platform device" contains it in any case of letters.
 * MR_E_NO_DEVICE with a list of what there is, or MR_E_NO_FP64. Calls no cl*. */
mr_status mr_device_choose(const struct mr_device **out, const struct mr_device *devices,
                           size_t count, const char *wanted, bool needs_fp64, mr_error *err);

/* Whether the device is one that some part of `wanted`, which may mean several, can mean. `count`
 * is how many devices there are. NULL means all. */
bool mr_device_is_among(const char *platform, const char *name, unsigned number, size_t count,
                        const char *wanted);

/* Whether `wanted` means several devices: "all", or a list separated by commas. NULL does not. */
bool mr_devices_are_several(const char *wanted);

/* The most that share a stream. */
enum { MR_MAX_DEVICES = 16 };

/* The devices that `wanted` means, moved to the front of devices[0..count) in its order; *picked is
 * how many. Of "all" those that can run the sequence, also where they are more than MR_MAX_DEVICES;
 * of a list the best one that each of its parts means and none before it did, MR_E_LIMIT where it
 * has more parts. Calls no cl*. */
mr_status mr_device_pick(struct mr_device devices[], size_t count, size_t *picked,
                         const char *wanted, bool needs_fp64, mr_error *err);

/* MR_OK if the device can run millrace; otherwise MR_E_NO_DEVICE or MR_E_NO_FP64 with the
 * reason. */
mr_status mr_device_check(const struct mr_device *device, bool needs_fp64, mr_error *err);

/* Takes a device out of the choice. */
void mr_device_refuse(struct mr_device *device, const char *reason);

#endif
