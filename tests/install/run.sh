#!/usr/bin/env bash
# tests/install/run.sh BUILD_FOLDER
# Installs a finished build into a scratch prefix and uses it as a stranger would: headers one by
# one, exported names, and every example built outside the tree through CMake and pkg-config.
set -euo pipefail

build=$(cd "$1" && pwd)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prefix=$scratch/prefix
failures=0

fail() {
    echo "FAILED: $*" >&2
    failures=$((failures + 1))
}

check_files() {
    local file
    for file in "$libdir"/libmillrace.{a,so,so.0.2} "$libdir"/cmake/millrace/millraceConfig.cmake \
        "$prefix/include/millrace/version.h" "$prefix"/{bin/millrace,libexec/millrace/build} \
        "$prefix"/share/{man/man1/millrace.1,bash-completion/completions/millrace} \
        "$prefix"/share/fish/vendor_completions.d/millrace.fish \
        "$prefix"/share/zsh/site-functions/_millrace; do
        [ -e "$file" ] || fail "${file#"$scratch"/} is not installed"
    done
}

# Each header compiles alone, as C11 and as C++.
check_headers() {
    local header name
    for header in "$prefix"/include/millrace/*.h; do
        name=$(basename "$header")
        printf "#include <millrace/%s>\nextern int one;\n" "$name" >"$scratch/one.c"
        cp "$scratch/one.c" "$scratch/one.cc"
        "$cc" -std=c11 -Wall -Wextra -Wpedantic -Werror -I"$prefix/include" -fsyntax-only \
            "$scratch/one.c" || fail "$name does not compile alone as C"
        "$cxx" -std=c++11 -Wall -Wextra -Wpedantic -Werror -I"$prefix/include" -fsyntax-only \
            "$scratch/one.cc" || fail "$name does not compile alone as C++"
    done
}

# The shared library shows exactly what the headers declare, and needs the C library alone; the
# static one brings no name into a program that does not begin with mr_.
check_symbols() {
    nm -D --defined-only "$libdir/libmillrace.so" | awk '{print $3}' | LC_ALL=C sort -u \
        >"$scratch/exported"
    cat "$prefix"/include/millrace/*.h | tr '\n' ' ' |
        grep -oE 'MR_API [^;(]*mr_[a-z0-9_]+ *\(' | grep -oE 'mr_[a-z0-9_]+ *\($' |
        tr -d ' (' | LC_ALL=C sort -u >"$scratch/declared"
    diff "$scratch/declared" "$scratch/exported" >"$scratch/difference" ||
        fail "declared with MR_API (<) and exported (>) differ:"$'\n'"$(cat "$scratch/difference")"

    local foreign
    foreign=$(nm -g --defined-only "$libdir/libmillrace.a" | awk 'NF == 3 {print $3}' |
        grep -v '^mr_' || true)
    [ -z "$foreign" ] || fail "libmillrace.a defines names without mr_: $foreign"
    foreign=$(readelf -d "$libdir/libmillrace.so" | grep NEEDED |
        grep -vE '\[(lib(c|m|dl|pthread)|ld-linux[^]]*)\.so' || true)
    [ -z "$foreign" ] || fail "libmillrace.so needs more than the C library: $foreign"
    readelf -d "$libdir/libmillrace.so" | grep 'SONAME.*\[libmillrace\.so\.0\.2\]' >/dev/null ||
        fail "the soname is not libmillrace.so.0.2"
}

# Driver threads outlive dlclose(): the library stays where it is.
check_nodelete() {
    readelf -d "$libdir/libmillrace.so" | grep 'FLAGS_1.*NODELETE' >/dev/null ||
        fail "libmillrace.so may be unloaded under a driver's threads"
}

check_components() {
    local component part=$scratch/part
    declare -A holds=([millrace_runtime]='libmillrace.so.0.2 libexec/millrace/build'
        [millrace_development]='version.h libmillrace.a libmillrace.so millrace.pc'
        [millrace_command]='bin/millrace' [millrace_documents]='LICENSE c-api.md')
    for component in "${!holds[@]}"; do
        rm -rf "$part"
        cmake --install "$build" --prefix "$part" --component "$component" >/dev/null
        for file in ${holds[$component]}; do
            [ -n "$(find "$part" -path "*/$file")" ] || fail "$component lacks $file"
        done
        [ "$component" = millrace_development ] || [ ! -e "$part/include" ] ||
            fail "$component holds headers"
    done
}

