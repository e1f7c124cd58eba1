#!/usr/bin/env bash
# tests/layer/under_oclgrind.sh BUILD COMMAND [ARGUMENT...]
# Runs a command with oclgrind as the only OpenCL platform: oclgrind's own wrapper replaces a
# libOpenCL that is linked, and ours is opened at run time. The layer in BUILD spares oclgrind what
# it gets wrong (shadow.c).
set -euo pipefail

build=$(cd "$1" && pwd)
shift
mkdir -p "$build/oclgrind"
compgen -G '/usr/lib/oclgrind/liboclgrind-rt-icd.so' >"$build/oclgrind/oclgrind.icd"
export OCL_ICD_VENDORS=$build/oclgrind
export OPENCL_LAYERS=$build/libmillrace_layer.so MILLRACE_LAYER_SHADOW=1
# oclgrind does not know all that clang makes of optimised code, nor of functions that are inlined
# though nothing is optimised and return a struct.
export MILLRACE_LAYER_BUILD_OPTIONS='-cl-opt-disable -Dalways_inline=noinline'
exec "$@"
