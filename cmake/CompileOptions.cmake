# How our own code is compiled; users of the library inherit none of it.
option(EINGRAD_WARNINGS_AS_ERRORS "Treat warnings in our own code as errors" OFF)

add_library(eingrad_options INTERFACE)
# No contraction: the last digit must not depend on whether a compiler found a fused multiply-add.
target_compile_options(eingrad_options INTERFACE
  -ffp-contract=off -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  $<$<BOOL:${EINGRAD_WARNINGS_AS_ERRORS}>:-Werror>)
