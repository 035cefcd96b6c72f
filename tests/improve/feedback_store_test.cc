// What the store's state means for feedback: durable when acknowledged, nothing when refused.
#include "store/sqlite_store.h"
#include "tests/improve/feedback_desk.h"
#include "tests/store/scratch_directory.h"

namespace attune {
namespace {

std::unique_ptr<Store> OpenFile(const std::string& path) {
  SqliteOptions options;
  options.path = path;
  auto store = OpenSqliteStore(options);
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *std::move(store) : nullptr;
}

TEST(FeedbackStore, OutlivesTheProcess) {
  const ScratchDirectory directory;
  const std::string file = directory.File("attune.db");
  std::string recorded;
  {
    FeedbackDesk desk(OpenFile(file));
    desk.Answered("int-1");
    const auto answer = desk.book.Record(Thumb("int-1", v1::DOWN, "r-1"));
    ASSERT_TRUE(answer.ok()) << answer.status();
    recorded = answer->SerializeAsString();
  }
  FeedbackDesk desk(OpenFile(file));
  ASSERT_EQ(desk.FeedbackOf("int-1").size(), 1u);
  const auto again = desk.book.Record(Thumb("int-1", v1::DOWN, "r-1"));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->SerializeAsString(), recorded);
  EXPECT_EQ(desk.FeedbackOf("int-1").size(), 1u);
}

TEST(FeedbackStore, ThatFailsRefusesAndKeepsNothing) {
  FeedbackDesk desk;
  desk.Answered("int-1");
  ASSERT_TRUE(desk.book.Record(Thumb("int-1", v1::UP)).ok());
  desk.store.FailWrites(DiskFull());
  const absl::Status status = desk.book.Record(Thumb("int-1", v1::DOWN, "r-1")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ErrorReason(status), "STORE_UNAVAILABLE");
  EXPECT_EQ(desk.FeedbackOf("int-1").size(), 1u);
  desk.store.Heal();
  ASSERT_TRUE(desk.book.Record(Thumb("int-1", v1::DOWN, "r-1")).ok());
  EXPECT_EQ(desk.FeedbackOf("int-1").size(), 2u);
}

// The interaction waits in the queue and cannot be written: "not found" would be a lie.
TEST(FeedbackStore, ThatFailsDoesNotMakeAnInteractionUnknown) {
  FeedbackDesk desk;
  desk.store.FailWrites(DiskFull());
  desk.Answered("int-1");
  const absl::Status status = desk.book.Record(Thumb("int-1")).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_EQ(ErrorReason(status), "STORE_UNAVAILABLE");
  desk.store.Heal();
  EXPECT_TRUE(desk.book.Record(Thumb("int-1")).ok());
}

TEST(FeedbackStore, ThatIsDamagedIsSaid) {
  FeedbackDesk desk;
  desk.Answered("int-1");
  ASSERT_TRUE(desk.queue.Flush(absl::Seconds(20)).ok());
  ASSERT_TRUE(
      desk.store.AppendFeedback({.id = "fb-1", .interaction_id = "int-1", .payload = "\xff not a message"}).ok());
  const absl::Status read = desk.reader.Get("int-1").status();
  EXPECT_EQ(read.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ErrorReason(read), "STORE_CORRUPT");
  EXPECT_EQ(ErrorMetadata(read, "interaction"), "int-1");
}

}  // namespace
}  // namespace attune
