#include "tests/fakes/gzip.h"

#include <zlib.h>

namespace attune {

std::string Gzip(const std::string& text) { return GzipEach({text}).front(); }

std::vector<std::string> GzipEach(const std::vector<std::string>& texts) {
  constexpr int kGzipFormat = 16 + MAX_WBITS;
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipFormat, 8, Z_DEFAULT_STRATEGY);
  std::vector<std::string> pieces;
  for (size_t i = 0; i < texts.size(); ++i) {
    std::string piece(deflateBound(&stream, texts[i].size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(texts[i].data()));
    stream.avail_in = static_cast<uInt>(texts[i].size());
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    deflate(&stream, i + 1 == texts.size() ? Z_FINISH : Z_SYNC_FLUSH);
    piece.resize(piece.size() - stream.avail_out);
    pieces.push_back(std::move(piece));
  }
  deflateEnd(&stream);
  return pieces;
}

}  // namespace attune
