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
failures=0

fail() {
    echo "FAILED: $*" >&2
    cat "$scratch/report.md" "$scratch/log" >&2
    failures=$((failures + 1))
}

# Runs it with further options; the exit code must be the expected one.
gpu() { # law, exit code, options
    local law=$1 expected=$2 code=0
    "$root/dev" gpu --quick --out "$scratch" --seconds 240 "${@:3}" >"$scratch/log" 2>&1 || code=$?
    [ $code -eq "$expected" ] || fail "$law: exit code $code, expected $expected"
    python3 -m json.tool "$scratch/report.json" >"$scratch/json" || fail "$law: no JSON"
}

says() { # law, extended regular expression of a line of the report
    grep -qE "$2" "$scratch/report.md" || fail "$1: no line like '$2'"
}

law='all steps are done and told'
gpu "$law" 0 --build "$build"
for said in '^# millrace on .*pthread' '\| build \| ok ' '\| devices \| ok ' \
    '\| pipelines \| ok .* 3 of 3 pipelines agree' \
    '\| conformance table \| ok .* 8 of 8 runs of 2 patterns agree' '\| tune \| ok ' \
    '\| copies \| ok ' '\| rows \| ok .* 2 of 2 rows' '\| device to device \| [0-9.]+ [KMG] ' \
    '^\| squares, summed \| [0-9.]+ [KMG] '; do
    says "$law" "$said"
done
python3 - "$scratch/report.json" <<'PYTHON' || fail "$law: figures in JSON"
import json, sys
report = json.load(open(sys.argv[1]))
assert report["format"] == 1 and "pthread" in report["device"], report
assert [s["step"] for s in report["steps"]] == [
    "build", "devices", "verify all", "doctor", "pipelines", "conformance table", "tune", "copies",
    "rows"], report["steps"]
assert len(report["copies"]) == 3 and all(c["bytes_per_second"] > 1e6 for c in report["copies"])
assert len(report["rows"]) == 2 and all(r["elements_per_second"] > 0 for r in report["rows"])
PYTHON

law='a device that is not there is missing'
gpu "$law" 3 --build "$build" --device 'no such'
says "$law" '^# millrace on a machine without an OpenCL device'
says "$law" '\| devices \| missing .* no device has "no such" in its name'
says "$law" '\| rows \| not run .* there is no device to run on'

law='a machine without a device says so'
OCL_ICD_VENDORS=$scratch/nothing gpu "$law" 3 --build "$build"
says "$law" '\| devices \| missing .* no OpenCL (device|platform)'

law='what a build needs and is not there is named'
MILLRACE_OPENCL_INCLUDE=/nonexistent gpu "$law" 3
says "$law" '\| build \| missing .* missing: .*CL/cl.h .opencl-headers, or a CUDA toolkit'
says "$law" '\| pipelines \| not run .* there is no command to run'

law='a build that is no such build fails, and the report is written'
gpu "$law" 1 --build "$scratch"
says "$law" '\| build \| FAILED '

for misuse in '--seconds 0' '--seconds many' '--wrong' '--device'; do
    code=0
    # shellcheck disable=SC2086
    "$root/dev" gpu --out "$scratch/none" $misuse >/dev/null 2>&1 || code=$?
    [ $code -eq 2 ] || fail "misuse is told: $misuse: exit code $code"
    [ ! -e "$scratch/none" ] || fail "misuse is told: $misuse begins nothing"
done

[ $failures -eq 0 ] && echo "all is as expected"
