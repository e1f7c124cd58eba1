/* Each stage before and behind each kind of stage; the rest is in conformance_ends_test.c, so that
 * two cores share the work. */
#include "stage_pairs.h"
#include "suite.h"

SUITE(conformance_pairs, {"each_stage_before_each_kind", check_stages_before_kinds},
      {"each_stage_behind_each_kind", check_stages_behind_kinds});
