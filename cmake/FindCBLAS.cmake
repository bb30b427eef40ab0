# CBLAS::CBLAS, the C interface of a BLAS: OpenBLAS for preference, which Homebrew keeps out of the usual places.
set(CBLAS_HINTS /opt/homebrew/opt/openblas /usr/local/opt/openblas)
find_library(CBLAS_LIBRARY NAMES openblas cblas HINTS ${CBLAS_HINTS} PATH_SUFFIXES lib)
find_path(CBLAS_INCLUDE_DIR cblas.h HINTS ${CBLAS_HINTS} PATH_SUFFIXES include openblas)
mark_as_advanced(CBLAS_LIBRARY CBLAS_INCLUDE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(CBLAS REQUIRED_VARS CBLAS_LIBRARY CBLAS_INCLUDE_DIR)

if(CBLAS_FOUND AND NOT TARGET CBLAS::CBLAS)
  add_library(CBLAS::CBLAS UNKNOWN IMPORTED)
  set_target_properties(CBLAS::CBLAS PROPERTIES
    IMPORTED_LOCATION ${CBLAS_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${CBLAS_INCLUDE_DIR})
endif()
