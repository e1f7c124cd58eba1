# shellcheck shell=bash disable=SC2154
# What a machine has: OpenCL's headers and drivers, compilers, and what of them is missing. Read by
# bench/gpu/run, to whose `facts` it adds.

# The first of these paths that exists; each may be a pattern.
first_of() {
    local pattern found
    for pattern in "$@"; do
        found=$(compgen -G "$pattern" | head -n 1)
        [ -z "$found" ] || { echo "$found" && return; }
    done
    return 1
}

cuda=${CUDA_HOME:-${CUDA_PATH:-/usr/local/cuda*}}
conda=${CONDA_PREFIX:-/opt/conda}

find_headers() {
    local path
    if [ -n "${MILLRACE_OPENCL_INCLUDE:-}" ]; then
        path=$(first_of "$MILLRACE_OPENCL_INCLUDE/CL/cl.h") || return 1
    else
        path=$(first_of {/usr,/usr/local,"$cuda","$cuda/targets/*",/opt/cuda}/include/CL/cl.h \
            {"/opt/rocm*","/opt/rocm*/opencl","$conda"}/include/CL/cl.h) || return 1
    fi
    echo "${path%/CL/cl.h}"
}

# A shared library by name: in the linker's cache, else in the folders that containers and toolkits
# use.
find_library() {
    local path
    path=$(ldconfig -p 2>/dev/null | sed -n "s|^[[:space:]]*$1 .*=> ||p" | head -n 1)
    [ -n "$path" ] && echo "$path" && return
    first_of {/usr/lib64,"/usr/lib/*-linux-gnu",/usr/local/nvidia/lib64,/usr/lib/wsl/lib}"/$1" \
        "$cuda/lib64/$1" "$cuda/targets/*/lib/$1" "/opt/rocm*/lib/$1" "$conda/lib/$1"
}

icd_files() {
    compgen -G '/etc/OpenCL/vendors/*.icd'
    compgen -G '/usr/share/OpenCL/vendors/*.icd'
    compgen -G '/usr/local/etc/OpenCL/vendors/*.icd'
    compgen -G "$conda/etc/OpenCL/vendors/*.icd"
}

# Containers often have NVIDIA's library without the file that tells loaders of it.
find_drivers() {
    local nvidia loader icd
    local -a icds
    loader=$(find_library libOpenCL.so.1) || loader=''
    nvidia=$(find_library libnvidia-opencl.so.1) || nvidia=''
    mapfile -t icds < <(icd_files)
    if [ -n "${MILLRACE_OPENCL_LIBRARY:-}" ]; then
        facts+=("OpenCL|$MILLRACE_OPENCL_LIBRARY, by MILLRACE_OPENCL_LIBRARY")
        return
    elif [ -z "$loader" ] && [ -z "$nvidia" ]; then
        facts+=("OpenCL|no loader (libOpenCL.so.1) and no libnvidia-opencl.so.1 here")
        return
    elif [ -z "$loader" ]; then
        export MILLRACE_OPENCL_LIBRARY=$nvidia
        facts+=("OpenCL|no loader (libOpenCL.so.1); $nvidia is opened by itself")
        return
    fi
    export MILLRACE_OPENCL_LIBRARY=$loader
    if [ -n "${OCL_ICD_VENDORS:-}" ]; then
        facts+=("OpenCL|$loader; drivers by OCL_ICD_VENDORS=$OCL_ICD_VENDORS")
        return
    fi
    icd=$(grep -l nvidia-opencl ${icds[@]+"${icds[@]}"} /dev/null | head -n 1)
    if [ -z "$icd" ] && [ -n "$nvidia" ]; then
        mkdir -p "$out/vendors"
        rm -f "$out"/vendors/*.icd
        [ ${#icds[@]} -eq 0 ] || cp "${icds[@]}" "$out/vendors"
        echo "$nvidia" >"$out/vendors/nvidia.icd"
        export OCL_ICD_VENDORS=$out/vendors
        facts+=("OpenCL|$loader; no .icd file names $nvidia: $out/vendors/nvidia.icd does")
    else
        facts+=("OpenCL|$loader; ${icds[*]:-no .icd file in the usual folders}")
    fi
}

first_line() { "$@" 2>/dev/null | head -n 1; }

look_at_machine() {
    local gpus
    facts+=("date|$(date -u +%Y-%m-%dT%H:%M:%SZ)")
    facts+=("source|$(git -C "$root" describe --always --dirty 2>/dev/null || echo unknown)")
    facts+=("system|$(uname -srm), $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)")
    facts+=("processor|$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc)\
 threads, $(awk '/MemTotal/ {printf "%d", $2 / 1024}' /proc/meminfo) MiB")
    gpus=$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader \
        2>/dev/null | tr '\n' ';')
    facts+=("GPUs that nvidia-smi sees|${gpus:-none}")
    find_drivers
}

# ---- compilers -------------------------------------------------------------------------------

is_recent() { # version, at least
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

# What is missing, one a line.
lacks() {
    local compiler version headers
    compiler=$(command -v cc || command -v gcc || command -v clang) ||
        echo "a C compiler (cc, gcc or clang)"
    version=$(first_line cmake --version)
    if [ -z "$version" ]; then
        echo "cmake 3.20 or newer; also pip install cmake brings it"
    elif ! is_recent "${version##* }" 3.20; then
        echo "cmake 3.20 or newer (here is ${version##* }); also pip install cmake brings it"
    fi
    command -v ninja >/dev/null || command -v make >/dev/null || echo "ninja or make"
    headers=$(find_headers) || {
        echo "OpenCL's headers, CL/cl.h (opencl-headers, or a CUDA toolkit); \
MILLRACE_OPENCL_INCLUDE names their folder"
        return
    }
    grep -q clSVMAlloc "$headers/CL/cl.h" ||
        echo "OpenCL headers of 2.0 or newer: $headers/CL/cl.h is older"
    [ -n "$compiler" ]
}

# CUDA's compiler, with cuRAND and CUB beside it; MILLRACE_NVCC names another one, or none.
find_nvcc() {
    local nvcc=${MILLRACE_NVCC-$(command -v nvcc || first_of "$cuda/bin/nvcc")}
    [ -n "$nvcc" ] && [ -x "$nvcc" ] && echo "$nvcc"
}
