#include <bit>
#include <cstdint>

#include "base/error.h"
#include "store/checks.h"
#include "store/row_checksum.h"
#include "store/sqlite_store_impl.h"

namespace attune {
namespace {

constexpr size_t kNumberBytes = 4;

std::string BytesOf(const std::vector<float>& numbers) {
  std::string bytes(numbers.size() * kNumberBytes, '\0');
  char* next = bytes.data();
  for (const float number : numbers) {
    const auto bits = std::bit_cast<uint32_t>(number);
    for (size_t k = 0; k < kNumberBytes; ++k) *next++ = static_cast<char>(bits >> (8 * k));
  }
  return bytes;
}

std::vector<float> NumbersOf(std::string_view bytes) {
  std::vector<float> numbers(bytes.size() / kNumberBytes);
  const char* next = bytes.data();
  for (float& number : numbers) {
    uint32_t bits = 0;
    for (size_t k = 0; k < kNumberBytes; ++k) bits |= uint32_t{static_cast<uint8_t>(*next++)} << (8 * k);
    number = std::bit_cast<float>(bits);
  }
  return numbers;
}

int64_t Sum(std::string_view key, std::string_view bytes) { return RowChecksum().Add(key).Add(bytes).value(); }

}  // namespace

absl::Status SqliteStore::PutVectors(absl::Span<const VectorRecord> records) {
  for (const VectorRecord& record : records) {
    ATTUNE_RETURN_IF_ERROR(CheckPayload(record.numbers.size() * kNumberBytes));
  }
  return file_->Write(Sync::kRelaxed, [&](SqliteConnection& db) -> absl::Status {
    SqliteQuery put = db.Query("INSERT OR REPLACE INTO vectors VALUES (?1, ?2, ?3)");
    for (const VectorRecord& record : records) {
      const std::string bytes = BytesOf(record.numbers);
      put.BindBlob(1, record.key).BindInt(2, Sum(record.key, bytes)).BindBlob(3, bytes);
      ATTUNE_RETURN_IF_ERROR(put.Run());
      put.Reset();
    }
    return absl::OkStatus();
  });
}

absl::StatusOr<FoundVectors> SqliteStore::GetVectors(absl::Span<const std::string> keys) {
  FoundVectors found;
  found.vectors.resize(keys.size());
  ATTUNE_RETURN_IF_ERROR(file_->Read([&](SqliteConnection& db) -> absl::Status {
    SqliteQuery query = db.Query("SELECT checksum, numbers FROM vectors WHERE key = ?1");
    for (size_t i = 0; i < keys.size() && query.status().ok(); ++i) {
      query.BindBlob(1, keys[i]);
      if (query.Step()) {
        const std::string bytes = query.Blob(1);
        if (query.Int(0) == Sum(keys[i], bytes)) {
          found.vectors[i] = NumbersOf(bytes);
        } else {
          ++found.damaged;
        }
      }
      query.Reset();
    }
    return query.status();
  }));
  return found;
}

}  // namespace attune
