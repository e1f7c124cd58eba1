#!/usr/bin/env bash
# tests/gpu/run.sh BUILD_FOLDER
# `./dev gpu` in its quick form on PoCL, and on machines that lack something: each time there is a
# report, which says what was found, and the exit code says how it went.
set -euo pipefail

build=$(cd "$1" && pwd)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# The shape that it tunes is nobody else's.
export XDG_CACHE_HOME=$scratch/cache
mkdir -m 700 "$XDG_CACHE_HOME"
# Debian's Python has NumPy, which stands for CuPy. What stands for CUDA's compiler "compiles" a
# program that knows two rows.
export PATH=/usr/bin:$PATH MILLRACE_CUPY=numpy MILLRACE_NVCC=$scratch/nvcc
cat >"$MILLRACE_NVCC" <<'NVCC'
#!/bin/sh
case $1 in --version | --help) exit ;; esac
for last; do :; done
printf '#!/bin/sh\necho "squares, summed|1e3|0|Thrust"; echo "halves, f32|1e20|4e20|CUB"\n' >"$last"
chmod +x "$last"
NVCC
chmod +x "$MILLRACE_NVCC"
failures=0

fail() {
    echo "FAILED: $*" >&2
    cat "$scratch/report.md" "$scratch/log" >&2
    failures=$((failures + 1))
}

# Runs it with further options; the exit code must be the expected one.
gpu() { # law, exit code, options
    local law=$1 expected=$2 code=0
    SECONDS=0
    "$root/dev" gpu --quick --out "$scratch" --seconds 800 "${@:3}" >"$scratch/log" 2>&1 || code=$?
    [ $code -eq "$expected" ] || fail "$law: exit code $code, expected $expected"
    python3 -m json.tool "$scratch/report.json" >"$scratch/json" || fail "$law: no JSON"
}

says() { # law, extended regular expression of a line of the report
    grep -qE "$2" "$scratch/report.md" || fail "$1: no line like '$2'"
}

# Under the layer the device has memory of its own, as GPUs have that the targets are for.
law='all steps are done and told'
OPENCL_LAYERS=$build/libmillrace_layer.so MILLRACE_LAYER_NOT_UNIFIED=1 gpu "$law" 0 --build "$build"
for said in '^# millrace on .*pthread' '\| build \| ok ' '\| devices \| ok ' \
    '\| pipelines \| ok .* 3 of 3 pipelines agree' \
    '\| conformance table \| ok .* 8 of 8 runs of 2 patterns agree' '\| tune \| ok ' \
    '\| copies \| ok ' '\| rows \| ok .* 5 of 5 rows' '\| device to device \| [0-9.]+ [KMG] ' \
    "\| CUDA's compiler \| ok " "\| CUDA's libraries \| ok .* 2 rows" '\| CuPy \| ok .* numpy' \
    '^\| squares, summed \| [0-9.]+ [KMG] .* 1 K, Thrust \| .* \| 50 G/s MISSED \|$' \
    '^\| halves, f32 \| .* memory (reached|MISSED); delivery (reached|MISSED) \|$'; do
    says "$law" "$said"
done
python3 - "$scratch/report.json" <<'PYTHON' || fail "$law: figures in JSON"
import json, sys
report = json.load(open(sys.argv[1]))
assert report["format"] == 2 and "pthread" in report["device"], report
assert [s["step"] for s in report["steps"]] == [
    "build", "devices", "verify all", "doctor", "pipelines", "conformance table", "tune",
    "CUDA's compiler", "copies", "rows", "CUDA's libraries", "CuPy"], report["steps"]
assert len(report["copies"]) == 5 and all(c["bytes_per_second"] > 1e6 for c in report["copies"])
rows = {r["row"]: r for r in report["rows"]}
assert len(rows) == 5 and all(r["kept_positions_per_second"] > 0 for r in rows.values())
assert all(r["moved_bytes_per_position"] > 0 for r in rows.values())
halves = rows["halves, f32"]
assert abs(halves["delivered_bytes_per_second"] / halves["delivered_positions_per_second"] - 4) < .1
assert halves["of_pinned_copy"] > 0 and halves["of_cupy"] > 0
assert halves["moved_of_copy"] >= halves["needed_of_copy"] > 0
assert halves["needed_bytes_per_position"] == 4
assert rows["from memory, summed"]["needed_bytes_per_position"] == 8
both = rows["from a file, x*x+1"]
assert both["needed_bytes_per_position"] == 16 and both["of_pinned_upload"] > 0
assert abs(both["uploaded_bytes_per_second"] / both["delivered_bytes_per_second"] - 1) < .01
assert halves["uploaded_bytes_per_second"] is None and both["verdict"] == ""
assert 0 < halves["of_cuda"] < 1 < rows["squares, summed"]["of_cuda"]
PYTHON

