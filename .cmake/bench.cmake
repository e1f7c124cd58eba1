# One program, build/bench/bench, that may look into the library. bench/run compiles the loops it is
# compared with, bench/reference/*.c, once by each compiler, and starts it.
file(GLOB bench_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/bench/*.c)
add_executable(millrace_bench ${bench_sources})
set_target_properties(millrace_bench PROPERTIES
    OUTPUT_NAME bench
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bench
)
target_include_directories(millrace_bench PRIVATE ${MILLRACE_PRIVATE_INCLUDE})
target_include_directories(millrace_bench SYSTEM PRIVATE ${MILLRACE_OPENCL_INCLUDE})
target_link_libraries(millrace_bench PRIVATE millrace_static ${CMAKE_DL_LIBS} m)
