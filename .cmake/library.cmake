# The library, shared and static, and the command.
file(GLOB_RECURSE kernels CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/kernels/*.cl)
file(GLOB ops CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/host/ops/*.c)
file(GLOB aggregates CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/host/aggregates/*.c)
file(GLOB kinds CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/host/kinds/*.c)
file(GLOB formats CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/host/io/*_sink.c ${PROJECT_SOURCE_DIR}/host/io/*_table.c
)
file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/host/*.c)
file(GLOB cli_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/host/cli/*.c)
file(GLOB child_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/host/child/*.c)
list(REMOVE_ITEM sources ${cli_sources} ${child_sources})

millrace_table(mr_kernel_texts.c embed_kernels.cmake ${kernels})
millrace_table(mr_ops_table.c ops_table.cmake ${ops})
file(GLOB functions CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/kernels/lib/*.cl)
millrace_table(ir/library_table.h library_table.cmake ${functions})
foreach(form math lane recur)
    millrace_table(engine/library_${form}.h library_texts.cmake ${functions})
    list(APPEND sources ${MILLRACE_GENERATED}/engine/library_${form}.h)
endforeach()
millrace_aggregates(${aggregates})
list(FILTER kinds EXCLUDE REGEX "/[a-z]+_[a-z]+\\.c$") # what a kind has besides its file
millrace_kinds(${kinds})
millrace_formats(${formats})
list(APPEND sources
    ${MILLRACE_GENERATED}/mr_kernel_texts.c ${MILLRACE_GENERATED}/mr_ops_table.c
    ${MILLRACE_GENERATED}/mr_aggregates_table.c
    ${MILLRACE_GENERATED}/mr_kinds_table.c ${MILLRACE_GENERATED}/mr_formats_table.c
    ${MILLRACE_GENERATED}/ir/library_table.h
)

# What static analysis needs to find, without all the rest.
add_custom_target(millrace_tables DEPENDS
    ${MILLRACE_GENERATED}/ir/library_table.h ${MILLRACE_GENERATED}/engine/library_math.h
    ${MILLRACE_GENERATED}/engine/library_lane.h ${MILLRACE_GENERATED}/engine/library_recur.h
)

# kernels/ is a folder of headers too: the host engine compiles kernels/lib/*.cl as C.
set(MILLRACE_PRIVATE_INCLUDE
    ${PROJECT_SOURCE_DIR}/host ${PROJECT_SOURCE_DIR}/kernels ${MILLRACE_GENERATED}
)
set(MILLRACE_PUBLIC_INCLUDE ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include)

add_library(millrace_objects OBJECT ${sources})
set_target_properties(millrace_objects PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_include_directories(millrace_objects PRIVATE
    ${MILLRACE_PUBLIC_INCLUDE} ${MILLRACE_PRIVATE_INCLUDE}
)
target_include_directories(millrace_objects SYSTEM PRIVATE ${MILLRACE_OPENCL_INCLUDE})
set_source_files_properties(${PROJECT_SOURCE_DIR}/host/cl/child_process.c PROPERTIES
    COMPILE_DEFINITIONS MILLRACE_BUILD_PROGRAM="${CMAKE_INSTALL_FULL_LIBEXECDIR}/millrace/build"
)
target_link_libraries(millrace_objects PRIVATE Threads::Threads)

# A loop of a few instructions that lies across two cache lines of code takes up to twice as long
# (Zen 4: `range(3e9) | max()` on the host engine 2.1 s, not 1.7), and where it lies would change
# with the name of any file.
include(CheckCCompilerFlag)
check_c_compiler_flag(-falign-loops=32 MILLRACE_ALIGNS_LOOPS)
if(MILLRACE_ALIGNS_LOOPS)
    target_compile_options(millrace_objects PRIVATE -falign-loops=32)
endif()

# Before 1.0 a new minor version may break a caller, and the loader is to know.
set(soversion ${PROJECT_VERSION_MAJOR})
if(soversion EQUAL 0)
    string(APPEND soversion .${PROJECT_VERSION_MINOR})
endif()
add_library(millrace_shared SHARED $<TARGET_OBJECTS:millrace_objects>)
add_library(millrace_static STATIC $<TARGET_OBJECTS:millrace_objects>)
set(libraries millrace_shared millrace_static)
if(DEFINED BUILD_SHARED_LIBS OR NOT PROJECT_IS_TOP_LEVEL)
    if(BUILD_SHARED_LIBS)
        set(libraries millrace_shared)
    else()
        set(libraries millrace_static)
    endif()
endif()
list(GET libraries 0 library) # the others are built where somebody links them
add_library(millrace::millrace ALIAS ${library})
add_library(millrace::millrace_static ALIAS millrace_static)
set_target_properties(millrace_shared PROPERTIES
    OUTPUT_NAME millrace
    EXPORT_NAME millrace
    VERSION ${PROJECT_VERSION}
    SOVERSION ${soversion}
)
set_target_properties(millrace_static PROPERTIES OUTPUT_NAME millrace)
foreach(library millrace_shared millrace_static)
    target_include_directories(${library} INTERFACE
        "$<BUILD_INTERFACE:${MILLRACE_PUBLIC_INCLUDE}>"
        $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    )
    target_link_libraries(${library} PRIVATE Threads::Threads m ${CMAKE_DL_LIBS})
endforeach()
if(NOT MILLRACE_SANITIZE)
    target_link_options(millrace_shared PRIVATE -Wl,--no-undefined)
endif()

# Threads of drivers run code of libraries that stay loaded, and some allocate anew at each loading:
# so dlclose() leaves this one where it is.
include(CheckLinkerFlag)
check_linker_flag(C "LINKER:-z,nodelete" MILLRACE_HAS_NODELETE)
if(MILLRACE_HAS_NODELETE)
    target_link_options(millrace_shared PRIVATE "LINKER:-z,nodelete")
endif()

foreach(library millrace_shared millrace_static)
    if(NOT library IN_LIST libraries)
        set_target_properties(${library} PROPERTIES EXCLUDE_FROM_ALL ON)
    endif()
endforeach()

# The program that drivers are met in first (host/cl/child_process.h), beside the command as when
# installed.
# installed.
add_executable(millrace_build ${child_sources})
set_target_properties(millrace_build PROPERTIES OUTPUT_NAME build
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/libexec/millrace
)
target_include_directories(millrace_build PRIVATE ${MILLRACE_PRIVATE_INCLUDE})
target_include_directories(millrace_build SYSTEM PRIVATE ${MILLRACE_OPENCL_INCLUDE})
target_link_libraries(millrace_build PRIVATE millrace_static)
if(NOT MILLRACE_COMMAND)
    set_target_properties(millrace_build PROPERTIES EXCLUDE_FROM_ALL ON)
endif()

if(cli_sources AND MILLRACE_COMMAND)
    add_executable(millrace_command ${cli_sources})
    set_target_properties(millrace_command PROPERTIES OUTPUT_NAME millrace)
    target_include_directories(millrace_command PRIVATE ${MILLRACE_PRIVATE_INCLUDE})
    target_link_libraries(millrace_command PRIVATE millrace_static)
    add_dependencies(millrace_command millrace_build)
endif()
