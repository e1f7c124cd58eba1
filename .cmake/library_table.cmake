# cmake -DLIST=FILE -DROOT=SOURCE_FOLDER -DOUTPUT=FILE -P library_table.cmake
# Writes the tables of host/ir/library.h from the heads of kernels/lib/*.cl. A function of form MATH
# may stand in several files, each with some of its dtypes.
cmake_minimum_required(VERSION 3.20)
include(${CMAKE_CURRENT_LIST_DIR}/kernel_heads.cmake)
file(STRINGS "${LIST}" paths)

set(names "")
foreach(path IN LISTS paths)
    file(RELATIVE_PATH file "${ROOT}/kernels" "${path}")
    kernel_functions(functions "${path}")
    foreach(function IN LISTS functions)
        string(REPLACE "|" ";" function "${function}")
        list(GET function 0 results)
        list(GET function 1 name)
        list(GET function 2 parameters)
        list(GET function 3 traits)
        if(NOT name IN_LIST names)
            list(APPEND names ${name})
            set(${name}_parameters "${parameters}")
            set(${name}_traits "${traits}")
            set(${name}_results "")
            set(${name}_files "")
        elseif(NOT "${${name}_parameters}|${${name}_traits}" STREQUAL "${parameters}|${traits}")
            message(FATAL_ERROR "${path}: ${name} is another one elsewhere")
        endif()
        separate_arguments(results)
        foreach(result IN LISTS results)
            string(TOUPPER ${result} dtype)
            list(APPEND ${name}_results ${result})
            string(APPEND ${name}_files ", [MR_${dtype}] = \"${file}\"")
        endforeach()
    endforeach()
endforeach()

# What a function of form MATH takes, by the dtypes that it is there for.
function(operand_class result name results)
    list(SORT results)
    if("${results}" STREQUAL "f32;f64")
        set(${result} FLOATS PARENT_SCOPE)
    elseif("${results}" STREQUAL "i32;i64;u32;u64")
        set(${result} INTEGERS PARENT_SCOPE)
    elseif("${results}" STREQUAL "f32;f64;i32;i64;u32;u64")
        set(${result} NUMBERS PARENT_SCOPE)
    else()
        message(FATAL_ERROR "${name} is there for ${results}: give it all floats or integers")
    endif()
endfunction()

# Besides the first: their number, or WORDS.
function(other_parameters result parameters)
    separate_arguments(parameters)
    list(REMOVE_AT parameters 0)
    list(LENGTH parameters count)
    if("${parameters}" STREQUAL "words")
        set(count WORDS)
    endif()
    set(${result} ${count} PARENT_SCOPE)
endfunction()

set(rows "")
set(math_rows "")
set(math_loops "")
set(lane_rows "")
set(recur_rows "")
foreach(name IN LISTS names)
    string(TOUPPER ${name} upper)
    set(constant MR_FN_${upper})
    set(results "${${name}_results}")
    set(parameters "${${name}_parameters}")
    set(traits "${${name}_traits}")
    kernel_form(form "${parameters}")
    other_parameters(others "${parameters}")
    separate_arguments(parameters)
    list(LENGTH parameters arity)
    separate_arguments(traits)
    foreach(trait native strip4 block4 own)
        set(is_${trait} false)
        if(trait IN_LIST traits)
            set(is_${trait} true)
        endif()
    endforeach()
    list(REMOVE_ITEM traits native strip4 block4 own)
    if(traits)
        message(FATAL_ERROR "${name}: there is no trait ${traits}")
    endif()

    if(form STREQUAL MATH)
        operand_class(class ${name} "${results}")
        string(APPEND math_rows "    ROW(${constant}, ${name}, ${arity}, ${class}) \\\n")
        foreach(result IN LISTS results)
            string(TOUPPER ${result} dtype)
            string(APPEND math_loops
                "    LOOP(${constant}, ${name}, ${arity}, ${result}, MR_${dtype}) \\\n"
            )
        endforeach()
    elseif(form STREQUAL LANE)
        set(loop MADE)
        if(is_own)
            set(loop OWN)
        endif()
        string(APPEND lane_rows
            "    ROW(${constant}, ${name}, ${others}, ${results}, ${loop}) \\\n"
        )
    else()
        math(EXPR arity "${arity} - 1")
        string(APPEND recur_rows "    ROW(${constant}, ${name}, ${others}) \\\n")
    endif()
    string(APPEND rows
        "    ROW(${constant}, ${name}, ${form}, ${arity}, ${is_native}, ${is_strip4}, ${is_block4}"
        "${${name}_files}) \\\n"
    )
endforeach()

file(WRITE "${OUTPUT}"
    "/* Written by the build from the heads in kernels/lib. */\n"
    "#ifndef MR_IR_LIBRARY_TABLE_H\n#define MR_IR_LIBRARY_TABLE_H\n\n"
    "#define MR_LIBRARY_TABLE(ROW) \\\n${rows}\n"
    "#define MR_LIBRARY_MATH_TABLE(ROW) \\\n${math_rows}\n"
    "#define MR_LIBRARY_MATH_LOOPS(LOOP) \\\n${math_loops}\n"
    "#define MR_LIBRARY_LANE_TABLE(ROW) \\\n${lane_rows}\n"
    "#define MR_LIBRARY_RECUR_TABLE(ROW) \\\n${recur_rows}\n"
    "#endif\n"
)
