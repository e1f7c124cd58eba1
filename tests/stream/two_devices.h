/* Two devices of one core each, as the layer makes them of PoCL's, in shapes of CPUs and of GPUs;
 * and pipelines for them. */
#ifndef MR_TESTS_STREAM_TWO_DEVICES_H
#define MR_TESTS_STREAM_TWO_DEVICES_H

#include "cl/child.h"
#include "specimen.h"

/* Of every kind of segment, each of 10 units or more; what hands a state on, and what reads it.
 * Ends with text NULL. */
extern const struct specimen two_device_rows[];

/* For a consumer that is quicker than a device. */
#define HARD "range(4000000) | map(exp(x*1e-9)*sin(x))"

/* A file of 400,000 integers that child_has_file() makes; how lists of mappings call it. */
#define CHILD_FILE "read(\"/dev/fd/200\", format=raw, dtype=i64)"
#define CHILD_FILE_NAME "two_devices_file"

/* How a row runs on them. */
#define CPU_SHAPE "lanes 16/8, group 4, unit 4096, ring 3"
#define GPU_SHAPE "lanes 4/2, span 4/2, group 64, unit 4096, ring 3"
enum device_shapes { CPU_SHAPES, GPU_SHAPES, OWN_SHAPES };

/* ---- in a child ---- */

/* Makes the file, unless it is there; ends the child if that fails. */
void child_has_file(void);

/* The row on the devices of this name (NULL: on the host engine). GPU_SHAPES: staged, whatever the
 * row says. OWN_SHAPES: those that the devices have, in the least memory that will do, so that
 * units are small. */
struct specimen_result run_row(size_t row, enum device_shapes shapes, const char *device);

/* Opens a stream in the CPU's shape, with small units unless batch is 0; ends the child if that
 * fails. */
mr_stream *open_text(const char *text, const char *device, size_t batch);

bool is_same(const struct specimen_result *a, const struct specimen_result *b);

/* Prints what is wrong. */
void tell_row(size_t row, const char *how, const struct specimen_result *r);

/* Those of the layer: which call of which part (-1: any) fails; how many of the calls that were
 * meant before there have been. */
typedef unsigned long ask_for_fault(const char *text, int part);
ask_for_fault *find_layer(void);

/* Whether the suites are to be long. */
bool child_is_long(void);

/* ---- in its parent ---- */

#define TWO_PARTS "MILLRACE_LAYER_SPLIT=1"

/* Whether the child prints just this, in this environment besides. */
void check_child(const char *body, const char *expected, const char *split, const char *more);

#endif
