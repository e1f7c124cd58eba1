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
                ${PROJECT_SOURCE_DIR}/.cmake/kernel_heads.cmake
        COMMENT "Generating ${output}"
        VERBATIM
    )
endfunction()

# Kinds of segments, by the names of their files: enum mr_kind with the kind that needs no buffer as
# 0, and the tables of descriptors and of names.
function(millrace_kinds)
    set(names "")
    foreach(path IN LISTS ARGN)
        get_filename_component(name "${path}" NAME_WE)
        list(APPEND names ${name})
    endforeach()
    list(SORT names)
    list(REMOVE_ITEM names fused)
    list(PREPEND names fused)
    set(constants "")
    set(declarations "")
    set(rows "")
    set(words "")
    foreach(name IN LISTS names)
        string(TOUPPER ${name} constant)
        string(APPEND constants "    MR_KIND_${constant},\n")
        string(APPEND declarations "extern const struct mr_kind_class mr_kind_${name};\n")
        string(APPEND rows "    [MR_KIND_${constant}] = &mr_kind_${name},\n")
        string(APPEND words "    [MR_KIND_${constant}] = \"${name}\",\n")
    endforeach()
    file(CONFIGURE OUTPUT ${MILLRACE_GENERATED}/ir/kinds.h @ONLY CONTENT
"/* How a segment is computed: a kind for each file of host/kinds/. */
#ifndef MR_IR_KINDS_H
#define MR_IR_KINDS_H

enum mr_kind {
@constants@    MR_KIND_COUNT
};

#endif
")
    file(CONFIGURE OUTPUT ${MILLRACE_GENERATED}/mr_kinds_table.c @ONLY CONTENT
"#include \"plan/kind.h\"

@declarations@
const struct mr_kind_class *const mr_kinds[MR_KIND_COUNT] = {
@rows@};

const char *const mr_kind_names[MR_KIND_COUNT] = {
@words@};
")
endfunction()

# Aggregates, by the descriptors in host/aggregates/, of which a file may hold several: enum
# mr_aggregate, with 0 for none, and the table of descriptors.
function(millrace_aggregates)
    set(pattern "^const struct mr_aggregate_class mr_aggregate_([a-z0-9_]+) *=")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${ARGN})
    set(names "")
    foreach(path IN LISTS ARGN)
        file(STRINGS "${path}" definitions REGEX "${pattern}")
        foreach(definition IN LISTS definitions)
            string(REGEX REPLACE "${pattern}.*" "\\1" name "${definition}")
            list(APPEND names ${name})
        endforeach()
    endforeach()
    list(SORT names)
    set(constants "")
    set(declarations "")
    set(rows "")
    foreach(name IN LISTS names)
        string(TOUPPER ${name} constant)
        string(APPEND constants "    MR_${constant},\n")
        string(APPEND declarations "extern const struct mr_aggregate_class mr_aggregate_${name};\n")
        string(APPEND rows "    [MR_${constant}] = &mr_aggregate_${name},\n")
    endforeach()
    file(CONFIGURE OUTPUT ${MILLRACE_GENERATED}/ir/aggregates.h @ONLY CONTENT
"/* What reductions, scans, windows and chunks compute: the descriptors of host/aggregates/. */
#ifndef MR_IR_AGGREGATES_H
#define MR_IR_AGGREGATES_H

enum mr_aggregate {
    MR_NO_AGGREGATE,
@constants@    MR_AGGREGATE_COUNT
};

#endif
")
    file(CONFIGURE OUTPUT ${MILLRACE_GENERATED}/mr_aggregates_table.c @ONLY CONTENT
"#include \"ir/aggregate.h\"

@declarations@
static const struct mr_aggregate_class none;

const struct mr_aggregate_class *const mr_aggregates[MR_AGGREGATE_COUNT] = {
    [MR_NO_AGGREGATE] = &none,
@rows@};
")
endfunction()

# Formats, by the names of their files: what NAME_sink.c writes is chosen as --format NAME, what
# NAME_table.c reads as read(format=NAME). Text is what is written where nothing is said.
function(millrace_formats)
    foreach(what sink table)
        set(${what}_names "")
        foreach(path IN LISTS ARGN)
            if("${path}" MATCHES "/([a-z0-9]+)_${what}[.]c$")
                list(APPEND ${what}_names ${CMAKE_MATCH_1})
            endif()
        endforeach()
        list(SORT ${what}_names)
    endforeach()
    list(REMOVE_ITEM sink_names text)
    list(PREPEND sink_names text)
    foreach(what sink table)
        string(TOUPPER ${what} upper)
        set(${what}_constants "")
        set(${what}_declarations "")
        set(${what}_rows "")
        foreach(name IN LISTS ${what}_names)
            string(TOUPPER ${name} constant)
            string(APPEND ${what}_constants "    MR_${upper}_${constant},\n")
            string(APPEND ${what}_declarations
                "extern const struct ${what}_driver mr_${name}_${what};\n")
            string(APPEND ${what}_rows "    [MR_${upper}_${constant}] = &mr_${name}_${what},\n")
        endforeach()
        list(JOIN ${what}_names "|" ${what}_choices)
    endforeach()
    file(CONFIGURE OUTPUT ${MILLRACE_GENERATED}/io/formats.h @ONLY CONTENT
"/* Formats that are written and read: one for each host/io/NAME_sink.c and NAME_table.c. */
#ifndef MR_IO_FORMATS_H
#define MR_IO_FORMATS_H

#define MR_SINK_CHOICES \"@sink_choices@\"
enum mr_sink_format {
@sink_constants@    MR_SINK_COUNT
};

#define MR_TABLE_CHOICES \"@table_choices@\"
enum mr_table_kind {
    MR_TABLE_AUTO, /* by the suffix, else by its first bytes, else text for \"-\" and pipes */
@table_constants@    MR_TABLE_COUNT
};

#endif
")
    file(CONFIGURE OUTPUT ${MILLRACE_GENERATED}/mr_formats_table.c @ONLY CONTENT
"#include \"io/sink_driver.h\"
#include \"io/table_driver.h\"

@sink_declarations@
const struct sink_driver *const mr_sink_drivers[MR_SINK_COUNT] = {
@sink_rows@};

@table_declarations@
const struct table_driver *const mr_table_drivers[MR_TABLE_COUNT] = {
@table_rows@};
")
endfunction()
