# cmake -DLIST=FILE -DROOT=SOURCE_FOLDER -DOUTPUT=FILE -P suite_table.cmake
# Writes suites[] for tests/main.c: one suite for each tests/ROOM/NAME_test.c, sorted by name.
file(STRINGS "${LIST}" paths)

set(names "")
foreach(path IN LISTS paths)
    get_filename_component(stem "${path}" NAME_WE)
    string(REGEX REPLACE "_test$" "" name "${stem}")
    file(STRINGS "${path}" definition REGEX "^SUITE\\(${name}[,)]")
    if(NOT definition)
        message(FATAL_ERROR "${path} defines no SUITE(${name}, ...)")
    endif()
    list(APPEND names ${name})
endforeach()
list(SORT names)
list(LENGTH names count)

set(declarations "")
set(rows "")
foreach(name IN LISTS names)
    string(APPEND declarations "extern const struct suite suite_${name};\n")
    string(APPEND rows "    &suite_${name},\n")
endforeach()

file(WRITE "${OUTPUT}"
    "#include \"suite.h\"\n\n${declarations}\n"
    "extern const struct suite *const suites[];\n"
    "extern const size_t suites_count;\n\n"
    "const struct suite *const suites[] = {\n${rows}    0,\n};\n\n"
    "const size_t suites_count = ${count};\n"
)
