# The tests, by the names of their files:
#
#   tests/test_*.c     a program of libcheck, linked with the library
#   tests/law_*.c      the same, about a law
#   tests/test_*.bats  the examples
#   tests/cli/*.bats   the command line
#   tests/test_*.py    the command line, compared with an oracle in Python
#   tests/fuzz/        the fuzzers (cmake/Fuzz.cmake)
#   tests/*_tool.c     a program that an oracle asks or a test runs
#   tests/*.c          all others: what the programs share
#
# They find what was built by variables of the environment: WEIR is the program,
# WEIR_MAKE the generator of data, WEIR_EXAMPLES and WEIR_TOOLS are folders, and
# WEIR_SOURCE is the root of the sources. WEIR_BUILD_TYPE is CMake's.
# WEIR_SANITIZE names the sanitizers of the build; it is empty if it has none.

set(weir_environment
    WEIR=$<TARGET_FILE:weir>
    WEIR_MAKE=$<TARGET_FILE:weir_make>
    WEIR_EXAMPLES=${PROJECT_BINARY_DIR}/examples
    WEIR_TOOLS=${PROJECT_BINARY_DIR}/tests
    WEIR_SOURCE=${PROJECT_SOURCE_DIR}
    WEIR_SANITIZE=${WEIR_SANITIZE}
    WEIR_BUILD_TYPE=${CMAKE_BUILD_TYPE}
    UBSAN_OPTIONS=print_stacktrace=1
    TSAN_OPTIONS=halt_on_error=1)
# For each thread the address sanitizer maps another stack when it looks for uses
# of variables of functions that have returned. Tests that start thousands of
# threads would take twice as long, so it looks in all others.
set(weir_asan_options detect_stack_use_after_return=1)
# A search for leaks takes a third of the time of a short run of weir. The tests
# that are programs and the fuzzers search; scripts start weir too often for it.
set(weir_asan_options_of_scripts detect_leaks=0)
# The time limits here and in the presets only end tests that hang: a test may
# take many times as long on a busy machine, or with WEIR_LAW_WHOLE. ctest's
# limit, which scripts/torture raises, must come before libcheck's, which is 4 s
# for a test that sets none.
list(APPEND weir_environment CK_TIMEOUT_MULTIPLIER=1000)
if(WEIR_SANITIZE)
    list(APPEND weir_environment CK_FORK=no)
endif()

# Tests that measure what is shipped: scripts/test runs them on a release build.
# The second list says nothing about other builds.
set(weir_of_release law_memory oracle_test_instructions)
set(weir_only_of_release oracle_test_instructions)

# Tests in which a sanitizer sees only what it sees in other tests as well, or
# whose program (Python) is built without one. Hundreds of refused questions are
# among them: the fuzzers' findings and seeds ask such questions in one process.
set(weir_unsanitized neon s390x package oracle_test_real oracle_test_python
    oracle_test_contributing oracle_test_estimate
    cli_hints cli_cell_hints cli_names)

# test_failing refuses calls that the thread sanitizer itself needs.
set(weir_no_thread_sanitizer oracle_test_failing)

# Tests without a second thread, or without one that other tests do not have.
# The thread sanitizer would see nothing in them, and take minutes. Those that
# are programs are not built either.
set(weir_one_thread law_reader law_rows law_failing law_memory law_cursor law_shards
    law_explain law_references isa
    test_aggregates test_arena test_c_words test_chart test_csv test_decoders test_error
    test_file test_formats test_group test_instead test_key test_measure test_nearest
    test_number test_ops_date test_ops_match test_ops_number test_ops_text
    test_partial test_query test_query_errors test_query_torture
    test_question_errors test_rows
    test_sort test_sources test_spill test_ordered_sets test_utf8
    oracle_test_aggregates oracle_test_arrow oracle_test_csv oracle_test_csv_spectrum
    oracle_test_differential oracle_test_docs oracle_test_formats oracle_test_merge oracle_test_number
    oracle_test_ops oracle_test_options oracle_test_query
    oracle_test_statistics
    oracle_test_describe oracle_test_dialects oracle_test_numbers oracle_test_shown
    cli_cell_hints cli_cells cli_checkpoint cli_compare cli_dates cli_dialects
    cli_expressions cli_faults cli_formats cli_hints cli_memory cli_names
    cli_not_csv cli_numbers cli_options cli_seeds cli_shown cli_sizeof
    cli_test_examples)

# Tests that start thousands of threads.
set(weir_many_threads law_small law_sizes law_segments law_query law_resume
    law_so_far law_chunks test_prefetch)

# The longest tests start first, so that none of them runs alone at the end.
set(weir_longest law_small law_sizes law_failing law_segments law_query law_resume
    law_reader cli_threads cli_sizeof oracle_test_merge oracle_test_checkpoint
    oracle_test_differential)

# Sets `into` to whether the test says anything about this build.
function(weir_says_something name into)
    set(${into} ON PARENT_SCOPE)
    if((WEIR_SANITIZE STREQUAL "thread" AND name IN_LIST weir_one_thread) OR
       (WEIR_SANITIZE STREQUAL "thread" AND
        name IN_LIST weir_no_thread_sanitizer) OR
       (WEIR_SANITIZE AND name IN_LIST weir_unsanitized) OR
       (name IN_LIST weir_only_of_release AND
        NOT CMAKE_BUILD_TYPE STREQUAL "Release"))
        set(${into} OFF PARENT_SCOPE)
    endif()
