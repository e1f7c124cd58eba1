# cmake -DLIST=FILE -DROOT=SOURCE_FOLDER -DOUTPUT=FILE -P ops_table.cmake
# Writes mr_ops[], declared in host/ir/op.h: every `const struct mr_op mr_op_NAME` of host/ops/,
# sorted by name. A file holds one operator and is named after it, or holds none.
file(STRINGS "${LIST}" paths)

set(pattern "^const struct mr_op mr_op_([a-z0-9_]+) *=")
set(names "")
foreach(path IN LISTS paths)
    file(STRINGS "${path}" definitions REGEX "${pattern}")
    foreach(definition IN LISTS definitions)
        string(REGEX REPLACE "${pattern}.*" "\\1" name "${definition}")
        get_filename_component(stem "${path}" NAME_WE)
        if(NOT name STREQUAL stem)
            message(FATAL_ERROR "${path} defines mr_op_${name}: the operator's file is ${name}.c")
        endif()
        list(APPEND names ${name})
    endforeach()
endforeach()
list(SORT names)
list(LENGTH names count)

set(declarations "")
set(rows "")
foreach(name IN LISTS names)
    string(APPEND declarations "extern const struct mr_op mr_op_${name};\n")
    string(APPEND rows "    &mr_op_${name},\n")
endforeach()

file(WRITE "${OUTPUT}"
    "#include \"ir/op.h\"\n\n${declarations}\n"
    "const struct mr_op *const mr_ops[] = {\n${rows}    0,\n};\n\n"
    "const size_t mr_ops_count = ${count};\n"
)
