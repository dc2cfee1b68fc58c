# The files that are installed, and how other projects find them.

install(TARGETS weir RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS weir_shared EXPORT weir-shared
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS weir_static EXPORT weir-static
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES include/weir.h include/weir_arrow.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The man pages, if scdoc is installed.
find_program(SCDOC scdoc)
if(SCDOC)
    set(pages weir.1 weir.3 weir_rows.3 weir_query.3 weir_arrow.3)
    foreach(page IN LISTS pages)
        add_custom_command(OUTPUT ${page}
            COMMAND sh -c "${SCDOC} <$1 >$2" sh
                ${PROJECT_SOURCE_DIR}/docs/${page}.scd ${page}
            DEPENDS docs/${page}.scd VERBATIM)
        cmake_path(GET page EXTENSION LAST_ONLY section)
        string(SUBSTRING ${section} 1 1 section)
        install(FILES ${PROJECT_BINARY_DIR}/${page}
                DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
    endforeach()
    add_custom_target(weir_man ALL DEPENDS ${pages})
endif()

# find_package(weir) gives weir::weir, and weir::weir_static as a component.
set(weir_cmake ${CMAKE_INSTALL_LIBDIR}/cmake/weir)
configure_package_config_file(cmake/weirConfig.cmake.in
    ${PROJECT_BINARY_DIR}/weirConfig.cmake INSTALL_DESTINATION ${weir_cmake})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/weirConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(EXPORT weir-shared NAMESPACE weir:: DESTINATION ${weir_cmake})
install(EXPORT weir-static NAMESPACE weir:: DESTINATION ${weir_cmake})
install(FILES
    ${PROJECT_BINARY_DIR}/weirConfig.cmake
    ${PROJECT_BINARY_DIR}/weirConfigVersion.cmake
    cmake/FindLibcsv.cmake
    DESTINATION ${weir_cmake})

# pkg-config: the folders are relative, so that the installed tree may be moved.
list(JOIN WEIR_PACKAGES ", " WEIR_REQUIRES)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
    BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig
    OUTPUT_VARIABLE WEIR_PREFIX)
configure_file(cmake/weir.pc.in ${PROJECT_BINARY_DIR}/weir.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/weir.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