# Two later steps are sure of 15 s of 480 each.
law='a step may take what those before it left, and what later ones are not sure of'
limit=$(sed -n 's/^== gpu: rows (at most \([0-9]*\) s)$/\1/p' "$scratch/log")
[ "${limit:-0}" -ge $((800 - 30 * 800 / 480 - SECONDS)) ] || fail "$law: ${limit:-none}"

law='each row of the table is counted and is timed by others under its name'
python3 - "$root/bench/gpu" <<'PYTHON' || fail "$law"
import re, sys
def names(file):
    lines = open(f"{sys.argv[1]}/{file}").read().splitlines()
    return {line.split("|")[0].strip() for line in lines if not line.startswith("#")}
rows = names("rows")
assert names("traffic") == rows, names("traffic") ^ rows
for file, call in ("peers.cu", r'\b(?:row|random_numbers<.*>)\("([^"]+)"'), (
        "peers_cupy.py", r'^    \("([^"]+)", [0-9]'):
    found = set(re.findall(call, open(f"{sys.argv[1]}/{file}").read(), re.M))
    assert len(found) > 10 and found <= rows, (file, found - rows)
PYTHON

law='a device that is not there is missing'
gpu "$law" 3 --build "$build" --device 'no such'
says "$law" '^# millrace on a machine without an OpenCL device'
says "$law" '\| devices \| missing .* no device has "no such" in its name'
says "$law" '\| rows \| not run .* there is no device to run on'

law='a machine without a device says so, and what there is nothing to compare with'
MILLRACE_NVCC="" MILLRACE_CUPY=no_such OCL_ICD_VENDORS=$scratch/nothing \
    gpu "$law" 3 --build "$build"
says "$law" '\| devices \| missing .* no OpenCL (device|platform)'
says "$law" "\| CUDA's compiler \| not run .* there is no nvcc here"
says "$law" '\| CuPy \| not run .* no_such'

law='what a build needs and is not there is named'
MILLRACE_OPENCL_INCLUDE=/nonexistent gpu "$law" 3
says "$law" '\| build \| missing .* missing: .*CL/cl.h .opencl-headers, or a CUDA toolkit'
says "$law" '\| pipelines \| not run .* there is no command to run'

law='a build that is no such build fails, and the report is written'
gpu "$law" 1 --build "$scratch"
says "$law" '\| build \| FAILED '

# In place of the command one that needs longer for a step than it gets.
law='a step that is cut off says what it found, and after how long'
mkdir -p "$scratch/slow/gpu"
cat >"$scratch/slow/millrace" <<SLOW
#!/bin/sh
[ "\$1" != devices ] || exec "$build/millrace" devices
[ "\$1" != doctor ] || { echo 'ok     the loader is there' && exec sleep 60; }
SLOW
ln -s /bin/true "$scratch/slow/gpu/device_rows"
chmod +x "$scratch/slow/millrace"
code=0
"$root/dev" gpu --build "$scratch/slow" --out "$scratch" --seconds 2 >"$scratch/log" 2>&1 || code=$?
[ $code -eq 1 ] || fail "$law: exit code $code"
asked='not done in [0-9] s; no fault in what it asked; last: the loader is'
says "$law" "\| doctor \| out of time .* $asked"

for misuse in '--seconds 0' '--seconds many' '--wrong' '--device'; do
    code=0
    # shellcheck disable=SC2086
    "$root/dev" gpu --out "$scratch/none" $misuse >/dev/null 2>&1 || code=$?
    [ $code -eq 2 ] || fail "misuse is told: $misuse: exit code $code"
    [ ! -e "$scratch/none" ] || fail "misuse is told: $misuse begins nothing"
done

# It compiles a minute; there is nothing to run it on.
law='what CUDA computes beside is accepted by its compiler'
nvcc=$(PATH=$PATH:/usr/local/cuda/bin command -v nvcc) || nvcc=''
if [ "${MILLRACE_TESTS:-}" = long ] && [ -n "$nvcc" ]; then
    "$nvcc" -std=c++17 -arch=sm_90 -Werror all-warnings -c "$root/bench/gpu/peers.cu" \
        -o "$scratch/peers.o" || fail "$law"
fi

[ $failures -eq 0 ] && echo "all is as expected"
