#!/usr/bin/env bash
# tests/layer/oclgrind_faults.sh BUILD SECONDS SUITE [SHAPE]
# `./dev test --oclgrind`: a suite in its small form, whose kernels oclgrind watches. Fails where it
# finds races, reads of what nobody wrote, or calls that are not as they should be. SHAPE: that of
# GPUs, say, "lanes 4/2, span 4/2, group 64, unit 4096, ring 3". In arrays of vectors of 16 u64
# oclgrind sees what is not there.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "$1" && pwd) seconds=$2 suite=$3
shape=(${4:+--shape "$4"})
report=$build/oclgrind.log

rm -f "$report"
OCLGRIND_LOG=$report OCLGRIND_DATA_RACES=1 OCLGRIND_UNINITIALIZED=1 OCLGRIND_CHECK_API=1 \
    timeout "$seconds" "$here/under_oclgrind.sh" "$build" \
    "$build/millrace_tests" --small "${shape[@]}" "$suite"
[ ! -s "$report" ] || {
    head -n 60 "$report" >&2
    echo "oclgrind found faults; all of them are in $report" >&2
    exit 1
}
