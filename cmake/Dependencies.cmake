# Every package that the library itself needs. What only chapters, tests or benchmarks need is found there.
include(Packages)

eingrad_package(xtensor 0.24.3 FETCH xtl xtensor)
eingrad_package(xsimd 8.1 FETCH xsimd)
eingrad_package(fmt 9 FETCH fmt)
eingrad_package(CBLAS)
eingrad_package(LibCSV FETCH libcsv)
eingrad_package(LibZip FETCH libzip)
eingrad_package(nlohmann_json FETCH nlohmann_json)

if(NOT TARGET LibCSV::LibCSV)  # downloaded
  enable_language(C)
  add_library(libcsv STATIC ${libcsv_SOURCE_DIR}/libcsv.c)
  add_library(LibCSV::LibCSV ALIAS libcsv)
  target_include_directories(libcsv SYSTEM PUBLIC $<BUILD_INTERFACE:${libcsv_SOURCE_DIR}>)
  set_target_properties(libcsv PROPERTIES OUTPUT_NAME eingrad_csv POSITION_INDEPENDENT_CODE ON)
endif()
