#!/usr/bin/env bash
# tests/driver/implementations.sh BUILD FOLDER PAGE [NAME...]
# Runs what is built in BUILD on every implementation of OpenCL that can be had, or on those named,
# each alone in the loader's list: doctor, the pipelines beside this file by verify, and the suite
# conformance in its small form, in the device's own shape and in that of GPUs. What each said is in
# FOLDER/results; what it comes to is a row of PAGE's table, written as soon as it is known. Rows of
# those not asked stay as they are, so that a run that was stopped is gone on with by naming the
# rest. What must be fetched first is kept in
# $MILLRACE_DRIVERS, or FOLDER/had; $MILLRACE_DRIVER_SECONDS is how long a step may take.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$(cd "$1" && pwd)
mkdir -p "$2/results"
folder=$(cd "$2" && pwd)
page=$3
shift 3
had=${MILLRACE_DRIVERS:-$folder/had}
mkdir -p "$had"

# An implementation that hangs, or is slow, holds up the others for no longer.
step_seconds=${MILLRACE_DRIVER_SECONDS:-1500} pipeline_seconds=150

# For units that interpreters are soon done with.
gpu_shape='lanes 4/2, span 4/2, group 64, unit 4096, ring 3'

# What is built, for the table: the commit, with a + where what is built was changed since.
commit=$(git -C "$root" rev-parse --short HEAD 2>/dev/null) &&
    { git -C "$root" diff --quiet HEAD -- ':!*.md' ':!*.sh' 2>/dev/null || commit+=+; }

say() { printf '== %s\n' "$*" >&2; }

# ---- what can be had ------------------------------------------------------------------------

# A row: its name, what it is, and who makes it ready.
implementations='
pocl-3       PoCL of Debian 12, CPU             installed
rusticl-22   rusticl of Debian 12, llvmpipe     debian
oclgrind     Oclgrind, an interpreter           installed
intel        Intel CPU runtime 2026, from PyPI  prefix
intel22      Intel CPU runtime 2022, from PyPI  prefix
pocl-6       PoCL of Debian 13, CPU             debian
pocl-7       PoCL of Debian sid, CPU            debian
rusticl-25   rusticl of Debian 13, llvmpipe     debian
rusticl-sid  rusticl of Debian sid, llvmpipe    debian
'

declare -A library=(
    [pocl-3]='/usr/lib/*/libpocl.so.2*' [rusticl-22]='/usr/lib/*/libRusticlOpenCL.so.1*'
    [oclgrind]='/usr/lib/oclgrind/liboclgrind-rt-icd.so'
    [pocl-6]='/usr/lib/*/libpocl.so.2*' [pocl-7]='/usr/lib/*/libpocl.so.2*'
    [rusticl-25]='/usr/lib/*/libRusticlOpenCL.so.1*'
    [rusticl-sid]='/usr/lib/*/libRusticlOpenCL.so.1*'
)
# What pip fetches.
declare -A wheels=(
    [intel]='intel-opencl-rt==2026.2.0 intel-cmplr-lib-rt==2026.2.0 intel-cmplr-lib-ur==2026.2.0
        tbb>=2022'
    [intel22]='intel-opencl-rt==2022.2.1 intel-cmplr-lib-rt==2022.2.1 tbb==2021.7.1'
)
declare -A release=([rusticl-22]=bookworm [pocl-6]=trixie [rusticl-25]=trixie [pocl-7]=sid
    [rusticl-sid]=sid)
system_packages=ca-certificates,ocl-icd-libopencl1,pocl-opencl-icd,mesa-opencl-icd

