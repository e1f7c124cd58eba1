# shellcheck shell=bash disable=SC2154
# `./dev lint`: its checks, a function each. `dev` reads this file: root, build, jobs, configure(),
# say() and need() are its own.

# A file includes only from its own room and those before it.
rooms=(base io ir aggregates ops lang plan emit cl engine ring kinds stream child cli)
cl_calls='\bcl(Build|Compile|Create|Enqueue|Finish|Flush|Get|Link|Release|Retain|Set|Unload|Wait)'

# Fails when there is anything on standard input; shows it.
nothing() { # why it is wrong
    local found
    found=$(cat)
    [ -z "$found" ] || { echo "$1:" && echo "$found" && return 1; } >&2
}

# Those that are run and those that are read by others.
scripts() {
    grep -rlE '^#!.*\b(ba)?sh$|^# shellcheck shell=' dev .ci tests examples bench python
}

lint_rooms() {
    local room allowed='' status=0
    # Folders of what one architecture does better, and of the twin for all others.
    local twin='((x86|generic)/)?'
    # Long options, short ones with what they take (not those of other programs), subcommands.
    local the_commands='"[^"]*(--[a-z]|\B-o [A-Z]'
    the_commands+='|\bmillrace (doctor|tune|devices|verify|explain|merge|ops|run)\b)'
    cd "$root/host" || return 1
    for room in "${rooms[@]}"; do
        allowed+="${allowed:+|}$room"
        { grep -rn '#include "' "$room" || true; } |
            { grep -vE "#include \"($allowed|lib)/${twin}[a-z0-9_]+\.(h|cl)\"" || true; } |
            nothing "room $room may include only $allowed" || status=1
        [ "$room" = cl ] || { grep -rnE "${cl_calls}[A-Za-z]* *\(" "$room" || true; } |
            nothing "only room cl calls cl*" || status=1
        [[ $room = cli ]] || { grep -rnE "$the_commands" "$room" || true; } |
            nothing "the library names C's parameters; host/cli/words.c has options for them" ||
            status=1
        [[ $room =~ ^(ops|kinds|aggregates)$ ]] ||
            { grep -rnE 'MR_KIND_[A-Z]' "$room" || true; } | { grep -v MR_KIND_COUNT || true; } |
            nothing "generic code asks what a kind says, never which one it is" || status=1
    done
    find . -name '*.[ch]' | { grep -vE "^\./($allowed)/${twin}[^/]*$" || true; } |
        nothing "files outside the rooms" || status=1
    return $status
}

# Files that comments name, but for those of others and of the build (.cmake).
names_without_files() { # folders
    local others='cl(_ext|_icd)?|dlpack|logf|sinf|aggregates|formats|kinds|library_[a-z]+'
    grep -rhoE '(/\*|^ *\*|^//).*' "$@" --include='*.[ch]' --include='*.cl' |
        { grep -oE '\b[a-z][a-z0-9_]*\.(c|h|cl)\b' || true; } | sort -u |
        { grep -vxE "($others)\.[ch]" || true; } |
        { grep -vxFf <(find "$@" -name '*.[ch]' -o -name '*.cl' | sed 's|.*/||') || true; }
}

# One idea may have its operator, kind, aggregate and skeleton in files of one name, an operation of
# kernels its twin for each architecture; any other two files have two names.
lint_names() {
    local idea='^(host/(ops|kinds|aggregates)|kernels/skeleton)/'
    local twin='^(kernels/(operations|generic|x86)|host/base/(generic|x86))/'
    local -a folders=(host include kernels tests bench examples python)
    local status=0
    cd "$root" || return 1
    find "${folders[@]}" -name '*.[ch]' -o -name '*.cl' |
        { grep -vE '/main\.c$' || true; } | sed -E "s=$idea=idea/=; s=$twin=twin/=" | sort -u |
        sed 's|.*/||' | sort | uniq -d | nothing "names that several files have" || status=1
    names_without_files "${folders[@]}" | nothing "comments name files that are not there" ||
        status=1
    # Else nobody sees it before --cross is run.
    grep -rhoE '\bCU_(ASSERT|FAIL)[A-Z_]*' tests --include='*.[ch]' | sort -u |
        { grep -vxFf <(grep -ohE '\bCU_[A-Z_]+' tests/cross/CUnit/CUnit.h) || true; } |
        nothing "asserts of CUnit that tests/cross/CUnit lacks" || status=1
    return $status
}

