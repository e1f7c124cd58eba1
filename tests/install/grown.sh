#!/usr/bin/env bash
# tests/install/grown.sh ROOT PREFIX LIBDIR FOLDER
# Grows every public struct by a field, as include/millrace/millrace.h has it: a program compiled
# against the grown headers is refused by the present library, by name; with MILLRACE_TESTS=long a
# program of the present headers runs on a library built with the grown ones.
set -euo pipefail

root=$1 prefix=$2 libdir=$3 folder=$4
cc=${CC:-cc}
mkdir -p "$folder/headers/millrace"

# "uint64_t reserved[N];" becomes a field and the rest.
grow() { # from, to
    mkdir -p "$2"
    local header
    for header in "$1"/*.h "$1"/*.in; do
        [ -e "$header" ] || continue
        sed 's/uint64_t reserved\[/uint64_t grown; uint64_t reserved[-1 + /' "$header" \
            >"$2/$(basename "$header")"
    done
}

grow "$prefix/include/millrace" "$folder/headers/millrace"
grep -q 'grown' "$folder/headers/millrace/stream.h"

cat >"$folder/program.c" <<'C'
#include <millrace/millrace.h>
#include <stdio.h>
#include <string.h>

enum { GUARD = 256 };
#define GUARDED(type, name)                                                                        \
    struct {                                                                                       \
        type value;                                                                                \
        unsigned char guard[GUARD];                                                                \
    } name;                                                                                        \
    memset(&name, 0xaa, sizeof name)

static int touched(const unsigned char *guard)
{
    int count = 0;
    for (int k = 0; k < GUARD; k++) count += guard[k] != 0xaa;
    return count;
}

int main(void)
{
    GUARDED(mr_error, err);
    GUARDED(mr_stats, stats);
    GUARDED(mr_batch, batch);
    GUARDED(mr_op_info, op);
    GUARDED(mr_stream_params, params);
    mr_seq *seq = NULL, *bad = NULL;
    mr_stream *stream = NULL;
    memset(&params.value, 0, sizeof params.value);
    params.value.engine = MR_ENGINE_HOST;
#ifdef NEWER
    params.value.grown = 1;
#endif
    if (mr_seq_parse(&bad, "x", &err.value) != MR_E_NAME) return 2;
    if (mr_seq_parse(&seq, "range(10) | map(x*x)", &err.value)) return 3;
    mr_status st = mr_stream_open(&stream, seq, &params.value, &err.value);
    if (st) {
        printf("%s: %s\n", mr_status_name(st), err.value.message);
        mr_seq_release(&seq);
        return 0;
    }
    if (mr_stream_next(stream, &batch.value, &err.value) || batch.value.len != 10) return 4;
    mr_stream_stats(stream, &stats.value);
    if (mr_op_describe(&op.value, 0, &err.value)) return 5;
    mr_stream_close(&stream);
    mr_seq_release(&seq);
    printf("%lld elements, %d bytes overwritten\n", (long long)stats.value.elements,
           touched(err.guard) + touched(stats.guard) + touched(batch.guard) + touched(op.guard));
    return 0;
}
C

say() { # headers, library, flags: what the program says
    "$cc" -std=c11 "${@:3}" -I"$1" -o "$folder/program" "$folder/program.c" -L"$2" -lmillrace \
        -Wl,-rpath,"$2"
    "$folder/program"
}

expect() { # what, is
    [ "$1" = "$2" ] || { echo "expected '$1', got '$2'" >&2 && exit 1; }
}

expect '10 elements, 0 bytes overwritten' "$(say "$prefix/include" "$libdir")"
expect '10 elements, 0 bytes overwritten' "$(say "$folder/headers" "$libdir")"
said=$(say "$folder/headers" "$libdir" -DNEWER)
[[ $said = 'value: mr_stream_params: a field is set that version '* ]] || expect 'a refusal' "$said"
[ "${MILLRACE_TESTS:-}" = long ] || exit 0

tree=$folder/tree
rm -rf "$tree/include"
mkdir -p "$tree"
cp -r "$root"/{.cmake,CMakeLists.txt,host,kernels,include,LICENSE} "$tree"
grow "$root/include/millrace" "$tree/include/millrace"
cmake -S "$tree" -B "$folder/build" -DCMAKE_C_COMPILER="$cc" -DCMAKE_BUILD_TYPE=Debug \
    -DMILLRACE_COMMAND=OFF -DBUILD_SHARED_LIBS=ON -DCMAKE_C_FLAGS_DEBUG=-O0 >/dev/null
cmake --build "$folder/build" -j "$(nproc)" >/dev/null
grep -q 'grown' "$tree/include/millrace/stream.h"
expect '10 elements, 0 bytes overwritten' "$(say "$prefix/include" "$folder/build")"
expect '10 elements, 0 bytes overwritten' "$(say "$folder/headers" "$folder/build" -DNEWER)"