# The first that matches, as it is named within the root folder $1.
match() { # root, pattern
    local -a found
    mapfile -t found < <(compgen -G "$1$2")
    [ ${#found[@]} -gt 0 ] && printf '%s\n' "${found[0]#"$1"}"
}

# Each prints the driver's library, or why there is none and fails.
installed() { # name
    match '' "${library[$1]}" || { echo "not installed" && return 1; }
}

prefix() { # name
    local prefix=$had/$1 file
    local -a packages
    if ! file=$(match '' "$prefix/lib/libintelocl.so"); then
        say "fetching Intel's CPU runtime"
        read -rd '' -a packages <<<"${wheels[$1]}"
        { python3 -m venv "$prefix" &&
            "$prefix/bin/pip" install --quiet --no-deps "${packages[@]}"; } >"$folder/$1.log" 2>&1
        file=$(match '' "$prefix/lib/libintelocl.so") ||
            { echo "pip does not bring it" && return 1; }
    fi
    echo "$file"
}

# A system of its own, made where the packages of this one come from.
debian() { # name
    local system=$had/${release[$1]} site
    if ! [ -x "$system/usr/bin/dpkg" ] || ! [ -e "$system/etc/os-release" ]; then
        [ "$(id -u)" = 0 ] || { echo "only root can make a system to enter" && return 1; }
        command -v debootstrap >/dev/null || { echo "debootstrap is not installed" && return 1; }
        # shellcheck disable=SC2016
        site=$(apt-get indextargets --format '$(SITE)' 2>/dev/null | sort | head -n 1)
        say "making a system of ${release[$1]} in $system"
        debootstrap --variant=minbase --include="$system_packages" "${release[$1]}" "$system" \
            ${site:+"$site"} >"$folder/${release[$1]}.log" 2>&1 ||
            { echo "debootstrap fails: $(tail -n 1 "$folder/${release[$1]}.log")" && return 1; }
    fi
    unshare --mount true 2>/dev/null || { echo "a system cannot be entered here" && return 1; }
    match "$system" "${library[$1]}" || { echo "${release[$1]} does not have it" && return 1; }
}

# ---- a run ----------------------------------------------------------------------------------

# Within another system: that one's loader, and only what the tests themselves link from here.
enter() { # system, command
    # shellcheck disable=SC2016
    unshare --mount bash -c '
        system=$1 root=$2
        shift 2
        for folder in /proc /dev /sys "$root"; do
            mkdir -p "$system$folder" && mount --rbind "$folder" "$system$folder" || exit 125
        done
        exec chroot "$system" "$@"' enter "$1" "$root" "${@:2}"
}

run() { # name, seconds, command
    local name=$1 seconds=$2
    local -a with=(OCL_ICD_VENDORS="$folder/vendors/$name" XDG_CACHE_HOME="$folder/cache/$name"
        POCL_CACHE_DIR="$folder/cache/$name/pocl" RUSTICL_ENABLE=llvmpipe)
    shift 2
    case $name in
    oclgrind) set -- "$root/tests/layer/under_oclgrind.sh" "$folder/bin" "$@" ;;
    intel*) with+=(LD_LIBRARY_PATH="$had/$name/lib") ;;
    esac
    if [ -n "${release[$name]-}" ]; then
        enter "$had/${release[$name]}" env "${with[@]}" LD_LIBRARY_PATH="$folder/lib" \
            timeout --kill-after=10 "$seconds" "$@"
    else
        env "${with[@]}" timeout --kill-after=10 "$seconds" "$@"
    fi
}

# ---- a row ----------------------------------------------------------------------------------

ask_device() { # name
    run "$1" "$step_seconds" "$folder/bin/millrace" devices >"$folder/results/$1.devices" 2>&1
    awk -F, '/^[* ] [0-9]+ / && !name {name = $0; sub(/^[* ] [0-9]+ /, "", name)}
        / driver / && !driver {driver = $2; sub(/^ driver /, "", driver)}
        END {print name (driver ? ", driver " driver : "")}' "$folder/results/$1.devices"
}

# The drivers are met in a child process above; here what they compute is of interest.
alone=(env MILLRACE_BUILD_PROGRAM=)

