#!/usr/bin/env bash
# tests/driver/all_devices.sh BUILD
# `./dev test --all-devices`: every operator on the host, PoCL, Mesa's llvmpipe and oclgrind: the
# same bits. Mesa's device has no f64: what needs it is not run there. One that fails the self-test
# runs nothing; the table of the first pipeline shows that.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "$1" && pwd)

say() { printf '== %s\n' "$*" >&2; }

mkdir -p "$build/vendors"
compgen -G '/usr/lib/*/libpocl.so.2*' | sed -n 1p >"$build/vendors/pocl.icd"
compgen -G '/usr/lib/*/libRusticlOpenCL.so*' | sed -n 1p >"$build/vendors/rusticl.icd"
say "every operator on the host, PoCL and llvmpipe"
export OCL_ICD_VENDORS=$build/vendors RUSTICL_ENABLE=llvmpipe
"$build/millrace" verify 'range(3)'
"$build/millrace_tests" --long devices
say "every operator on the host and oclgrind"
"$here/../layer/under_oclgrind.sh" "$build" "$build/millrace_tests" --small devices
