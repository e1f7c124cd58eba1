# Every bench/NAME.c is a program build/bench/NAME that may look into the library.
file(GLOB bench_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/bench/*.c)
foreach(source IN LISTS bench_sources)
    get_filename_component(name ${source} NAME_WE)
    add_executable(bench_${name} ${source})
    set_target_properties(bench_${name} PROPERTIES
        OUTPUT_NAME ${name}
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bench
    )
    target_include_directories(bench_${name} PRIVATE ${MILLRACE_PRIVATE_INCLUDE})
    target_include_directories(bench_${name} SYSTEM PRIVATE ${MILLRACE_OPENCL_INCLUDE})
    target_link_libraries(bench_${name} PRIVATE millrace_static)
endforeach()