# Within another project: only what that one asks for.
check_subproject() {
    local parent=$scratch/parent out=$scratch/parent/build
    mkdir -p "$parent"
    printf '%s\n' 'cmake_minimum_required(VERSION 3.20)' 'project(parent C)' \
        "add_subdirectory($root millrace)" 'get_target_property(kind millrace::millrace TYPE)' \
        "message(STATUS \"kind \${kind}\")" >"$parent/CMakeLists.txt"
    cmake -S "$parent" -B "$out" -DCMAKE_C_COMPILER="$cc" >"$scratch/log" 2>&1 ||
        fail "does not configure within another project: $(tail -n 5 "$scratch/log")"
    grep -q 'kind STATIC_LIBRARY' "$scratch/log" ||
        fail "the default within a project is not static"
    grep -qx 'CMAKE_BUILD_TYPE:STRING=' "$out/CMakeCache.txt" || fail "a build type is forced"
    [[ $(cmake --build "$out" --target help) != *millrace_command* ]] || fail "a command is forced"
    cmake --install "$out" --prefix "$scratch/forced" >/dev/null
    [ ! -e "$scratch/forced" ] || fail "an installation is forced"
    cmake -S "$parent" -B "$out" -DBUILD_SHARED_LIBS=ON -DMILLRACE_COMMAND=ON >"$scratch/log"
    grep -q 'kind SHARED_LIBRARY' "$scratch/log" || fail "BUILD_SHARED_LIBS is not heeded"
    [[ $(cmake --build "$out" --target help) = *millrace_command* ]] || fail "no command to be had"
}

# Fetched by another project, whose program is built, linked and run.
check_fetched() {
    local parent=$scratch/fetching out=$scratch/fetching/build
    mkdir -p "$parent"
    cp "$root/examples/next_fibonacci.c" "$parent/program.c"
    printf '%s\n' 'cmake_minimum_required(VERSION 3.20)' 'project(parent C)' \
        'include(FetchContent)' 'FetchContent_Declare(millrace URL https://nowhere.invalid)' \
        'FetchContent_MakeAvailable(millrace)' 'add_executable(program program.c)' \
        'target_link_libraries(program PRIVATE millrace::millrace)' >"$parent/CMakeLists.txt"
    { cmake -S "$parent" -B "$out" -DCMAKE_C_COMPILER="$cc" -DCMAKE_BUILD_TYPE=Debug \
        -DFETCHCONTENT_SOURCE_DIR_MILLRACE="$root" &&
        cmake --build "$out" -j "$(nproc)" --target program; } >"$scratch/log" 2>&1 ||
        fail "does not build where it is fetched: $(tail -n 5 "$scratch/log")"
    run_example next_fibonacci "$out/program"
}

check_presets() {
    local preset
    for preset in release debug sanitize; do
        (cd "$root" && cmake --preset "$preset" -B "$scratch/$preset" -DCMAKE_C_COMPILER="$cc") \
            >"$scratch/log" 2>&1 ||
            fail "preset $preset does not configure: $(tail -n 5 "$scratch/log")"
    done
}

# A tree that was copied with what was built builds itself.
check_copied_tree() {
    local tree=$scratch/tree copy=$scratch/copy
    mkdir -p "$tree"
    cp -r "$root/dev" "$root/.ci" "$tree"
    printf '%s\n' 'cmake_minimum_required(VERSION 3.20)' 'project(tree C)' \
        'add_executable(millrace main.c)' >"$tree/CMakeLists.txt"
    echo 'int main(void) { return 3; }' >"$tree/main.c"
    MILLRACE_NO_INSTALL=1 "$tree/dev" run x >/dev/null 2>&1
    [ $? -eq 3 ] || fail "dev does not build and run"
    cp -r "$tree" "$copy"
    echo 'int main(void) { return 4; }' >"$copy/main.c"
    MILLRACE_NO_INSTALL=1 "$copy/dev" run x >/dev/null 2>&1
    [ $? -eq 4 ] || fail "dev in a copied tree builds and runs the other one"
}

