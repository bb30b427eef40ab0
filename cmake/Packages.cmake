# eingrad_package(NAME [VERSION] [FETCH DECLARED...]) finds an installed package. Where there is none it downloads
# the versions declared below if EINGRAD_FETCH allows it, and else says what is missing.
# A macro, because packages set variables that their users read.
include(FetchContent)

macro(eingrad_package name)
  cmake_parse_arguments(package "" "" "FETCH" ${ARGN})
  find_package(${name} ${package_UNPARSED_ARGUMENTS} QUIET)
  # VERSION is the oldest that will do; xsimd's package lets through none but the major version that is asked for.
  foreach(package_file package_version IN ZIP_LISTS ${name}_CONSIDERED_CONFIGS ${name}_CONSIDERED_VERSIONS)
    if(NOT ${name}_FOUND AND package_version VERSION_GREATER "${package_UNPARSED_ARGUMENTS}")
      cmake_path(GET package_file PARENT_PATH package_folder)
      find_package(${name} QUIET PATHS ${package_folder} NO_DEFAULT_PATH)
    endif()
  endforeach()
  if(NOT ${name}_FOUND)
    if(EINGRAD_FETCH AND package_FETCH)
      message(STATUS "Downloading ${package_FETCH}")
      FetchContent_MakeAvailable(${package_FETCH})
    else()
      string(JOIN " " package_wanted ${name} ${package_UNPARSED_ARGUMENTS})
      set(package_hint "Install it (cmake/packages.txt has its names)")
      if(package_FETCH)
        string(APPEND package_hint ", or let CMake download it with -DEINGRAD_FETCH=ON")
      endif()
      list(REMOVE_DUPLICATES ${name}_CONSIDERED_VERSIONS)  # /lib may be /usr/lib
      foreach(package_version IN LISTS ${name}_CONSIDERED_VERSIONS)
        if(package_version VERSION_LESS "${package_UNPARSED_ARGUMENTS}")
          string(APPEND package_hint ". The installed version, ${package_version}, is too old")
        endif()
      endforeach()
      message(FATAL_ERROR "eingrad needs ${package_wanted}. ${package_hint}. ${${name}_NOT_FOUND_MESSAGE}")
    endif()
  endif()
endmacro()

function(eingrad_pin name repository tag)
  if(CMAKE_VERSION VERSION_GREATER_EQUAL 3.25)
    set(system SYSTEM)  # its warnings are not ours
  endif()
  FetchContent_Declare(${name} GIT_REPOSITORY ${repository} GIT_TAG ${tag} GIT_SHALLOW ON ${system})
endfunction()

eingrad_pin(xtl https://github.com/xtensor-stack/xtl.git 0.8.0)
eingrad_pin(xtensor https://github.com/xtensor-stack/xtensor.git 0.27.1)
eingrad_pin(xsimd https://github.com/xtensor-stack/xsimd.git 13.2.0)
eingrad_pin(fmt https://github.com/fmtlib/fmt.git 11.1.4)
eingrad_pin(cli11 https://github.com/CLIUtils/CLI11.git v2.5.0)
eingrad_pin(nlohmann_json https://github.com/nlohmann/json.git v3.11.3)
eingrad_pin(libzip https://github.com/nih-at/libzip.git v1.11.3)
eingrad_pin(catch2 https://github.com/catchorg/Catch2.git v3.8.0)
eingrad_pin(rapidcheck https://github.com/emil-e/rapidcheck.git ff6af6fc683159deb51c543b065eba14dfcf329b)
eingrad_pin(benchmark https://github.com/google/benchmark.git v1.9.1)

# libcsv comes without a CMakeLists.txt: SOURCE_SUBDIR points nowhere, and Dependencies.cmake compiles its one file.
FetchContent_Declare(libcsv
  URL https://downloads.sourceforge.net/project/libcsv/libcsv/libcsv-3.0.3/libcsv-3.0.3.tar.gz
  URL_HASH SHA256=d9c0431cb803ceb9896ce74f683e6e5a0954e96ae1d9e4028d6e0f967bebd7e4
  SOURCE_SUBDIR none)

# What we download is built for our use, not tested here.
set(FMT_INSTALL ${EINGRAD_INSTALL})
set(BENCHMARK_ENABLE_TESTING OFF)
