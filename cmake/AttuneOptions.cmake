# Language level, warnings, sanitizers and the linker: one place for all of them.
option(ATTUNE_BUILD_TESTS "Build the tests and benchmarks" ON)
option(ATTUNE_BUILD_FUZZERS "Build the libFuzzer targets (needs clang)" OFF)
set(ATTUNE_SANITIZE "" CACHE STRING "Comma separated list for -fsanitize=, e.g. address,undefined")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Precompiled headers need these two sloppinesses; base_dir lets two checkouts share hits.
  set(ATTUNE_CCACHE ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ATTUNE_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${ATTUNE_CCACHE})
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

# Our own code is held to this; generated protobuf code is not.
add_library(attune_warnings INTERFACE)
# Designated initialisers name what differs from the default; what they leave out is meant to be.
target_compile_options(attune_warnings INTERFACE -Wall -Wextra -Werror -Wnon-virtual-dtor -Woverloaded-virtual
                       -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports false positives of the first two inside coroutine frames and std::string, and takes the frames of some
  # coroutines for memory of another allocator.
  target_compile_options(attune_warnings INTERFACE -Wno-maybe-uninitialized -Wno-restrict -Wno-mismatched-new-delete)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(attune_warnings INTERFACE -Wthread-safety)
endif()

if(ATTUNE_SANITIZE)
  add_compile_options(-fsanitize=${ATTUNE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${ATTUNE_SANITIZE})
  if(ATTUNE_SANITIZE MATCHES thread)
    # The sanitizer does not see Asio's fences; what they order is also ordered by its mutexes, which it does see.
    add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
    # Protobuf's headers give a map two members more where this macro says that they are compiled for the sanitizer, and
    # the library, which is not, reads past them. Only libstdc++'s notes for the sanitizer are of use here.
    add_compile_options(-U__SANITIZE_THREAD__ -D_GLIBCXX_TSAN=1)
    add_compile_definitions(ATTUNE_THREAD_SANITIZER)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_compile_options(-fno-sanitize=function)  # Clang 14 cannot assemble it for coroutines
  endif()
endif()
if(ATTUNE_BUILD_FUZZERS)
  add_compile_options(-fsanitize=fuzzer-no-link)  # shows libFuzzer which paths of the rooms a case takes
endif()
