/* One element a line, columns separated by tabs. */
#include "io/sink_driver.h"

const struct sink_driver mr_text_sink = {.name = "text", .write = mr_sink_write_lines};
