#!/usr/bin/env bash
# A short tour: shows each command and what came out. Uses the `millrace` found in PATH.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

title() { printf '\n# %s\n' "$*"; }

# Shows the command as one would type it, then runs it.
run() {
    local word line='$'
    for word in "$@"; do
        case $word in
        *[!A-Za-z0-9_=./-]*) line+=" '$word'" ;;
        *) line+=" $word" ;;
        esac
    done
    printf '%s\n' "$line"
    "$@" 2>&1
}

title "The devices of this machine, and the one that would be chosen"
run millrace devices || true

title "A sequence is described, not stored: this one has no end"
run millrace 'count() | map(x*x) | filter(x % 7 == 2) | take(5)'

title "A thousand million elements, reduced in one fused kernel"
run millrace --stats 'range(0, 1e9) | map(3*x + 1) | filter(x % 7 == 2) | sum()'

title "Any element is as near as the first"
run millrace 'fibonacci(start=1000000000000000000, mod=1000000007) | take(3)'
run millrace 'uniform(seed=42) | skip(1e15) | take(2)'

title "Columns have names"
run millrace --format csv 'zip(x: linspace(0, 1, 5), n: count(1)) | map(n: n, y: sqrt(x)/n)'

title "Pi, by throwing ten million points at a square"
run millrace 'zip(x: uniform(1), y: uniform(1, 1)) | take(1e7) | map(4*f64(x*x + y*y < 1)) | mean()'

title "Windows, running sums, chunks"
run millrace 'range(8) | map(x*x) | window(3, mean)'
run millrace 'range(1, 8) | scan(prod)'
run millrace 'uniform(7) | take(1e6) | hist(5, 0, 1)'

title "A mistake is shown where it is"
run millrace 'range(10) | map(x*y)' || true

title "Why it is cut as it is, and the memory it takes"
run millrace explain 'range(1e9) | map(x*0.5) | filter(x > 3) | scan(sum) | last()'

title "A file of 64 MiB streamed through a budget of 8 MiB"
run millrace --format raw -o numbers.f64 'gen(f64(i) * 0.5, 8388608)'
run ls -s --block-size=MiB numbers.f64
pipeline="read(\"numbers.f64\", dtype=f64, format=raw) | map(sqrt(x)) | filter(x >= 100)"
run millrace --max-memory 8MiB --stats "$pipeline | mean()"
run millrace --max-memory 8MiB "$pipeline | std()"
