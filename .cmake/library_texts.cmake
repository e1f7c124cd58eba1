# cmake -DLIST=FILE -DROOT=SOURCE_FOLDER -DOUTPUT=.../library_FORM.h -P library_texts.cmake
# Writes #include "lib/NAME.cl" for all files of kernels/lib that hold functions of the form, each
# once and after what it needs: what the host engine compiles.
cmake_minimum_required(VERSION 3.20)
include(${CMAKE_CURRENT_LIST_DIR}/kernel_heads.cmake)
file(STRINGS "${LIST}" paths)
get_filename_component(wanted "${OUTPUT}" NAME_WE)
string(REPLACE "library_" "" wanted ${wanted})
string(TOUPPER ${wanted} wanted)

set_property(GLOBAL PROPERTY texts "")
function(add_text file)
    get_property(texts GLOBAL PROPERTY texts)
    if(file IN_LIST texts)
        return()
    endif()
    kernel_needs(needs "${ROOT}/kernels" ${file})
    foreach(needed IN LISTS needs)
        add_text(${needed})
    endforeach()
    set_property(GLOBAL APPEND PROPERTY texts ${file})
endfunction()

foreach(path IN LISTS paths)
    file(RELATIVE_PATH file "${ROOT}/kernels" "${path}")
    kernel_functions(functions "${path}")
    foreach(function IN LISTS functions)
        string(REPLACE "|" ";" function "${function}")
        list(GET function 2 parameters)
        kernel_form(form "${parameters}")
        if(form STREQUAL wanted)
            add_text(${file})
        endif()
    endforeach()
endforeach()

get_property(texts GLOBAL PROPERTY texts)
list(TRANSFORM texts PREPEND "#include \"")
list(TRANSFORM texts APPEND "\"\n")
list(JOIN texts "" includes)
file(WRITE "${OUTPUT}"
    "/* Written by the build from the heads in kernels/lib. */\n"
    "#ifndef MR_ENGINE_LIBRARY_${wanted}_H\n#define MR_ENGINE_LIBRARY_${wanted}_H\n\n"
    "#include \"engine/c_prelude.h\"\n\n${includes}\n#endif\n"
)
