# shellcheck shell=bash disable=SC2154
# What sanitizers are to do and to leave alone while tests run; `dev` reads this file.

# LLVM sets a stack for signals on the thread that opens the device, which the sanitizer would take
# for its own when that thread ends.
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:allocator_may_return_null=1
export ASAN_OPTIONS=$ASAN_OPTIONS:use_sigaltstack=0
# The leak checker now and then dies of the thread-local storage of PoCL's threads, which go on.
export LSAN_OPTIONS=suppressions=$root/.ci/lsan.supp:print_suppressions=0:use_tls=0
export UBSAN_OPTIONS=print_stacktrace=1
# What other drivers leak is not ours to mend.
mkdir -p "$build/sanitize/vendors"
compgen -G '/usr/lib/*/libpocl.so.2*' | sed -n 1p >"$build/sanitize/vendors/pocl.icd"
export OCL_ICD_VENDORS=$build/sanitize/vendors
export TSAN_OPTIONS=suppressions=$root/.ci/tsan.supp:print_suppressions=0
export TSAN_OPTIONS=$TSAN_OPTIONS:die_after_fork=0:history_size=4
# Their tests take several times as long.
export MILLRACE_TESTS=${MILLRACE_TESTS:-brief}