ask_doctor() { # name
    local log=$folder/results/$1.doctor status=0
    run "$1" "$step_seconds" "${alone[@]}" "$folder/bin/millrace" doctor >"$log" 2>&1 || status=$?
    case $status in
    0) echo passes ;;
    124 | 137) echo "not done in $step_seconds s" ;;
    *) told_by "$log" "$status" | cut -c 1-200 | sed 's/|/\\|/g' ;;
    esac
}

# The first fault; where the driver ended the process, what it said.
told_by() { # doctor's log, exit code
    sed -n 's/^FAULT *//p' "$1" | grep -m 1 . ||
        echo "ends the process, status $2: $(grep -m 1 -vE '^(ok|note|FAULT) |^ |^$' "$1")"
}

# How many pipelines agree, how many need f64, which the device lacks (exit code 3), and the first
# that differs. Those for which no time is left are none of them.
ask_verify() { # name
    local log=$folder/results/$1.verify pipeline agree=0 count=0 lacking=0 first='' code
    local end=$((SECONDS + step_seconds))
    local -a more=() pipelines
    mapfile -t pipelines <"$here/pipelines"
    [ "$1" != oclgrind ] || more=(--take 2000)
    : >"$log"
    for pipeline in "${pipelines[@]}"; do
        [ "$SECONDS" -lt "$end" ] || break
        count=$((count + 1))
        code=0
        run "$1" "$pipeline_seconds" "${alone[@]}" "$folder/bin/millrace" verify "${more[@]}" \
            "$pipeline" >"$log.one" 2>&1 </dev/null || code=$?
        if [ $code = 0 ]; then
            agree=$((agree + 1))
        elif [ $code = 3 ] && grep -q 'has no f64' "$log.one"; then
            lacking=$((lacking + 1))
        else
            [ -n "$first" ] || first=$pipeline
            { printf '%s\n' "$pipeline" && cat "$log.one"; } >>"$log"
        fi
    done
    rm -f "$log.one"
    [ $lacking = 0 ] || agree+=", and $lacking need f64,"
    echo "$agree of $count${first:+; not \`${first//|/\\|}\`}$([ "$count" = ${#pipelines[@]} ] ||
        echo "; the others were not asked within $step_seconds s")"
}

# The last line that is not blank, as a cell of a table takes it.
last_words() { # file
    awk 'NF {line = $0} END {print substr(line, 1, 120)}' "$1" | sed 's/|/\\|/g'
}

ask_conformance() { # name, shape unless it is the device's own
    local log=$folder/results/$1.conformance${2:+-gpu} status=0
    MILLRACE_TESTS=small run "$1" "$step_seconds" "$folder/bin/millrace_tests" --small \
        ${2:+--shape "$2"} conformance >"$log" 2>&1 || status=$?
    local asserts
    asserts=$(awk '/has no f64/ {lacking++}
        /^ *asserts/ {print $4 (lacking ? ", and " lacking " need f64," : "") " of " $3}' "$log" |
        tail -n 1)
    case $status in
    124 | 137) echo "not done in $step_seconds s" ;;
    *) echo "${asserts:-none; $(last_words "$log")}" ;;
    esac
}

# Of the rows of host/cl/quirk.c that are of this platform, those that are still so.
ask_quirks() { # name
    local log=$folder/results/$1.quirks
    run "$1" "$step_seconds" "$folder/bin/millrace_probes" >"$log" 2>/dev/null || true
    awk -F': ' '{printf "%s%s %s", n++ ? ", " : "", $1, $2}
        END {if (!n) printf "none known"}' "$log"
}

# With how much care kernels are built, where it is more than usual, and why.
care() { # name
    sed -n 's/^ *usable: [^;]*; \(kernels .*\)/; \1/p' "$folder/results/$1.devices" | head -n 1 |
        sed 's/|/\\|/g'
}

