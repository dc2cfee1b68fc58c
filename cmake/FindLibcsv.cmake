# Finds libcsv, which has neither a pkg-config nor a CMake file of its own.
#
# Defines the target Libcsv::Libcsv, and Libcsv_FOUND and Libcsv_VERSION.

find_path(Libcsv_INCLUDE_DIR csv.h)
find_library(Libcsv_LIBRARY csv)
mark_as_advanced(Libcsv_INCLUDE_DIR Libcsv_LIBRARY)

if(Libcsv_INCLUDE_DIR)
    set(Libcsv_VERSION "")
    foreach(part MAJOR MINOR RELEASE)
        file(STRINGS ${Libcsv_INCLUDE_DIR}/csv.h line
             REGEX "^#define[ \t]+CSV_${part}[ \t]+[0-9]+")
        string(REGEX MATCH "[0-9]+" number "${line}")
        list(APPEND Libcsv_VERSION ${number})
    endforeach()
    list(JOIN Libcsv_VERSION "." Libcsv_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Libcsv
    REQUIRED_VARS Libcsv_LIBRARY Libcsv_INCLUDE_DIR
    VERSION_VAR Libcsv_VERSION)

if(Libcsv_FOUND AND NOT TARGET Libcsv::Libcsv)
    add_library(Libcsv::Libcsv UNKNOWN IMPORTED)
    set_target_properties(Libcsv::Libcsv PROPERTIES
        IMPORTED_LOCATION ${Libcsv_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES ${Libcsv_INCLUDE_DIR})
endif()
