# A Debian package of what `cmake --install` installs: cpack -G DEB, in the folder of the build.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME eingrad)
set(CPACK_PACKAGE_CONTACT "The eingrad authors")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)  # for eingrad-derive
# What eingradConfig.cmake looks for.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libxtensor-dev, libfmt-dev, libopenblas-dev, libcsv-dev, libzip-dev")
set(CPACK_DEBIAN_COMPRESSION_TYPE gzip)  # quick, and the library is small without debug information
include(CPack)
