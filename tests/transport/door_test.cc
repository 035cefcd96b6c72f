// The door itself: the port, health, reflection, and how it closes.
#include <google/protobuf/descriptor.pb.h>

#include <future>

#include "tests/transport/raw_call.h"
#include "tests/transport/served_house.h"
#include "tests/transport/wire_fields.h"

namespace attune {
namespace {

// A message with one string field.
std::string StringField(int number, const std::string& value) {
  google::protobuf::UnknownFieldSet fields;
  fields.AddLengthDelimited(number, value);
  std::string bytes;
  EXPECT_TRUE(fields.SerializeToString(&bytes));
  return bytes;
}

// One question to grpc.reflection.v1alpha: the bytes of the answer.
std::string Reflect(const ServedHouse& house, int field, const std::string& value) {
  const RawAnswer answer = CallRaw(house.channel, "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                                   {StringField(field, value)});
  EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
  return answer.messages.empty() ? "" : answer.messages[0];
}

TEST(Door, SaysThatItIsHealthy) {
  ServedHouse house;
  const RawAnswer answer = CallRaw(house.channel, "grpc.health.v1.Health/Check", {""});
  ASSERT_TRUE(answer.status.ok()) << answer.status.error_message();
  EXPECT_EQ(Number(answer.messages.at(0), 1), 1u);  // SERVING
  EXPECT_EQ(CallRaw(house.channel, "grpc.health.v1.Health/Check", {StringField(1, "nope")}).status.error_code(),
            grpc::StatusCode::NOT_FOUND);
}

TEST(Door, ServesWhileVectorsWarmAndSaysSo) {
  ServedHouse house;
  const auto state = [&](const std::string& service) {
    const RawAnswer answer = CallRaw(house.channel, "grpc.health.v1.Health/Check", {StringField(1, service)});
    return answer.status.ok() ? Number(answer.messages.at(0), 1) : 0;
  };
  constexpr uint64_t kServing = 1, kNotServing = 2;
  EXPECT_EQ(state(kVectorsHealth), kNotServing) << "nobody knows yet what there is";
  house.server->SetVectorsServing(true);
  EXPECT_EQ(state(kVectorsHealth), kServing);
  house.server->SetVectorsServing(false);
  EXPECT_EQ(state(kVectorsHealth), kNotServing);
  EXPECT_EQ(state(""), kServing);
  auto vectors = std::make_shared<DatasetVectors>();
  house.vectors.Set(VectorShelf().With({"faq", {.model = "m"}}, vectors));
  grpc::ClientContext context;
  v1::GetStatusResponse status;
  ASSERT_TRUE(house.insights->GetStatus(&context, {}, &status).ok());
  EXPECT_THAT(status.warming_datasets(), testing::ElementsAre("faq"));
}

TEST(Door, ListsItsServices) {
  ServedHouse house;
  const std::vector<std::string> list = Values(Reflect(house, 7, ""), 6);  // list_services_response
  ASSERT_EQ(list.size(), 1u);
  std::vector<std::string> names;
  for (const std::string& service : Values(list[0], 1)) names.push_back(Values(service, 1).at(0));
  EXPECT_THAT(names, testing::IsSupersetOf({"attune.v1.Attune", "attune.v1.Catalog", "attune.v1.Evaluations",
                                            "attune.v1.Insights", "grpc.health.v1.Health",
                                            "grpc.reflection.v1alpha.ServerReflection"}));
}

TEST(Door, DescribesEveryServiceAndItsErrors) {
  ServedHouse house;
  for (const std::string symbol : {"attune.v1.Attune", "attune.v1.Catalog", "attune.v1.Evaluations",
                                   "attune.v1.Insights", "attune.v1.ErrorInfo", "attune.v1.AskRequest"}) {
    const std::vector<std::string> found = Values(Reflect(house, 4, symbol), 4);  // file_descriptor_response
    ASSERT_EQ(found.size(), 1u) << symbol;
    google::protobuf::FileDescriptorProto file;
    ASSERT_TRUE(file.ParseFromString(Values(found[0], 1).at(0))) << symbol;
    EXPECT_EQ(file.package(), "attune.v1") << symbol;
  }
}

TEST(Door, OnAPortThatIsTakenDoesNotOpen) {
  ServedHouse house;
  const auto second = Server::Start(house.address(), {.io = house.io,
                                                      .workers = house.workers,
                                                      .asker = house.asker,
                                                      .editor = house.editor,
                                                      .runner = house.runner,
                                                      .feedback = house.feedback,
                                                      .interactions = house.reader,
                                                      .interaction_queue = house.queue,
                                                      .store = house.store,
                                                      .clock = house.clock});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ErrorReason(second.status()), "CANNOT_LISTEN");
  EXPECT_EQ(ErrorMetadata(second.status(), "address"), house.address());
}

TEST(Door, ClosingLetsARunningCallEnd) {
  ServedHouse house;
  house.provider.Hold();
  grpc::Status status;
  v1::AskResponse response;
  auto asking = std::async(std::launch::async, [&] { status = house.Ask("hi", &response); });
  ASSERT_TRUE(house.provider.WaitForInFlight(1));
  auto closing = std::async(std::launch::async, [&] { house.server->Shutdown(absl::Seconds(60)); });
  // Until no new call is taken; the running one is not touched.
  const auto channel = house.NewChannel();
  v1::GetStatusResponse refused;
  grpc::StatusCode code = grpc::StatusCode::OK;
  while (code == grpc::StatusCode::OK) {
    grpc::ClientContext context;
    code = v1::Insights::NewStub(channel)->GetStatus(&context, v1::GetStatusRequest(), &refused).error_code();
  }
  house.provider.Release();
  closing.get();
  asking.get();
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.text(), "fake answer");
}

TEST(Door, ClosingCancelsWhatOutstaysTheGrace) {
  ServedHouse house;
  house.provider.Hold();
  grpc::Status status;
  v1::AskResponse response;
  auto asking = std::async(std::launch::async, [&] { status = house.Ask("hi", &response); });
  ASSERT_TRUE(house.provider.WaitForInFlight(1));
  house.server->Shutdown(absl::ZeroDuration());
  asking.get();
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(house.provider.cancelled(), 1u);
}

TEST(Door, AStoreThatFailsRefusesWritesAndServesReads) {
  ServedHouse house;
  house.store.FailWrites(DiskFull());
  v1::UpdateDatasetRequest update;
  update.add_mutations()->mutable_upsert()->set_input("q");
  v1::UpdateDatasetResponse updated;
  grpc::ClientContext first;
  const grpc::Status status = house.attune->UpdateDataset(&first, update, &updated);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(status), "STORE_UNAVAILABLE");
  v1::AskResponse answer;
  EXPECT_TRUE(house.Ask("hi", &answer).ok());
  house.store.Heal();
  grpc::ClientContext second;
  EXPECT_TRUE(house.attune->UpdateDataset(&second, update, &updated).ok());
}

}  // namespace
}  // namespace attune
