# A file that is named for an instruction set (*_avx2.c, *_neon.c, ...) is
# compiled with its flags, and only for machines that may have the set. The set
# is chosen at run time (base/isa.c asks for exactly these features), so no
# other file may be compiled with these flags.

set(weir_flags_sse42 -mssse3 -msse4.2 -mpopcnt)
set(weir_flags_avx2 ${weir_flags_sse42} -mavx2 -mbmi -mbmi2 -mpclmul)
set(weir_flags_avx512 ${weir_flags_avx2}
    -mavx512f -mavx512bw -mavx512vl -mavx512vbmi -mavx512vbmi2)
set(weir_flags_neon "")
# The code stores the positions of one bits one by one. gcc would gather them in
# a vector first, at twice the cost.
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    list(APPEND weir_flags_avx2 -fno-tree-slp-vectorize)
endif()

if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
    set(weir_sets sse42 avx2 avx512)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
    set(weir_sets neon)
else()
    set(weir_sets "")
endif()

# Gives the files in the list `name` their flags, and removes the files of sets
# that this machine cannot have.
function(weir_instruction_sets name)
    set(all ${${name}})
    foreach(set IN ITEMS sse42 avx2 avx512 neon)
        set(files ${all})
        list(FILTER files INCLUDE REGEX "_${set}\\.c$")
        if(set IN_LIST weir_sets)
            set_source_files_properties(${files} PROPERTIES
                COMPILE_OPTIONS "${weir_flags_${set}}")
        elseif(files)
            list(REMOVE_ITEM all ${files})
        endif()
    endforeach()
    set(${name} ${all} PARENT_SCOPE)
endfunction()
