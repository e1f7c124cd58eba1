# Test programs and the list of what ctest runs. The rooms below hold programs of their own;
# every other tests/ROOM/*.c belongs to millrace_tests.
enable_testing()
set(tests_folder ${PROJECT_SOURCE_DIR}/tests)

find_path(MILLRACE_CUNIT_INCLUDE CUnit/CUnit.h REQUIRED)
find_library(MILLRACE_CUNIT_LIBRARY cunit REQUIRED)

file(GLOB suite_sources CONFIGURE_DEPENDS ${tests_folder}/*/*_test.c)
file(GLOB test_sources CONFIGURE_DEPENDS ${tests_folder}/*/*.c)
set(own_programs abi|accuracy|cross|docs|driver|faults|gpu|install|layer|ptx)
list(FILTER suite_sources EXCLUDE REGEX "/tests/(${own_programs})/[^/]*$")
list(FILTER test_sources EXCLUDE REGEX "/tests/(${own_programs})/[^/]*$")

# The model of conformance counts in integers of 128 bits, which CPUs of 32 bits have not: suites
# that ask it are left out there, and tests/cross/same_bits.py compares with other CPUs.
check_c_source_compiles("int main(void) { return sizeof(__int128) != 16; }" MILLRACE_HAS_128_BITS)
if(NOT MILLRACE_HAS_128_BITS)
    set(asks_model "conformance/.*" "stream/journey_test" "engine/lane_integers_test"
        "ops/(loop|permutation|point|recurrence|variable)_test"
    )
    list(JOIN asks_model "|" asks_model)
    set(asks_model "/tests/(${asks_model})[.]c$")
    set(asks_nothing delivery model_result pattern_text
        "random_(expression|pipeline|source|stage|writer)"
    )
    list(JOIN asks_nothing "|" asks_nothing)
    set(asks_nothing "/tests/conformance/(${asks_nothing})[.]c$")
    set(others ${test_sources})
    list(FILTER others INCLUDE REGEX "${asks_nothing}")
    list(FILTER suite_sources EXCLUDE REGEX "${asks_model}")
    list(FILTER test_sources EXCLUDE REGEX "${asks_model}")
    list(APPEND test_sources ${others})
endif()

# What a test may ask of the build: where the command and the sources are.
set(test_places
    MILLRACE_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    MILLRACE_BUILD_DIR="${PROJECT_BINARY_DIR}"
    MILLRACE_COMMAND="${PROJECT_BINARY_DIR}/millrace"
)