# A work-item waits for no other one: what drivers compile wrong is never there to be compiled.
lint_waits() {
    local waits='\b(barrier|(read_|write_)?mem_fence|(work|sub)_group_[a-z_]+|get_local_id) *\('
    waits+='|\b__local\b|^ *local [a-z]|[(,] *local [a-z]'
    cd "$root" || return 1
    { grep -rnE "$waits" kernels host/emit host/kinds || true; } |
        nothing "kernels have no barriers and no local memory"
}

# A file is one subject, which 450 lines hold. One that is a table, or a copy that is never changed,
# says so in its head.
lint_lengths() {
    local lines file
    cd "$root" || return 1
    {
        find host include kernels tests bench examples python .cmake -type f \
            -regex '.*\.\([ch]\|cl\|cu\|cuh\|cpp\|py\|cmake\)'
        scripts
    } | xargs wc -l | while read -r lines file; do
        [ "$lines" -le 450 ] || [ "$file" = total ] ||
            head -n 4 "$file" | grep -qE 'A table|Never changed' || echo "$file: $lines lines"
    done | nothing "more than 450 lines, and no table"
}

lint_format() {
    local -a files
    local status=0
    cd "$root" || return 1
    mapfile -t files < <(find host include tests bench examples python -name '*.[ch]')
    clang-format --dry-run -Werror "${files[@]}" 2>&1 | sed -n 's/:[0-9]*:[0-9]*: error: .*//p' |
        sort -u | nothing "run clang-format -i on these" || status=1
    # The formatter leaves alone comments, kernels and scripts.
    mapfile -t -O "${#files[@]}" files < <(find kernels .cmake .ci CMakeLists.txt -type f; scripts)
    { grep -nE '^.{101,}$|[[:space:]]$' "${files[@]}" || true; } |
        nothing "longer than 100 columns, or white space at the end" || status=1
    return $status
}

lint_scripts() {
    local -a files
    local file
    cd "$root" || return 1
    mapfile -t files < <(scripts)
    for file in "${files[@]}"; do bash -n "$file" || return 1; done
    shellcheck "${files[@]}"
}

# Some headers are made by the build.
make_tables() {
    local log=$build/lint/lint.log
    mkdir -p "$build/lint"
    if ! { configure lint clang && cmake --build "$build/lint" --target millrace_tables; } \
        >"$log" 2>&1; then
        cat "$log" && return 1
    fi
}

lint_cppcheck() {
    make_tables || return 1
    cd "$root" || return 1
    # overlappingWriteUnion does not see that a cast in between makes a value of its own;
    # floatConversionOverflow misreads hexadecimal floats.
    cppcheck --quiet --std=c11 --language=c --error-exitcode=1 --inline-suppr \
        --enable=warning,performance,portability --suppress=overlappingWriteUnion \
        --suppress=floatConversionOverflow:*/cast_loops.h \
        -D_POSIX_C_SOURCE=200809L -I include -I host -I "$build/lint/generated" -j "$jobs" host
}

lint_tidy() {
    local log=$build/lint/lint.log
    make_tables || return 1
    # Its errors go to standard output; what it says besides is of interest when it fails.
    find "$root/host" -name '*.c' -print0 |
        xargs -0 -P "$jobs" -n 4 clang-tidy --quiet -p "$build/lint" 2>"$log" ||
        { grep -vE '^[0-9]+ warnings? ' "$log" >&2 || true; return 1; }
}

cmd_lint() {
    need lint
    local check status=0
    for check in format rooms names waits lengths scripts cppcheck tidy; do
        say "lint: $check"
        ("lint_$check") || { status=1 && echo "lint: $check FAILED" >&2; }
    done
    return $status
}
