// The one place where Asio is compiled (ASIO_SEPARATE_COMPILATION).
#include <asio/impl/src.hpp>