# tests/layer/*.c: an OpenCL layer that makes chosen calls fail, loaded by OPENCL_LAYERS.
file(GLOB layer_sources CONFIGURE_DEPENDS ${tests_folder}/layer/*.c)
if(layer_sources)
    add_library(millrace_layer MODULE ${layer_sources})
    target_include_directories(millrace_layer SYSTEM PRIVATE ${MILLRACE_OPENCL_INCLUDE})
    target_link_libraries(millrace_layer PRIVATE Threads::Threads)
    list(APPEND test_places MILLRACE_LAYER="$<TARGET_FILE:millrace_layer>")
endif()

# tests/driver/faulty_driver.c: a driver that does what drivers have done, named by an .icd.
add_library(millrace_driver MODULE ${tests_folder}/driver/faulty_driver.c)
target_include_directories(millrace_driver SYSTEM PRIVATE ${MILLRACE_OPENCL_INCLUDE})
target_link_libraries(millrace_driver PRIVATE ${CMAKE_DL_LIBS})
if(MILLRACE_SANITIZE) # the program that loads it need not be sanitized
    target_compile_options(millrace_driver PRIVATE -fno-sanitize=all)
    target_link_options(millrace_driver PRIVATE -fno-sanitize=all)
endif()
list(APPEND test_places MILLRACE_DRIVER="$<TARGET_FILE:millrace_driver>")

# tests/driver/quirk_probes.c: whether an implementation still has its rows of host/cl/quirk.c.
find_library(MILLRACE_OPENCL_LIBRARY OpenCL)
if(MILLRACE_OPENCL_LIBRARY AND NOT CMAKE_CROSSCOMPILING)
    add_executable(millrace_probes ${tests_folder}/driver/quirk_probes.c)
    target_include_directories(millrace_probes PRIVATE
        ${MILLRACE_PUBLIC_INCLUDE} ${MILLRACE_PRIVATE_INCLUDE}
    )
    target_include_directories(millrace_probes SYSTEM PRIVATE ${MILLRACE_OPENCL_INCLUDE})
    target_link_libraries(millrace_probes PRIVATE
        millrace_static ${MILLRACE_OPENCL_LIBRARY} Threads::Threads m ${CMAKE_DL_LIBS}
    )
endif()

# tests/faults/libc.c: the same for calls of the C library, loaded by LD_PRELOAD.
add_library(millrace_faults MODULE ${tests_folder}/faults/libc.c)
target_link_libraries(millrace_faults PRIVATE ${CMAKE_DL_LIBS})
if(MILLRACE_SANITIZE) # what stands before a sanitizer's own layer must not call it
    target_compile_options(millrace_faults PRIVATE -fno-sanitize=all)
    target_link_options(millrace_faults PRIVATE -fno-sanitize=all)
endif()

millrace_table(suite_table.c suite_table.cmake ${suite_sources})
add_executable(millrace_tests
    ${tests_folder}/main.c ${test_sources} ${MILLRACE_GENERATED}/suite_table.c
)
target_compile_definitions(millrace_tests PRIVATE ${test_places})
target_include_directories(millrace_tests PRIVATE ${tests_folder} ${MILLRACE_PRIVATE_INCLUDE})
target_include_directories(millrace_tests SYSTEM PRIVATE
    ${MILLRACE_CUNIT_INCLUDE} ${MILLRACE_OPENCL_INCLUDE}
)
target_link_libraries(millrace_tests PRIVATE
    millrace_static ${MILLRACE_CUNIT_LIBRARY} Threads::Threads m ${CMAKE_DL_LIBS}
)
foreach(program millrace_command millrace_driver millrace_layer)
    if(TARGET ${program})
        add_dependencies(millrace_tests ${program})
    endif()
endforeach()

foreach(source IN LISTS suite_sources)
    get_filename_component(stem ${source} NAME_WE)
    string(REGEX REPLACE "_test$" "" name ${stem})
    add_test(NAME ${name} COMMAND millrace_tests ${name})
endforeach()

# A program whose start-up code changes the floating-point environment.
add_executable(fast_math ${tests_folder}/fast_math.c)
target_compile_options(fast_math PRIVATE -ffast-math)
target_link_options(fast_math PRIVATE -ffast-math)
target_include_directories(fast_math PRIVATE ${MILLRACE_PUBLIC_INCLUDE})
target_link_libraries(fast_math PRIVATE millrace_static Threads::Threads m ${CMAKE_DL_LIBS})
add_test(NAME fast_math COMMAND fast_math)

# A program of the first headers of this soname.
add_executable(former ${tests_folder}/abi/former.c)
target_link_libraries(former PRIVATE millrace_static Threads::Threads m ${CMAKE_DL_LIBS})
add_test(NAME former COMMAND former)

# tests/accuracy/*.c: ulp, which compares with MPFR and with the page that tells of the errors;
# --quick is its short form.
file(GLOB ulp_sources CONFIGURE_DEPENDS ${tests_folder}/accuracy/*.c)
if(NOT CMAKE_CROSSCOMPILING) # no MPFR of another CPU
    find_path(MILLRACE_MPFR_INCLUDE mpfr.h REQUIRED)
    find_library(MILLRACE_MPFR_LIBRARY mpfr REQUIRED)
    find_library(MILLRACE_GMP_LIBRARY gmp REQUIRED)
    add_executable(ulp ${ulp_sources})
    add_dependencies(ulp millrace_objects) # whose build writes engine/library_math.h
    target_include_directories(ulp PRIVATE
        ${tests_folder} ${MILLRACE_PUBLIC_INCLUDE} ${MILLRACE_PRIVATE_INCLUDE}
    )
    target_include_directories(ulp SYSTEM PRIVATE ${MILLRACE_MPFR_INCLUDE})
    target_link_libraries(ulp PRIVATE
        ${MILLRACE_MPFR_LIBRARY} ${MILLRACE_GMP_LIBRARY} Threads::Threads m
    )
    add_test(NAME ulp COMMAND ulp --quick --docs ${PROJECT_SOURCE_DIR}/docs/functions.md)
    set_tests_properties(ulp PROPERTIES COST 100) # long, on one core: not last and alone
endif()

# python/: the extension module beside the package's sources, which links make one folder. Debian's
# Python comes first: it has the packages that the tests need.
if(NOT CMAKE_CROSSCOMPILING)
    find_program(Python_EXECUTABLE python3 PATHS /usr/bin NO_DEFAULT_PATH)
    add_subdirectory(${PROJECT_SOURCE_DIR}/python python)
    add_test(NAME python COMMAND ${PROJECT_SOURCE_DIR}/python/tests/run.sh
        ${PROJECT_BINARY_DIR}/python ${Python_EXECUTABLE}
    )
endif()

# tests/ptx/kernel_source.c: programs of kernels as text, for compilers that need no device.
add_executable(kernel_source ${tests_folder}/ptx/kernel_source.c)
target_include_directories(kernel_source PRIVATE
    ${MILLRACE_PUBLIC_INCLUDE} ${MILLRACE_PRIVATE_INCLUDE}
)
target_link_libraries(kernel_source PRIVATE
    millrace_static Threads::Threads m ${CMAKE_DL_LIBS}
)

add_test(NAME gpu COMMAND ${tests_folder}/gpu/run.sh ${PROJECT_BINARY_DIR})
add_test(NAME ptx COMMAND ${tests_folder}/ptx/run ${PROJECT_BINARY_DIR})
set_tests_properties(ptx PROPERTIES SKIP_RETURN_CODE 77) # without clang's target NVPTX
add_test(NAME mpi COMMAND ${tests_folder}/mpi/run.sh ${PROJECT_BINARY_DIR})
set_tests_properties(mpi PROPERTIES SKIP_RETURN_CODE 77) # without Open MPI
add_test(NAME words COMMAND ${tests_folder}/cli/words.py)
add_test(NAME faults COMMAND ${tests_folder}/faults/run.py --build ${PROJECT_BINARY_DIR})

# Both build programs against the finished library, which must not ask for a sanitizer they lack.
if(NOT MILLRACE_SANITIZE)
    add_test(NAME install COMMAND ${tests_folder}/install/run.sh ${PROJECT_BINARY_DIR})
    file(GLOB pages CONFIGURE_DEPENDS
        ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/HACKING.md
        ${PROJECT_SOURCE_DIR}/docs/*.md ${PROJECT_SOURCE_DIR}/examples/README.md
    )
    add_test(NAME docs COMMAND ${tests_folder}/docs/run.py --build ${PROJECT_BINARY_DIR} ${pages})
    add_test(NAME quality
        COMMAND ${tests_folder}/quality/draws.py --build ${PROJECT_BINARY_DIR} --unless-short
    )
    set_tests_properties(quality PROPERTIES SKIP_RETURN_CODE 77)
endif()

# Kernels cached by PoCL, programs and tuned shapes stay with the build, so that a run neither
# profits from nor disturbs those of the user. Builds that differ in the host's code alone may share
# kernels.
set(MILLRACE_TEST_KERNELS ${PROJECT_BINARY_DIR}/pocl-cache CACHE PATH "Where tests keep kernels")
get_directory_property(all_tests TESTS)
set(own_caches
    POCL_CACHE_DIR=${MILLRACE_TEST_KERNELS} XDG_CACHE_HOME=${PROJECT_BINARY_DIR}/cache
)
set_tests_properties(${all_tests} PROPERTIES
    ENVIRONMENT "${own_caches};CC=${CMAKE_C_COMPILER}"
)
