// The checksum that is stored in every row, so that damage inside a value is found when it is read.
#ifndef ATTUNE_STORE_ROW_CHECKSUM_H_
#define ATTUNE_STORE_ROW_CHECKSUM_H_

#include <cstdint>
#include <string_view>

#include "base/hash.h"

namespace attune {

// Over the columns in their order. Numbers count as their eight bytes, lowest first, so a file may move to any machine.
class RowChecksum {
 public:
  RowChecksum& Add(std::string_view bytes) {
    sum_ = Hash64(bytes, sum_);
    return *this;
  }
  RowChecksum& Add(int64_t number) {
    char bytes[8];
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(static_cast<uint64_t>(number) >> (8 * i));
    return Add(std::string_view(bytes, sizeof bytes));
  }
  // As SQLite keeps it.
  int64_t value() const { return static_cast<int64_t>(sum_); }

 private:
  uint64_t sum_ = 0;
};

}  // namespace attune

#endif  // ATTUNE_STORE_ROW_CHECKSUM_H_
