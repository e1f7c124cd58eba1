# Tables that the build finds instead of a reader keeping them by hand. Each is written by a script
# at build time from a list of files; the list is a file of its own, so that adding, removing or
# editing one of them writes the table anew.
set(MILLRACE_GENERATED ${PROJECT_BINARY_DIR}/generated)

function(millrace_table output script)
    set(list ${MILLRACE_GENERATED}/${output}.list)
    list(JOIN ARGN "\n" lines)
    file(GENERATE OUTPUT ${list} CONTENT "${lines}\n")
    set(script_path ${PROJECT_SOURCE_DIR}/.cmake/${script})
    add_custom_command(
        OUTPUT ${MILLRACE_GENERATED}/${output}
        COMMAND ${CMAKE_COMMAND} -DLIST=${list} -DROOT=${PROJECT_SOURCE_DIR}
                -DOUTPUT=${MILLRACE_GENERATED}/${output} -P ${script_path}
        DEPENDS ${ARGN} ${list} ${script_path}
        COMMENT "Generating ${output}"
        VERBATIM
    )
endfunction()
