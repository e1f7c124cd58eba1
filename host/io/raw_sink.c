/* Little-endian values, columns interleaved row by row. */
#include "io/sink_driver.h"

const struct sink_driver mr_raw_sink = {
    .name = "raw",
    .is_binary = true,
    .write = mr_sink_write_values,
};
