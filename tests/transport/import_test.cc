// ImportDataset as a stream: only a whole file, begun with its options and closed by its sender, changes anything.
#include <future>

#include "manage/import_session.h"
#include "tests/transport/raw_call.h"
#include "tests/transport/served_house.h"

namespace attune {
namespace {

constexpr char kRow[] = R"({"prompt":"a","completion":"b"})";

v1::ImportDatasetRequest Options() {
  v1::ImportDatasetRequest request;
  request.mutable_options()->set_dataset("new");
  return request;
}

v1::ImportDatasetRequest Data(const std::string& bytes) {
  v1::ImportDatasetRequest request;
  request.set_data(bytes);
  return request;
}

bool Exists(const ServedHouse& house) { return house.catalog_cell.Get()->datasets.contains("new"); }

struct BadStream {
  const char* what;
  std::vector<v1::ImportDatasetRequest> messages;
  const char* reason;
  const char* field;  // "": not a matter of one field of the request
};

TEST(Import, OfABadStreamChangesNothing) {
  const BadStream rows[] = {
      {"nothing at all", {}, "BAD_PARAMETER", "options"},
      {"no options", {Data(kRow)}, "BAD_PARAMETER", "options"},
      {"an empty message first", {v1::ImportDatasetRequest(), Options(), Data(kRow)}, "BAD_PARAMETER", "options"},
      {"options late", {Data(kRow), Options()}, "BAD_PARAMETER", "options"},
      {"options twice", {Options(), Data(kRow), Options()}, "BAD_PARAMETER", "options"},
      {"no bytes", {Options()}, "EMPTY_IMPORT", nullptr},
      {"half a row", {Options(), Data("[{\"prompt\":\"a\",\"completion\":\"b\"},{\"prom")}, "BAD_ROW", nullptr},
      {"half a character", {Options(), Data("prompt,completion\na,b\nc,\xC3")}, "BAD_ENCODING", nullptr},
  };
  ServedHouse house;
  for (const BadStream& row : rows) {
    std::vector<std::string> messages;
    for (const v1::ImportDatasetRequest& message : row.messages) messages.push_back(message.SerializeAsString());
    const grpc::Status status = CallRaw(house.channel, "attune.v1.Catalog/ImportDataset", messages).status;
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << row.what;
    EXPECT_EQ(ReasonOf(status), row.reason) << row.what << ": " << status.error_message();
    const auto bad = DetailOf<v1::BadRequest>(status, "BadRequest");
    if (row.field != nullptr) {
      EXPECT_EQ(bad.field_violations_size() == 0 ? "" : bad.field_violations(0).field(), row.field) << row.what;
    }
    EXPECT_FALSE(Exists(house)) << row.what;
  }
}

TEST(Import, CutAnywhereIsTheSameFile) {
  const std::string file = "\xEF\xBB\xBFprompt,completion\n\"gr\xC3\xBC\xC3\x9F, dich\",\"b\nc\"\n";
  for (size_t size = 1; size <= file.size(); ++size) {
    ServedHouse house;
    grpc::ClientContext context;
    v1::ImportDatasetResponse response;
    const auto stream = house.catalog->ImportDataset(&context, &response);
    ASSERT_TRUE(stream->Write(Options()));
    for (size_t at = 0; at < file.size(); at += size) ASSERT_TRUE(stream->Write(Data(file.substr(at, size))));
    ASSERT_TRUE(stream->WritesDone());
    const grpc::Status status = stream->Finish();
    ASSERT_TRUE(status.ok()) << size << ": " << status.error_message();
    EXPECT_EQ(response.rows(), 1) << size;
    EXPECT_EQ(response.format(), v1::CSV) << size;
  }
}

// What had arrived was a whole file in itself: only that its sender had not closed it tells that more was to come. Half
// of the rounds let the server take it first.
TEST(Import, ThatItsSenderLeavesChangesNothing) {
  ServedHouse house;
  const std::string rows = StrCat(kRow, "\n", kRow, "\n");
  int taken = 0;
  for (int round = 0; round < 300; ++round) {
    grpc::ClientContext context;
    v1::ImportDatasetResponse response;
    const auto stream = house.catalog->ImportDataset(&context, &response);
    const bool written = stream->Write(Options()) && stream->Write(Data(rows));
    v1::AskResponse answer;
    if (round % 2 == 0) {
      ASSERT_TRUE(house.Ask("hi", &answer).ok());
    }
    context.TryCancel();
    const grpc::StatusCode code = stream->Finish().error_code();
    if (code == grpc::StatusCode::RESOURCE_EXHAUSTED) continue;  // earlier ones have not all ended yet
    EXPECT_EQ(code, grpc::StatusCode::CANCELLED);
    taken += written ? 1 : 0;
  }
  EXPECT_GT(taken, 20);
  house.server->Shutdown(absl::InfiniteDuration());  // every import has ended
  EXPECT_FALSE(Exists(house));
}

TEST(Import, WhoseConnectionBreaksChangesNothing) {
  ServedHouse house;
  for (int round = 0; round < 20; ++round) {
    auto channel = house.NewChannel();
    auto catalog = v1::Catalog::NewStub(channel);
    grpc::ClientContext context;
    v1::ImportDatasetResponse response;
    auto stream = catalog->ImportDataset(&context, &response);
    ASSERT_TRUE(stream->Write(Options()));
    ASSERT_TRUE(stream->Write(Data(StrCat(kRow, "\n"))));
    stream.reset();  // without WritesDone and Finish: the call is given up with its channel
    context.TryCancel();
  }
  house.server->Shutdown(absl::InfiniteDuration());
  EXPECT_FALSE(Exists(house));
}

struct RunningImport {
  explicit RunningImport(ServedHouse& house) : stream(house.catalog->ImportDataset(&context, &response)) {
    stream->Write(Options());  // fails if a refusal was quicker
  }
  grpc::ClientContext context;
  v1::ImportDatasetResponse response;
  std::unique_ptr<grpc::ClientWriter<v1::ImportDatasetRequest>> stream;
};

TEST(Import, OneTooManyAtOnceIsRefusedUntilAnotherHasEnded) {
  ServedHouse house;
  std::vector<std::unique_ptr<RunningImport>> imports;
  for (int i = 0; i < kMaxImports + 1; ++i) imports.push_back(std::make_unique<RunningImport>(house));
  // Any of them may be the one too many. When it has been refused the others are let go.
  std::vector<std::future<grpc::Status>> ends;
  for (const auto& import : imports) {
    ends.push_back(std::async(std::launch::async, [&] {
      grpc::Status status = import->stream->Finish();
      for (const auto& other : imports) other->context.TryCancel();
      return status;
    }));
  }
  int refused = 0;
  for (auto& end : ends) {
    const grpc::Status status = end.get();
    if (status.error_code() == grpc::StatusCode::CANCELLED) continue;
    ++refused;
    EXPECT_EQ(ReasonOf(status), "OVERLOADED");
    EXPECT_GT(DetailOf<v1::RetryInfo>(status, "RetryInfo").retry_delay().seconds(), 0);
  }
  EXPECT_EQ(refused, 1);

  grpc::Status status;
  do {  // the server hears of the cancellations in its own time
    RunningImport next(house);
    next.stream->Write(Data(kRow));
    next.stream->WritesDone();
    status = next.stream->Finish();
  } while (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(Exists(house));
}

}  // namespace
}  // namespace attune
