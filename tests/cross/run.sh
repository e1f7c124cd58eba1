#!/usr/bin/env bash
# tests/cross/run.sh BUILD OTHER-BUILD CPU PREFIX [SUITE...]
# `./dev test --cross`: what was built for another CPU in OTHER-BUILD, under qemu with the libraries
# of PREFIX, and what was built in BUILD for this one: suites on the host engine there, the same
# bits on both, and kernels without x86's files here.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$(cd "$1" && pwd) other=$(cd "$2" && pwd) cpu=$3
emulator=("qemu-$cpu" -L "$4")
suites=("${@:5}") status=0

say() { printf '== %s\n' "$*" >&2; }

# Suites of what another CPU could change: the host engine, numbers in files, what is saved, and the
# library's functions. tests/cross/CUnit stands for CUnit, and there is no OpenCL device.
cross_suites=(lanes lane_operations host_engine host_leaves host_running math math_limits
    random_engines number npy npy_header csv csv_file jsonl raw output sink sink_place arrow
    arrow_sink arrow_table state restore partials part_refusal reduce seek seek_file lease
    lease_room)
# Where there are integers of 128 bits, in which the model of conformance counts.
wide_suites=(lane_integers operations model model_expressions random_pipeline conformance
    conformance_pairs conformance_sources conformance_stages conformance_terminals)
if [ ${#suites[@]} -eq 0 ]; then
    suites=("${cross_suites[@]}")
    [ "$cpu" = i386 ] || suites+=("${wide_suites[@]}")
fi

say "the host engine on $cpu, under qemu"
for suite in "${suites[@]}"; do
    "${emulator[@]}" "$other/millrace_tests" --host --brief "$suite" || status=1
done
say "the same bits on $cpu and here"
"$root/tests/cross/same_bits.py" "$build/millrace" -- "${emulator[@]}" "$other/millrace" || status=1
say "kernels without x86's files"
POCL_EXTRA_BUILD_FLAGS=-DMR_GENERIC "$build/millrace_tests" --small generic conformance || status=1
exit $status
