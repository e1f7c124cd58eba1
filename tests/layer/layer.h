/* An OpenCL layer for tests: it stands between the loader and the driver, sees every call millrace
 * makes, and can make a chosen one fail (fault.c), hide what a device has (mask.c), falsify what it
 * computed (flip.c), take its time (slow.c), count what is created and released (ledger.c) and
 * spare oclgrind what it gets wrong (shadow.c). Loaded by OPENCL_LAYERS=<this object>; needs
 * ocl-icd 2.3.0. */
#ifndef MR_TESTS_LAYER_H
#define MR_TESTS_LAYER_H

#include <stdbool.h>

#define CL_TARGET_OPENCL_VERSION 200
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#include <CL/cl_layer.h>

#include "trace.h"

/* The driver's functions. */
extern const cl_icd_dispatch *layer_target;

/* ---- fault.c: MILLRACE_FAULT="NAME:NTH:CODE[:persist]" ----
 * The NTH call (from 1) of NAME returns CODE without reaching the driver; with "persist" all later
 * calls of it too. NAME "*" counts every call but releases.
 * MILLRACE_FAULT_PART=<k>: only calls that concern part k of a split device (split.c).
 * MILLRACE_FAULT_COUNTS=<file>: how many faults struck and how many of these calls there were, kept
 * as it goes on. */
void fault_read_environment(void);

/* For tests in the process: in place of those variables, counted anew. How many calls that were
 * meant before there have been. */
__attribute__((visibility("default"))) unsigned long layer_ask_for_fault(const char *text,
                                                                         int part);

/* CL_SUCCESS, or what this call, which concerns `device` (NULL: none), is to return without being
 * made. */
cl_int fault_next(const char *name, cl_device_id device);

/* ---- split.c: MILLRACE_LAYER_SPLIT=<units>[x<times>] ----
 * In place of each device its parts (sub-devices) of so many compute units each, all of the same
 * name: two cores are two devices. So many times over: more devices than there are cores. */
void split_read_environment(void);
cl_int split_devices(cl_platform_id platform, cl_device_type type, cl_uint entries,
                     cl_device_id *devices, cl_uint *count);
bool split_is_part(cl_device_id device, unsigned number);

/* ---- ledger.c: MILLRACE_LEDGER=<file> ----
 * Written at exit: calls, bytes of buffers on devices and of those that the driver allocated on the
 * host, creations and releases by kind, and "balanced" or "leaked", "but for memory" where memory
 * of the host outlives our last reference. */
enum ledger_kind {
    LEDGER_NOTHING,
    LEDGER_CONTEXT,
    LEDGER_QUEUE,
    LEDGER_BUFFER,
    LEDGER_SHARED, /* and buffers of memory that the driver allocated on the host */
    LEDGER_PROGRAM,
    LEDGER_KERNEL,
    LEDGER_EVENT,
    LEDGER_KINDS
};
void ledger_read_environment(void);
void ledger_call(void);
void ledger_add(enum ledger_kind kind, int references);
void ledger_bytes(size_t bytes, bool on_host); /* of a buffer created */

/* ---- mask.c ----
 * MILLRACE_LAYER_NO_FP64=1, _NOT_UNIFIED=1, _NO_COMPILER=1, _BIG_ENDIAN=1, _NO_DEVICES=1,
 * _NO_PLATFORMS=1; _MAX_ALLOC=<bytes>; _VERSION="OpenCL 1.1 ..."; _BUILD_OPTIONS=<more options>;
 * _GPU_PART=<k>: part k of a split device is a GPU, <k>:own one with memory of its own. */
void mask_read_environment(void);
cl_int mask_platforms(cl_uint entries, cl_platform_id *platforms, cl_uint *count);
cl_int mask_devices(cl_platform_id platform, cl_device_type type, cl_uint entries,
                    cl_device_id *devices, cl_uint *count);
cl_int mask_device_info(cl_device_id device, cl_device_info what, size_t bytes, void *value,
                        size_t *needed);
cl_int mask_build(cl_program program, cl_uint count, const cl_device_id *devices,
                  const char *options, void(CL_CALLBACK *done)(cl_program, void *), void *data);

/* ---- gate.c: MILLRACE_LAYER_GATE=<path of a FIFO> ----
 * Every clBuildProgram waits, first until somebody opens <path>.at to read, who knows then that a
 * build is there, and then for one byte from <path>. */
void gate_wait(void);

/* ---- flip.c: MILLRACE_LAYER_FLIP="LEAST:MOST:BYTE" ----
 * The lowest bit of this byte is flipped in every mapping of LEAST to MOST bytes that is read: what
 * a device that computes wrongly looks like. */
void flip_read_environment(void);
bool flip_is_meant(cl_map_flags flags, size_t bytes);
void flip_bit(void *mapped);

/* ---- slow.c: MILLRACE_LAYER_SLOW=<ns of part 0>,<ns of part 1> ----
 * Before each kernel a part of a split device (split.c) does nothing for so long. */
void slow_read_environment(void);
cl_int slow_launch(cl_command_queue queue, cl_kernel kernel, cl_uint dimensions,
                   const size_t *offset, const size_t *global, const size_t *local, cl_uint count,
                   const cl_event *after, cl_event *event);

/* ---- trace.c ----
 * Commands and waits of the process, in the order of the calls. `memory` is what a READ or a WRITE
 * has on the host. */
void trace_command(enum trace_what what, cl_command_queue queue, cl_bool blocks, size_t bytes,
                   const void *memory, cl_uint count, const cl_event *after, const cl_event *event);
void trace_wait(cl_uint count, const cl_event *events);

/* ---- pinned.c ----
 * Memory that the driver allocated on the host, which copies reach beside what computes: buffers of
 * it that are mapped, to read and to write, until they are mapped no longer. */
bool pinned_is_meant(cl_mem buffer, cl_map_flags flags);
void pinned_add(const void *memory, size_t bytes);
void pinned_remove(const void *memory);
bool pinned_holds(const void *memory, size_t bytes);

/* ---- shadow.c: MILLRACE_LAYER_SHADOW=1 ----
 * oclgrind 21.10 records which bytes of a buffer are initialised, with two faults that would drown
 * its reports. Fills become writes, and no buffer or program is ever released. */
void shadow_read_environment(void);
cl_int shadow_release_buffer(cl_mem buffer);
cl_int shadow_release_program(cl_program program);
cl_int shadow_fill(cl_command_queue queue, cl_mem buffer, const void *pattern, size_t pattern_bytes,
                   size_t offset, size_t bytes, cl_uint count, const cl_event *after,
                   cl_event *event);

#endif
