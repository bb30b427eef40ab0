# The package: find_package(eingrad) yields eingrad::eingrad. Its headers have a root of their own,
# include/eingrad, so that <autodiff/tensor.hpp> and <nn/linear.hpp> clash with nothing in include/.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/eingrad)
set(libraries eingrad)
set(found_modules FindCBLAS.cmake)
if(NOT libzip_SOURCE_DIR)  # downloaded, it installs a package of its own
  list(APPEND found_modules FindLibZip.cmake)
endif()
if(TARGET libcsv)
  list(APPEND libraries libcsv)
else()
  list(APPEND found_modules FindLibCSV.cmake)
endif()

install(TARGETS ${libraries} EXPORT eingradTargets)
if(EINGRAD_EXAMPLES)
  install(TARGETS derive)
endif()
install(EXPORT eingradTargets NAMESPACE eingrad:: DESTINATION ${package_folder})
install(FILES eingrad.hpp DESTINATION include/eingrad)
install(DIRECTORY autodiff nn optim data DESTINATION include/eingrad
  FILES_MATCHING PATTERN "*.hpp" PATTERN "*.inc.hpp" EXCLUDE)

configure_package_config_file(cmake/eingradConfig.cmake.in eingradConfig.cmake
  INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(eingradConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/eingradConfig.cmake ${PROJECT_BINARY_DIR}/eingradConfigVersion.cmake
  DESTINATION ${package_folder})
list(TRANSFORM found_modules PREPEND cmake/)
install(FILES ${found_modules} DESTINATION ${package_folder})
