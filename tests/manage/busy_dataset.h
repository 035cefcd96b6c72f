// A dataset that is changed all the time through the writing half, and what a plain one shows that nobody works on.
#ifndef ATTUNE_TESTS_MANAGE_BUSY_DATASET_H_
#define ATTUNE_TESTS_MANAGE_BUSY_DATASET_H_

#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/dataset/dataset_steps.h"
#include "tests/dataset/question_set.h"
#include "tests/fakes/until.h"
#include "tests/manage/shelf.h"

namespace attune {

inline DatasetPtr FaqOf(const Shelf& shelf) { return shelf.catalog()->datasets.at("faq")->dataset; }

// The same change for the server and for a dataset that nobody merges.
struct Change {
  v1::UpdateDatasetRequest request;
  DatasetDelta delta;
};

// Of examples with `ids` different ids.
class Changes {
 public:
  explicit Changes(size_t ids) : ids_(ids) {}

  size_t Below(size_t end) { return random_() % end; }
  const std::string& Text() { return texts_[Below(texts_.size())].text; }

  // Mostly of one example, now and then of some hundreds.
  Change Next() {
    Change change;
    change.request.set_dataset("faq");
    change.request.set_allow_missing(true);
    std::set<std::string> ids;
    for (size_t i = Below(2) == 0 ? 260 + Below(200) : 1; i > 0; --i) ids.insert(StrCat("e", Below(ids_)));
    for (const std::string& id : ids) Add(id, change);
    return change;
  }

 private:
  void Add(const std::string& id, Change& change) {
    if (Below(12) == 0) {
      change.request.add_mutations()->set_delete_id(id);
      change.delta.deletes.push_back(id);
      return;
    }
    const std::string& text = Text();
    AddUpsert(change.request, id, text);
    change.delta.upserts.push_back(Share(MakeExample(id, text)));
  }

  const size_t ids_;
  std::mt19937 random_{1};
  std::vector<LabelledQuestion> texts_ = MakeZipfQuestions(500, 5, 3);
};

// What a version of the server's dataset shows is what that of the plain one shows.
inline void ExpectSame(const DatasetPtr& merged, const DatasetPtr& plain, int64_t version,
                       const std::string& question) {
  const DatasetView found(merged, version), expected(plain, version);
  EXPECT_EQ(RowsOf(found), RowsOf(expected)) << "version " << version;
  const auto ranked = found.Search(question, 20), as_expected = expected.Search(question, 20);
  ASSERT_EQ(ranked.size(), as_expected.size());
  for (size_t i = 0; i < ranked.size(); ++i) {
    EXPECT_EQ(ranked[i].example.id(), as_expected[i].example.id()) << "version " << version << ", place " << i;
    EXPECT_EQ(ranked[i].score, as_expected[i].score);
  }
}

inline v1::UpdateDatasetRequest ManyUpserts(const std::string& dataset, size_t begin, size_t count) {
  v1::UpdateDatasetRequest request;
  request.set_dataset(dataset);
  for (size_t i = begin; i < begin + count; ++i) AddUpsert(request, StrCat("e", i), StrCat("w", i % 97));
  return request;
}

}  // namespace attune

#endif  // ATTUNE_TESTS_MANAGE_BUSY_DATASET_H_
