# Everything comes from the distribution's packages (deploy/install-deps lists them).
find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(CURL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(simdjson CONFIG REQUIRED)
find_package(nlohmann_json REQUIRED)  # imports: it tells the place of an error, which simdjson does not
find_package(valijson CONFIG REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(TCMALLOC REQUIRED IMPORTED_TARGET libtcmalloc_minimal)
find_path(ASIO_INCLUDE_DIR asio.hpp REQUIRED)
find_path(MUSTACHE_INCLUDE_DIR kainjow/mustache.hpp REQUIRED)
find_path(CLI11_INCLUDE_DIR CLI/CLI.hpp REQUIRED)
find_path(HNSWLIB_INCLUDE_DIR hnswlib/hnswlib.h REQUIRED)
if(ATTUNE_BUILD_TESTS)
  find_package(GTest REQUIRED)
  find_package(benchmark REQUIRED)
  find_package(OpenSSL REQUIRED)
  find_package(ZLIB REQUIRED)
  include(GoogleTest)
endif()

# Asio is compiled once, in server/base/asio.cc. Its 1.22 decides for std::aligned_alloc by whether a header of the
# standard library came before its own, so that two files would free each other's memory in two ways: decide for all.
add_library(attune_asio INTERFACE)
target_include_directories(attune_asio SYSTEM INTERFACE ${ASIO_INCLUDE_DIR})
target_compile_definitions(attune_asio INTERFACE ASIO_STANDALONE ASIO_SEPARATE_COMPILATION ASIO_NO_DEPRECATED
                           ASIO_DISABLE_STD_ALIGNED_ALLOC)
target_link_libraries(attune_asio INTERFACE Threads::Threads)

# Clang has C++20 coroutines, but 14 does not say so, and Asio 1.22 asks any Clang for the header of the draft.
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_definitions(attune_asio INTERFACE ASIO_HAS_CO_AWAIT ASIO_HAS_STD_COROUTINE)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15)
    target_compile_definitions(attune_asio INTERFACE __cpp_impl_coroutine=201902L)
  endif()
endif()
