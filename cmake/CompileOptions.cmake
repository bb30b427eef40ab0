# How our own code is compiled; users of the library inherit none of it.
set(CMAKE_CXX_EXTENSIONS OFF)
option(EINGRAD_WARNINGS_AS_ERRORS "Treat warnings in our own code as errors" OFF)

if(PROJECT_IS_TOP_LEVEL)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
  endif()
  find_program(CCACHE ccache)
  if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  endif()
  find_program(LLD ld.lld)  # links a chapter in a third of the time
  if(LLD AND CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang" AND NOT APPLE)
    add_link_options(-fuse-ld=lld)
  endif()
endif()

file(RELATIVE_PATH source_from_build ${CMAKE_BINARY_DIR} ${PROJECT_SOURCE_DIR})
string(REGEX REPLACE "/$" "" source_from_build ${source_from_build})
add_library(eingrad_options INTERFACE)
target_compile_options(eingrad_options INTERFACE
  # The last digit must not depend on whether a compiler found a fused multiply-add.
  -ffp-contract=off
  # Messages name a line of ours as nn/linear.cpp:18, wherever the tree lies, and where ccache makes paths relative.
  -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=
  -fmacro-prefix-map=${source_from_build}/=
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  # g++ 12 sees overlapping copies in every "text" + std::string (GCC bug 105651, mended in 13).
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
  $<$<CXX_COMPILER_ID:Clang,AppleClang>:-Wno-unknown-warning-option>
  $<$<BOOL:${EINGRAD_WARNINGS_AS_ERRORS}>:-Werror>
  # Without optimisation the kernels would crawl, and xsimd 8.1's AVX-512 does not compile: its intrinsics are macros.
  $<$<NOT:$<CONFIG:Release,RelWithDebInfo,MinSizeRel>>:-Og>)

# eingrad_join_folders(TARGET [FOLDER...]): each of the folders, or of all, is compiled as one file, in about half the
# time: what its sources have in common is read and instantiated once. So no two sources of a folder have one name in
# their unnamed namespaces. ALL is for builds that nobody measures and nobody edits: sanitizers, a stranger's project.
set(EINGRAD_UNITY ON CACHE STRING "Compile folders as one file each: ON, ALL (also those where speed suffers), or OFF")
function(eingrad_join_folders target)
  if(NOT EINGRAD_UNITY)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    cmake_path(ABSOLUTE_PATH source)
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE name)
    cmake_path(GET name PARENT_PATH folder)
    if(NOT ARGN OR folder IN_LIST ARGN OR EINGRAD_UNITY STREQUAL "ALL")
      string(MAKE_C_IDENTIFIER ${folder} group)
      set_source_files_properties(${source} TARGET_DIRECTORY ${target} PROPERTIES UNITY_GROUP ${group})
    endif()
  endforeach()
endfunction()