endfunction()

function(weir_test name)
    weir_says_something(${name} wanted)
    if(NOT wanted)
        return()
    endif()
    set(asan_options)
    if(NOT name IN_LIST weir_many_threads)
        list(APPEND asan_options ${weir_asan_options})
    endif()
    if(name MATCHES "^(cli|oracle)_")
        list(APPEND asan_options ${weir_asan_options_of_scripts})
    endif()
    list(JOIN asan_options ":" asan_options)
    set(environment ${weir_environment} ASAN_OPTIONS=${asan_options})
    add_test(NAME ${name} COMMAND ${ARGN})
    set_tests_properties(${name} PROPERTIES
        ENVIRONMENT "${environment}"
        SKIP_RETURN_CODE 77)
    if(name IN_LIST weir_longest)
        set_tests_properties(${name} PROPERTIES COST 100)
    endif()
    if(name IN_LIST weir_of_release)
        set_tests_properties(${name} PROPERTIES LABELS release)
    endif()
endfunction()

file(GLOB shared CONFIGURE_DEPENDS tests/*.c)
list(FILTER shared EXCLUDE REGEX "/(test|law)_[^/]*$|(_tool|s390x_pack)\\.c$")
add_library(weir_test_shared INTERFACE)
if(shared)
    add_library(weir_test_support STATIC ${shared})
    target_link_libraries(weir_test_support PRIVATE
        weir_common PkgConfig::weir_check ${WEIR_DEPENDENCIES})
    target_link_libraries(weir_test_shared INTERFACE weir_test_support)
endif()
target_link_libraries(weir_test_shared INTERFACE
    weir_common weir_cli weir_static PkgConfig::weir_check
    ${WEIR_DEPENDENCIES})
# gold links these some seventy programs in half the time of ld.
include(CheckLinkerFlag)
check_linker_flag(C -fuse-ld=gold WEIR_HAVE_GOLD)
if(WEIR_HAVE_GOLD)
    target_link_options(weir_test_shared INTERFACE -fuse-ld=gold)
endif()

file(GLOB programs CONFIGURE_DEPENDS tests/test_*.c tests/law_*.c)
foreach(program IN LISTS programs)
    cmake_path(GET program STEM name)
    add_executable(${name} ${program})
    target_link_libraries(${name} PRIVATE weir_test_shared)
    set_target_properties(${name} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    weir_says_something(${name} wanted)
    if(NOT wanted)
        set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ON)
    endif()
    weir_test(${name} ${name})
endforeach()

file(GLOB tools CONFIGURE_DEPENDS tests/*_tool.c)
foreach(tool IN LISTS tools)
    cmake_path(GET tool STEM name)
    add_executable(${name} ${tool})
    target_link_libraries(${name} PRIVATE weir_test_shared)
    set_target_properties(${name} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
endforeach()

# A library that replaces malloc in programs that tests/failing_tool.c runs. It
# is therefore built without sanitizers.
add_library(weir_refuse MODULE tests/failing/refuse.c)
target_compile_definitions(weir_refuse PRIVATE _GNU_SOURCE)
target_include_directories(weir_refuse PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(weir_refuse PRIVATE weir_warnings ${CMAKE_DL_LIBS})
set_target_properties(weir_refuse PROPERTIES
    C_STANDARD 11 PREFIX "" OUTPUT_NAME refuse
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)

# The instruction-set law, for the sets of this machine and of others.
weir_test(isa isa_tool)
weir_test(neon ${PROJECT_SOURCE_DIR}/tests/neon.sh)
weir_test(s390x ${PROJECT_SOURCE_DIR}/tests/s390x.sh)

# In a file of bats, '# bats test_tags=unsanitized' precedes a test that is not
# for a sanitizer's build.
find_program(BATS bats)
if(WEIR_SANITIZE)
    set(weir_bats_filter --filter-tags !unsanitized)
endif()
file(GLOB scripts CONFIGURE_DEPENDS tests/test_*.bats tests/cli/*.bats)
foreach(script IN LISTS scripts)
    cmake_path(GET script STEM name)
    if(BATS)
        weir_test(cli_${name} ${BATS} ${weir_bats_filter} ${script})
    endif()
endforeach()

find_program(PYTHON3 python3)
file(GLOB scripts CONFIGURE_DEPENDS tests/test_*.py)
foreach(script IN LISTS scripts)
    cmake_path(GET script STEM name)
    if(PYTHON3)
        weir_test(oracle_${name} ${PYTHON3} -B ${script})
    endif()
endforeach()

# A user's project that finds the installed library by CMake and by pkg-config.
if(NOT WEIR_FUZZ)
    weir_test(package ${PROJECT_SOURCE_DIR}/tests/package/run
        ${PROJECT_BINARY_DIR} ${CMAKE_COMMAND} ${CMAKE_C_COMPILER})
endif()

include(cmake/Fuzz.cmake)
