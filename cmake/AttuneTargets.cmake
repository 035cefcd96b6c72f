# attune_room(NAME SOURCES a.cc b.cc DEPS x y)
#   One static library `attune_NAME` for the folder server/NAME. Headers are included as "NAME/file.h".
function(attune_room name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(attune_${name} STATIC ${ARG_SOURCES})
  target_include_directories(attune_${name} PUBLIC ${CMAKE_SOURCE_DIR}/server)
  target_link_libraries(attune_${name} PUBLIC ${ARG_DEPS} PRIVATE attune_warnings)
endfunction()

# attune_test(NAME SOURCES a_test.cc DEPS x y [LABELS slow])
#   One GoogleTest program, its cases discovered by ctest.
function(attune_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} attune_warnings GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE ATTUNE_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                             ATTUNE_BIN_DIR="${CMAKE_BINARY_DIR}/bin")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 600)
endfunction()

# attune_fuzzer(NAME SOURCES f.cc DEPS x): a libFuzzer program; corpus in tests/fuzz/corpus/NAME.
function(attune_fuzzer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} attune_warnings -fsanitize=fuzzer)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
endfunction()