# A program of the present headers on a library that has grown fields: tests/install/grown.sh.
check_growth() {
    "$root/tests/install/grown.sh" "$root" "$prefix" "$libdir" "$build/grown" ||
        fail "programs and libraries of one soname do not fit"
}

# run_example NAME PROGRAM: its exit status and, where the tree holds NAME.out, its output.
run_example() {
    local expected=$root/examples/$1.out
    mkdir -p "$scratch/run"
    if ! (cd "$scratch/run" && timeout 300 "$2" </dev/null >"$scratch/out" 2>"$scratch/err"); then
        fail "$2 failed: $(tail -n 5 "$scratch/out" "$scratch/err")"
    elif [ -e "$expected" ]; then
        diff "$expected" "$scratch/out" >"$scratch/difference" ||
            fail "output of $2 differs from examples/$1.out:"$'\n'"$(cat "$scratch/difference")"
    fi
}

# What an example includes beside millrace, as flags; fails where that is not installed.
libraries_of() { # example
    local header
    while read -r header; do
        echo "#include <$header>" |
            "$cc" -DCL_TARGET_OPENCL_VERSION=120 -E - >/dev/null 2>&1 || return 1
        case $header in
        CL/*) echo -lOpenCL ;;
        clFFT.h) echo -lclFFT ;;
        clblast_c.h) echo -lclblast ;;
        esac
    done < <(sed -n 's/^#include <\(CL\/.*\|clFFT.h\|clblast_c.h\)>$/\1/p' "$root/examples/$1.c")
}

check_cmake() { # linkage: shared or static
    local out=$scratch/cmake-$1 name static=OFF
    [ "$1" = static ] && static=ON
    cp -r "$root/examples" "$out"
    if ! { cmake -S "$out" -B "$out/build" -DCMAKE_PREFIX_PATH="$prefix" \
        -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER="$cc" -DMILLRACE_EXAMPLES_STATIC=$static &&
        cmake --build "$out/build"; } >"$scratch/log" 2>&1; then
        fail "examples do not build with find_package ($1):"$'\n'"$(tail -n 30 "$scratch/log")"
        return
    fi
    for name in "${examples[@]}"; do run_example "$name" "$out/build/$name"; done
}

check_pkg_config() {
    local out=$scratch/pkg-config name flags libraries
    mkdir -p "$out"
    export PKG_CONFIG_PATH=$libdir/pkgconfig LD_LIBRARY_PATH=$libdir
    for name in "${examples[@]}"; do
        read -ra flags < <(pkg-config --cflags --libs millrace)
        mapfile -t libraries < <(libraries_of "$name")
        flags+=("${libraries[@]}")
        if "$cc" -std=c11 -O2 -o "$out/$name" "$root/examples/$name.c" "${flags[@]}" -lm; then
            run_example "$name" "$out/$name"
        else
            fail "$name does not build with pkg-config"
        fi
    done
}

cc=${CC:-cc}
cxx=${CXX:-c++}
cmake --install "$build" --prefix "$prefix" >/dev/null
libdir=$(dirname "$(dirname "$(find "$prefix" -name millrace.pc)")")
mapfile -t all_examples < <(cd "$root/examples" && for f in *.c; do echo "${f%.c}"; done)
examples=()
for name in "${all_examples[@]}"; do
    if libraries_of "$name" >/dev/null; then
        examples+=("$name")
    else
        echo "left out: $name, which includes what is not installed here"
    fi
done
if [ "${all_examples[*]}" = '*' ]; then
    echo "examples/ holds no program" >&2
    exit 1
fi

check_files
check_headers
check_symbols
check_nodelete
check_components
check_subproject
check_fetched
check_presets
set +e
check_copied_tree
set -e
check_growth
check_cmake shared
check_cmake static
check_pkg_config
echo "${#examples[@]} examples, $(wc -l <"$scratch/exported") exported names, $failures failures"
[ "$failures" -eq 0 ]
