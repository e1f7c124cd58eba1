# What `./dev gpu` needs besides the command: programs without a test framework.
set(gpu_folder ${PROJECT_SOURCE_DIR}/bench/gpu)
file(GLOB model_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/conformance/model*.c)
list(FILTER model_sources EXCLUDE REGEX "_test[.]c$")
add_executable(device_table
    ${gpu_folder}/device_table.c ${model_sources}
    ${PROJECT_SOURCE_DIR}/tests/conformance/delivery.c
    ${PROJECT_SOURCE_DIR}/tests/conformance/pattern_text.c
)
add_executable(device_copy ${gpu_folder}/device_copy.c)
add_executable(device_rows ${gpu_folder}/device_rows.c)
foreach(program device_table device_copy device_rows)
    set_target_properties(${program} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/gpu
    )
    target_include_directories(${program} PRIVATE
        ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/tests/conformance
        ${MILLRACE_PRIVATE_INCLUDE}
    )
    target_include_directories(${program} SYSTEM PRIVATE ${MILLRACE_OPENCL_INCLUDE})
    target_link_libraries(${program} PRIVATE
        millrace_static Threads::Threads m ${CMAKE_DL_LIBS}
    )
endforeach()
