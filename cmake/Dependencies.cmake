# The libraries that weir is built on.
#
# WEIR_PACKAGES are pkg-config's names of the libraries that weir links. They
# are also the Requires.private of weir.pc, and weirConfig.cmake looks for them
# if the static library is asked for. libcsv and libbz2 have no pkg-config file:
# weir ships a find module for the one, and CMake has one for the other. Only the
# header of xxhash is used.

find_package(PkgConfig REQUIRED)
find_package(Libcsv REQUIRED)
find_package(BZip2 REQUIRED)
find_package(Threads REQUIRED)

set(WEIR_PACKAGES libzstd zlib liblzma liblz4 gmp libpcre2-8)

set(WEIR_WITH_ISAL OFF)
if(WEIR_ISAL)
    if(WEIR_ISAL STREQUAL "AUTO")
        pkg_check_modules(weir_isal QUIET libisal)
    else()
        pkg_check_modules(weir_isal REQUIRED libisal)
    endif()
    set(WEIR_WITH_ISAL ${weir_isal_FOUND})
endif()
if(WEIR_WITH_ISAL)
    list(APPEND WEIR_PACKAGES libisal)
else()
    set(WEIR_WITH_ISAL OFF)
    message(STATUS "without ISA-L: gzip is decoded by zlib")
endif()

# The compiler has most of libm's functions itself, and libc the others that a
# release needs (frexp, ldexp). Where nothing else is needed, as in a release,
# libm is not loaded: it would take 0.4 MiB of every run.
set(WEIR_DEPENDENCIES Libcsv::Libcsv BZip2::BZip2 Threads::Threads
    "-Wl,--push-state,--as-needed,-lc,-lm,--pop-state")
foreach(package IN LISTS WEIR_PACKAGES)
    pkg_check_modules(weir_${package} REQUIRED IMPORTED_TARGET ${package})
    list(APPEND WEIR_DEPENDENCIES PkgConfig::weir_${package})
endforeach()

# The program weir links the archives of these libraries where they are
# installed, unless WEIR_ARCHIVES is OFF. A shared library costs each run some
# ten page faults, 0.1 ms or more, and memory: of libgmp the kernel maps 0.3 MiB
# for a few functions. --as-needed leaves out what the archives have resolved.
set(weir_archives)
if(WEIR_ARCHIVES)
    set(weir_folders)
    foreach(package IN LISTS WEIR_PACKAGES)
        list(APPEND weir_folders ${weir_${package}_LIBRARY_DIRS})
    endforeach()
    foreach(name IN ITEMS csv bz2 zstd z lzma lz4 gmp pcre2-8)
        find_library(WEIR_ARCHIVE_${name} lib${name}.a HINTS ${weir_folders})
        mark_as_advanced(WEIR_ARCHIVE_${name})
        if(WEIR_ARCHIVE_${name})
            list(APPEND weir_archives ${WEIR_ARCHIVE_${name}})
        endif()
    endforeach()
    list(APPEND weir_archives -Wl,--as-needed)
endif()

pkg_check_modules(weir_smartcols REQUIRED IMPORTED_TARGET smartcols)
set(WEIR_CLI_DEPENDENCIES PkgConfig::weir_smartcols)

find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)
mark_as_advanced(XXHASH_INCLUDE_DIR)

# Headers of third parties are system headers, so that they give no warnings.
add_library(weir_headers INTERFACE)
target_include_directories(weir_headers SYSTEM INTERFACE ${XXHASH_INCLUDE_DIR})

set(WEIR_WITH_TESTS OFF)
if(WEIR_TESTS)
    if(WEIR_TESTS STREQUAL "AUTO")
        pkg_check_modules(weir_check QUIET IMPORTED_TARGET check)
    else()
        pkg_check_modules(weir_check REQUIRED IMPORTED_TARGET check)
    endif()
    set(WEIR_WITH_TESTS ${weir_check_FOUND})
    # MPFR is an oracle for numbers (tests/fuzz/oracle.c).
    pkg_check_modules(weir_mpfr REQUIRED IMPORTED_TARGET mpfr)
endif()