ask_columns() { # name, words, way
    local driver device doctor verify=refused conformance=refused as_gpu=refused quirks
    if ! driver=$("$3" "$1"); then
        printf '%s\n' "$2" "" "not run: $driver" "" "" "" ""
        return
    fi
    mkdir -p "$folder/vendors/$1" "$folder/cache/$1/pocl"
    echo "$driver" >"$folder/vendors/$1/$1.icd"
    # What was found before; kernels may stay.
    rm -rf "$folder/cache/$1/millrace"
    say "$2: $driver"
    device=$(ask_device "$1")
    # One that is refused computes nothing.
    if grep -q '^ *not usable: ' "$folder/results/$1.devices"; then
        doctor=refused:$(sed -n 's/^ *not usable://p' "$folder/results/$1.devices")
    else
        doctor=$(ask_doctor "$1")$(care "$1")
        say "  doctor: $doctor"
        verify=$(ask_verify "$1")
        say "  verify: $verify"
        conformance=$(ask_conformance "$1")
        say "  conformance: $conformance"
        as_gpu=$(ask_conformance "$1" "$gpu_shape")
    fi
    say "  conformance as on GPUs: $as_gpu"
    quirks=$(ask_quirks "$1")
    say "  quirks: $quirks"
    printf '%s\n' "$2" "${device:-none}" "$doctor" "$verify" "$conformance" "$as_gpu" \
        "$quirks"
}

# A row of the table: the columns, the version of millrace, the commit and the day.
ask() { # name, words, way
    local version
    local -a columns
    version=$("$folder/bin/millrace" --version | cut -d ' ' -f 2)
    mapfile -t columns < <(ask_columns "$@")
    { printf '| %s ' "${columns[@]}" "$version${commit:+, $commit}, $(date -I)" &&
        echo '|'; } >"$folder/results/$1.row"
}

# ---- the table ------------------------------------------------------------------------------

# With one row in the place of that of the same implementation.
write_table() { # name
    local name words old
    echo '| implementation | device | doctor | pipelines that agree | conformance, small' \
        '| the same, as on GPUs | quirks | asked |'
    echo '|---|---|---|---|---|---|---|---|'
    while read -r name words; do
        [ -n "$name" ] || continue
        words=$(words_of "$words")
        if [ "$name" = "$1" ]; then
            cat "$folder/results/$name.row"
        elif old=$(grep -F "| $words |" "$page"); then
            echo "$old"
        else
            echo "| $words | not asked yet | | | | | | |"
        fi
    done <<<"$implementations"
}

write_page() { # name
    local written=$folder/page
    write_table "$1" >"$folder/table"
    awk -v table="$folder/table" '
        /^<!-- results -->$/ {print; while ((getline line < table) > 0) print line; skips = 1; next}
        /^<!-- end of results -->$/ {skips = 0}
        !skips {print}' "$page" >"$written" && cat "$written" >"$page"
}

# What an implementation is, of a row without its name: all but the last word, who makes it ready.
words_of() { # row
    local words=${1% *}
    echo "${words%"${words##*[! ]}"}"
}

# ---- all of them ----------------------------------------------------------------------------

for chosen in "$@"; do
    grep -q "^$chosen " <<<"$implementations" || {
        echo "no implementation '$chosen'; there are:" \
            "$(awk 'NF {printf "%s%s", n++ ? ", " : "", $1}' <<<"$implementations")" >&2
        exit 2
    }
done
# What runs stays as it is while others build, and finds its libraries in other systems.
mkdir -p "$folder/lib" "$folder/bin/libexec/millrace"
cp --remove-destination "$build"/{millrace,millrace_tests,millrace_probes,libmillrace_layer.so} \
    "$folder/bin"
cp --remove-destination "$build/libexec/millrace/build" "$folder/bin/libexec/millrace"
cp -L "$(ldd "$build/millrace_tests" | awk '/libcunit/ {print $3}')" "$folder/lib"
while read -r name words; do
    [ -n "$name" ] || continue
    [ $# = 0 ] || [[ " $* " = *" $name "* ]] || continue
    ask "$name" "$(words_of "$words")" "${words##* }"
    write_page "$name"
done <<<"$implementations"
cat "$folder/table"
