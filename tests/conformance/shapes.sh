#!/usr/bin/env bash
# tests/conformance/shapes.sh BUILD FOLDER PAGE [ROW...]
# `./dev test --shapes`: the suites of conformance and random pipelines at every shape of the table
# beside this file, or at its rows of these numbers, on the device that a stream takes. Each suite
# has all its laws and lines, at fewer lengths (--brief, or what $MILLRACE_TESTS says, as small);
# random pipelines are 60 of each shape, of seeds of its own. Prints a line a shape, and writes it
# into PAGE's table as soon as a suite is done. What suites said stays in FOLDER: at what was built
# they are not asked again, so that a run that was stopped is gone on with by the same command. It
# takes hours of a core, in the compiler.
set -uo pipefail
export LC_ALL=C

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
[ $# -ge 3 ] || {
    echo "usage: shapes.sh BUILD FOLDER PAGE [ROW...]" >&2
    exit 2
}
mkdir -p "$2"
build=$(cd "$1" && pwd) folder=$(cd "$2" && pwd) page=$3
shift 3
suites=(conformance spans conformance_terminals operations aggregates neighbours random random_odd
    conformance_stages conformance_sources conformance_ends conformance_pairs)
seconds=${MILLRACE_SHAPE_SECONDS:-3600} # for a suite
first_seed=6000 seeds=60 form=${MILLRACE_TESTS:-brief}
mapfile -t shapes <"$here/shapes"
[ $# -gt 0 ] || mapfile -t numbers < <(seq ${#shapes[@]})
[ $# = 0 ] || numbers=("$@")
for number in "${numbers[@]}"; do
    if ! [[ $number =~ ^[1-9][0-9]*$ ]] || [ "$number" -gt ${#shapes[@]} ]; then
        echo "no row '$number'; there are 1 to ${#shapes[@]}" >&2
        exit 2
    fi
done
# What runs stays as it is while others build.
hash=$(sha256sum "$build/millrace_tests" | cut -c 1-16)
results=$folder/$hash-$form
mkdir -p "$results"
[ -x "$results/millrace_tests" ] || cp "$build/millrace_tests" "$results"
version=$("$build/millrace" --version | cut -d ' ' -f 2)
export XDG_CACHE_HOME=$build/cache
status=0

# ---- a suite ----------------------------------------------------------------------------------

ask() { # number, suite
    local log=$results/$1.$2 from=$((first_seed + seeds * ($1 - 1))) code=0
    [ ! -e "$log" ] || return 0
    timeout --foreground --kill-after=10 "$seconds" "$results/millrace_tests" "--$form" \
        --shape "${shapes[$1 - 1]}" --seeds "$from-$((from + seeds))" "$2" \
        >"$log.part" 2>&1 </dev/null || code=$?
    grep -q '^[01] of 1 suites passed$' "$log.part" ||
        echo "DID NOT END: exit code $code" >>"$log.part"
    mv "$log.part" "$log"
}

# ---- a row --------------------------------------------------------------------------------------

# Its suites, their checks, and how many of these went wrong; one that did not end is a fault.
figures() { # number
    local suite
    for suite in "${suites[@]}"; do
        [ ! -e "$results/$1.$suite" ] || cat "$results/$1.$suite"
    done | awk -v of=${#suites[@]} '
        /^ *asserts / {checks += $3; faults += $5}
        /^[01] of 1 suites passed$/ || /^DID NOT END/ {asked++}
        /^DID NOT END/ {faults++}
        END {printf "%d of %d | %d | %d", asked, of, checks, faults}'
}

write_row() { # number
    local old="| ${shapes[$1 - 1]} | "
    awk -v old="$old" -v row="$old$(figures "$1") | $form, $version, $(date -I) |" '
        index($0, old) == 1 {print row; next}
        {print}' "$page" >"$folder/page" && cat "$folder/page" >"$page"
}

# Rows of shapes that are new; those that are gone go.
write_table() {
    local shape
    for shape in "${shapes[@]}"; do
        grep -F "| $shape | " "$page" || echo "| $shape | not asked yet | | | |"
    done >"$folder/table"
    awk -v table="$folder/table" '
        /^<!-- shapes -->$/ {
            print
            print "| shape | suites | checks | faults | asked |\n|---|--:|--:|--:|---|"
            while ((getline line < table) > 0) print line
            skips = 1
        }
        /^<!-- end of shapes -->$/ {skips = 0}
        !skips {print}' "$page" >"$folder/page" && cat "$folder/page" >"$page"
}

# One that is stopped has asked all shapes for the first suites.
write_table
for suite in "${suites[@]}"; do
    for number in "${numbers[@]}"; do
        ask "$number" "$suite"
        write_row "$number"
    done
done
for number in "${numbers[@]}"; do
    row=$(figures "$number")
    printf '%s: %s suites, %s checks, %s faults\n' "${shapes[number - 1]}" "${row%% |*}" \
        "$(cut -d '|' -f 2 <<<"$row" | tr -d ' ')" "${row##*| }"
    [ "${row##*| }" = 0 ] || status=1
done
exit $status
