#!/usr/bin/env bash
# dieharder's whole battery (-a) over the words of millrace, one test at a time: each reads from a
# place of its own, 2^36 elements behind that of the test before. `./dev test --dieharder` calls it.
#
#     dieharder.sh --build BUILD_FOLDER [--report FOLDER] [SOURCE...]  (philox uniform permutation)
#
# A test that is not PASSED is run once more elsewhere, with twice as many samples. The reports stay
# in the folder (BUILD_FOLDER/dieharder), two files a source; a test that is in there is not run
# again, so that a run may be broken off. Takes about an hour a source. Prints the rows of
# docs/dieharder.md, those of all tests and those of what was run again. Exit code 1: a test FAILED.
set -euo pipefail

declare -A pipelines=(
    [philox]='philox(42) | skip(PLACE)'
    [uniform]='uniform(42) | skip(PLACE) | map(u32(x * 4294967296.0))'
    [permutation]='permutation(1e18, seed=42) | skip(PLACE) | map(u32(x))'
)
apart=$((1 << 36))

# The numbers and n-tuples of dieharder -a; those that read most come last.
battery() {
    printf -- '-d %s\n' {0..17} {100..102} {204..209}
    printf -- '-d 200 -n %s\n' {1..12}
    printf -- '-d 201 -n %s\n' {2..5}
    printf -- '-d 202 -n %s\n' {2..5}
    printf -- '-d 203 -n %s\n' {0..32}
}

# A line for each p-value, behind the arguments of its test; none if the report has them.
run_test() { # source, report, place, dieharder's arguments, others that the report is not to have
    local lines
    ! grep -q "^$4:" "$2" || return 0
    # Words end for the command with a closed pipe, which is no failure.
    # shellcheck disable=SC2086 # a test is several arguments
    lines=$({ "$build/millrace" --format raw "${pipelines[$1]/PLACE/$(($3 * apart))}" ||
        [ $? -eq 141 ]; } | dieharder -g 200 $4 ${5:-} -c ' ' -D test_name -D ntuple -D tsamples \
        -D psamples -D pvalues -D assessment)
    printf '%s\n' "$4: ${lines//$'\n'/$'\n'$4: }" | tr -s ' ' >>"$2"
}

run_battery() { # source
    local number=0 test psamples
    touch "$report/$1" "$report/$1.again"
    while read -r test; do
        number=$((number + 1))
        run_test "$1" "$report/$1" $number "$test"
    done < <(battery)
    while IFS=: read -r test psamples; do
        number=$((number + 1))
        run_test "$1" "$report/$1.again" $number "$test" "-p $((2 * psamples))"
    done < <(sed -nE '/PASSED/!s/:( \S+){3}( \S+).*/:\2/p' "$report/$1" | uniq)
}

# A row a p-value that was not PASSED, with that of the same test run again.
print_again() { # source
    local test
    while read -r test; do
        paste -d ' ' <(grep "^$test:" "$report/$1") <(grep "^$test:" "$report/$1.again") |
            sed 's/-d [^:]*: //g' | awk -v source="$1" '$6 != "PASSED" {
                printf "| `%s` | %s %s | %s %s | %s |\n", source, $1, $2, substr($5, 1, 6), $6,
                    substr($11, 1, 6)
            }'
    done < <(sed 's/:.*//' "$report/$1.again" | uniq)
}

build='' report=''
sources=()
while [ $# -gt 0 ]; do
    case $1 in
    --build) build=$2 && shift ;;
    --report) report=$2 && shift ;;
    *) [ -n "${pipelines[$1]:-}" ] || { echo "no source '$1'" >&2 && exit 2; } && sources+=("$1") ;;
    esac
    shift
done
report=${report:-$build/dieharder}
mkdir -p "$report"
[ ${#sources[@]} -gt 0 ] || sources=(philox uniform permutation)
for source in "${sources[@]}"; do run_battery "$source"; done
# A row a line of the reports, which all have the same tests in the same order.
paste -d ' ' "${sources[@]/#/$report/}" | sed 's/-d [^:]*: //g' | awk -v sources=${#sources[@]} '{
    printf "| %s | %s |", $1, $2
    for (k = 0; k < sources; k++) {
        p = $(6 * k + 5)
        printf " %s%s |", substr(p, 1, 6), $(6 * k + 6) == "PASSED" ? "" : " " $(6 * k + 6)
    }
    print ""
}'
echo
for source in "${sources[@]}"; do print_again "$source"; done
! grep -q FAILED "${sources[@]/#/$report/}"
