# cmake --install: headers, the libraries, the command, a CMake package and a pkg-config file.
# Components, for --component: millrace_runtime (the shared library, and the program that meets
# drivers), millrace_development, millrace_command, millrace_documents.
include(CMakePackageConfigHelpers)
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME millrace_development)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/millrace)

install(DIRECTORY include/millrace DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILES_MATCHING PATTERN "*.h"
)
install(FILES ${PROJECT_BINARY_DIR}/include/millrace/version.h
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/millrace
)
install(TARGETS ${libraries} EXPORT millraceTargets
    LIBRARY COMPONENT millrace_runtime NAMELINK_COMPONENT millrace_development
)
if(TARGET millrace_command)
    install(TARGETS millrace_command COMPONENT millrace_command)
    # The library's, too: whoever installs it finds the program there.
    install(TARGETS millrace_build DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/millrace
            COMPONENT millrace_runtime)
endif()
# What the command says of itself: its manual page, and scripts that complete its words.
if(TARGET millrace_command AND NOT CMAKE_CROSSCOMPILING)
    set(said ${PROJECT_BINARY_DIR}/said)
    add_custom_command(TARGET millrace_command POST_BUILD
        COMMAND ${CMAKE_COMMAND} -E make_directory ${said}
        COMMAND millrace_command _manual > ${said}/millrace.1
        COMMAND millrace_command completion bash > ${said}/millrace
        COMMAND millrace_command completion zsh > ${said}/_millrace
        COMMAND millrace_command completion fish > ${said}/millrace.fish
        VERBATIM
    )
    install(FILES ${said}/millrace.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
            COMPONENT millrace_command)
    # zsh of Debian looks there for packages, and in site-functions for what is under /usr/local.
    set(zsh zsh/site-functions)
    if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
        set(zsh zsh/vendor-completions)
    endif()
    foreach(place millrace:bash-completion/completions _millrace:${zsh}
            millrace.fish:fish/vendor_completions.d)
        string(REPLACE ":" ";" place ${place})
        list(GET place 0 file)
        list(GET place 1 folder)
        install(FILES ${said}/${file} DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder}
                COMPONENT millrace_command)
    endforeach()
endif()
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR}
    COMPONENT millrace_documents
)
install(DIRECTORY docs examples DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT millrace_documents)

install(EXPORT millraceTargets NAMESPACE millrace:: DESTINATION ${package_folder})
configure_package_config_file(
    host/millraceConfig.cmake.in ${PROJECT_BINARY_DIR}/millraceConfig.cmake
    INSTALL_DESTINATION ${package_folder}
)
# Before 1.0 a new minor version may break a caller, as semantic versioning has it.
write_basic_package_version_file(
    ${PROJECT_BINARY_DIR}/millraceConfigVersion.cmake COMPATIBILITY SameMinorVersion
)
install(FILES
    ${PROJECT_BINARY_DIR}/millraceConfig.cmake ${PROJECT_BINARY_DIR}/millraceConfigVersion.cmake
    DESTINATION ${package_folder}
)

# The prefix is found from the file's own place, so that an installed tree can be moved.
file(RELATIVE_PATH to_prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" MILLRACE_PC_PREFIX "\${pcfiledir}/${to_prefix}")
foreach(folder INCLUDEDIR LIBDIR)
    set(MILLRACE_PC_${folder} ${CMAKE_INSTALL_${folder}})
    if(NOT IS_ABSOLUTE "${CMAKE_INSTALL_${folder}}")
        set(MILLRACE_PC_${folder} "\${prefix}/${CMAKE_INSTALL_${folder}}")
    endif()
endforeach()
configure_file(host/millrace.pc.in ${PROJECT_BINARY_DIR}/millrace.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/millrace.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
