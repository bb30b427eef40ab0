# Every package that the library itself needs. What only tests, examples or benchmarks need is found there.
find_package(xtensor REQUIRED)
find_package(xsimd REQUIRED)
find_package(fmt REQUIRED)

find_library(EINGRAD_CBLAS NAMES openblas cblas REQUIRED)
find_path(EINGRAD_CBLAS_INCLUDE cblas.h PATH_SUFFIXES openblas ${CMAKE_LIBRARY_ARCHITECTURE} REQUIRED)
add_library(eingrad_blas INTERFACE)
target_link_libraries(eingrad_blas INTERFACE ${EINGRAD_CBLAS})
target_include_directories(eingrad_blas SYSTEM INTERFACE $<BUILD_INTERFACE:${EINGRAD_CBLAS_INCLUDE}>)

find_library(EINGRAD_CSV NAMES csv REQUIRED)
find_path(EINGRAD_CSV_INCLUDE csv.h REQUIRED)
add_library(eingrad_csv INTERFACE)
target_link_libraries(eingrad_csv INTERFACE ${EINGRAD_CSV})
target_include_directories(eingrad_csv SYSTEM INTERFACE $<BUILD_INTERFACE:${EINGRAD_CSV_INCLUDE}>)
