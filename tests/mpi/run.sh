#!/usr/bin/env bash
# What mpirun starts shares a run: the partials of 1, 2, 3, 4 and 7 ranks merge to the bits of one
# run, and the parts of a stream are all of it. Without Open MPI it is skipped.
#
#   run.sh BUILD_FOLDER
set -euo pipefail
command=$(realpath "$1")/millrace
if ! mpirun --version 2>/dev/null | grep -q 'Open MPI'; then
    echo "skipped: no mpirun of Open MPI"
    exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

start() { # ranks, then what each is to run
    mpirun --oversubscribe --mca btl self,vader -n "$1" "$command" --engine host -q --shard auto \
        "${@:2}"
}

pipelines=(
    'gen(1.0/(i + 1), 50000) | filter(i % 3 != 1) | var()'
    'zip(range(50000), gen(sin(i), 50000)) | sum()'
    'range(50000) | map((x*7919) % 101) | filter(x % 2 == 1) | argmin()'
    'gen(cos(i), 50000) | hist(5, -1, 1)'
)
for ((p = 0; p < ${#pipelines[@]}; p++)); do
    "$command" --engine host "${pipelines[p]}" > want
    for ranks in 1 2 3 4 7; do
        [ $ranks = 3 ] || [ $p = 0 ] || continue
        rm -f part.*
        start $ranks --partial -o 'part.{k}' "${pipelines[p]}"
        [ "$(echo part.*)" = "$(seq -f 'part.%g' -s ' ' 0 $((ranks - 1)))" ]
        "$command" merge part.* > got
        cmp want got || { echo "$ranks ranks: ${pipelines[p]}"; exit 1; }
    done
done

"$command" --engine host 'range(20000) | filter(x % 7 == 2)' > want
start 3 -o 'rows.{k}' 'range(20000) | shard({k}, {n}) | filter(x % 7 == 2)'
cat rows.0 rows.1 rows.2 | cmp want -
