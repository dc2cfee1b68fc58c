# The fuzzers of tests/fuzz, one program for each entry point. With WEIR_FUZZ
# the compiler brings main (libFuzzer's, or AFL++'s driver). Otherwise replay.c
# has main, and ctest runs what was found, the seeds, and variations of them.

set(weir_fuzz_targets reader decoders numbers query partial checkpoint
    command_line calls)
set(weir_fuzz ${PROJECT_SOURCE_DIR}/tests/fuzz)
set(weir_seeds ${PROJECT_BINARY_DIR}/fuzz/seeds)

# These turns take a second or two for each, without a sanitizer and with one.
set(weir_fuzz_turns 1000)
if(WEIR_SANITIZE)
    set(weir_fuzz_turns 200)
endif()

add_library(weir_fuzz_support STATIC
    ${weir_fuzz}/kit.c ${weir_fuzz}/frames.c ${weir_fuzz}/oracle.c)
target_link_libraries(weir_fuzz_support PRIVATE
    weir_common PkgConfig::weir_check PkgConfig::weir_mpfr ${WEIR_DEPENDENCIES})

foreach(target IN LISTS weir_fuzz_targets)
    set(name fuzz_${target})
    add_executable(${name} ${weir_fuzz}/${target}.c)
    # kit.c replaces a part of libcheck, so it is linked first.
    target_link_libraries(${name} PRIVATE weir_fuzz_support weir_test_shared)
    set_target_properties(${name} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
    if(WEIR_FUZZ)
        target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    else()
        target_sources(${name} PRIVATE ${weir_fuzz}/replay.c)
    endif()
endforeach()
target_link_options(fuzz_command_line PRIVATE
    LINKER:--wrap=exit LINKER:--wrap=argp_parse)

# The thread sanitizer has its own tests, which run longer.
if(PYTHON3 AND NOT WEIR_FUZZ AND NOT WEIR_SANITIZE STREQUAL "thread")
    weir_test(fuzz_seeds ${PYTHON3} -B ${weir_fuzz}/seeds.py ${weir_seeds})
    set_tests_properties(fuzz_seeds PROPERTIES FIXTURES_SETUP fuzz_seeds)
    foreach(target IN LISTS weir_fuzz_targets)
        weir_test(fuzz_${target} fuzz_${target} -turns=${weir_fuzz_turns}
            -dict=${weir_fuzz}/${target}.dict
            ${weir_fuzz}/found/${target} ${weir_seeds}/${target})
        set_tests_properties(fuzz_${target} PROPERTIES
            FIXTURES_REQUIRED fuzz_seeds)
    endforeach()
endif()
