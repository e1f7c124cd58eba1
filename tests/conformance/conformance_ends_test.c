/* Each source before and each terminal behind each kind of stage. */
#include "stage_pairs.h"
#include "suite.h"

SUITE(conformance_ends, {"each_source_before_each_kind", check_sources_before_kinds},
      {"each_terminal_behind_each_kind", check_terminals_behind_kinds});
