# attune_room(NAME SOURCES a.cc b.cc DEPS x y)
#   One static library `attune_NAME` for the folder server/NAME. Headers are included as "NAME/file.h".
function(attune_room name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(attune_${name} STATIC ${ARG_SOURCES})
  target_include_directories(attune_${name} PUBLIC ${CMAKE_SOURCE_DIR}/server)
  target_link_libraries(attune_${name} PUBLIC ${ARG_DEPS} PRIVATE attune_warnings)
endfunction()

# What the thread sanitizer can judge (every test without the label `grpc`), and the fuzzers, to build them alone.
add_custom_target(attune_tests_without_grpc)
add_custom_target(attune_fuzzers)

# For tests that read the tree or start the binaries. Apart from attune_test, because a path on the command line keeps
# two checkouts from sharing what ccache knows.
add_library(attune_test_paths INTERFACE)
target_compile_definitions(attune_test_paths INTERFACE ATTUNE_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                           ATTUNE_BIN_DIR="${CMAKE_BINARY_DIR}/bin")

# attune_test(NAME SOURCES a_test.cc DEPS x y [LABELS grpc])
#   One GoogleTest program, one entry of ctest. The label `grpc` is for those that link gRPC or start attuned,
#   which the thread sanitizer cannot judge.
function(attune_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} attune_warnings GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 600)
  if(NOT "grpc" IN_LIST ARG_LABELS)
    add_dependencies(attune_tests_without_grpc ${name})
  endif()
endfunction()

# attune_fuzzer(NAME SOURCES f.cc DEPS x): a libFuzzer program; corpus in tests/fuzz/corpus/NAME.
function(attune_fuzzer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} attune_warnings -fsanitize=fuzzer)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  add_dependencies(attune_fuzzers ${name})
endfunction()
