// What every store promises (server/store/store.h), as tests with the store as their parameter. An implementation
// passes them by instantiating StoreContract with a StoreKind of its own.
#ifndef ATTUNE_TESTS_STORE_STORE_CONTRACT_H_
#define ATTUNE_TESTS_STORE_STORE_CONTRACT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/strings.h"
#include "store/store.h"

namespace attune {

// One store in a place of its own, empty at first.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual Store& store() = 0;
  // Closes it and opens it again, if it is of a kind that outlives that.
  virtual void Reopen() = 0;
};

struct StoreKind {
  std::string name;
  std::function<std::unique_ptr<StoreUnderTest>()> make;
};

inline void PrintTo(const StoreKind& kind, std::ostream* out) { *out << kind.name; }

class StoreContract : public testing::TestWithParam<StoreKind> {
 protected:
  Store& store() { return under_test_->store(); }
  void Reopen() { under_test_->Reopen(); }

  // The log from `after` on, as "1:a 2:b"; the error if there is one.
  std::string Log(int64_t after = 0) {
    std::string text;
    const absl::Status status = store().ReplayCatalog(after, [&](const LogRecord& record) {
      StrAppend(&text, text.empty() ? "" : " ", record.revision, ":", record.payload);
      return absl::OkStatus();
    });
    return status.ok() ? text : status.ToString();
  }

  // The ids of a listing, "c b a".
  std::string Interactions(const InteractionFilter& filter) { return Ids(store().ListInteractions(filter)); }

  template <typename Record>
  static std::string Ids(const absl::StatusOr<std::vector<Record>>& records) {
    if (!records.ok()) return records.status().ToString();
    std::string ids;
    for (const Record& record : *records) StrAppend(&ids, ids.empty() ? "" : " ", record.id);
    return ids;
  }

 private:
  std::unique_ptr<StoreUnderTest> under_test_ = GetParam().make();
};

// Every byte there is, with NULs and what is no UTF-8.
inline std::string AllBytes() {
  std::string bytes;
  for (int i = 0; i < 512; ++i) bytes += static_cast<char>(i);
  return bytes;
}

}  // namespace attune

#endif  // ATTUNE_TESTS_STORE_STORE_CONTRACT_H_
