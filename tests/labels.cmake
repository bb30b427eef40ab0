# ctest reads this after the lists of test cases that the test programs gave.
foreach(folder IN ITEMS autodiff nn optim data examples program)
  foreach(test IN LISTS ${folder}_tests_TESTS)
    if(test MATCHES "\\(slow\\)$")
      set_tests_properties("${test}" PROPERTIES LABELS slow)
    endif()
  endforeach()
endforeach()
