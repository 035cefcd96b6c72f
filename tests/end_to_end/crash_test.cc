// kill -9 at random moments of an update stream: every acknowledged version is there afterwards, whole, and nothing
// unacknowledged is half there.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "attune/v1/attune.grpc.pb.h"
#include "attune/v1/catalog.grpc.pb.h"
#include "tests/end_to_end/attuned_process.h"
#include "tests/end_to_end/client.h"

namespace attune {
namespace {

constexpr int kClients = 4;
constexpr int kExamplesPerUpdate = 3;  // every version of a client's dataset sets all of them to the same output

// Kills: 200 as the project's own bar; ATTUNE_CRASH_ROUNDS makes it shorter, for sanitizer builds.
int Rounds() {
  const char* rounds = std::getenv("ATTUNE_CRASH_ROUNDS");
  return rounds == nullptr ? 200 : std::atoi(rounds);
}

std::string DatasetOf(int client) { return "set-" + std::to_string(client); }

// What one client knows: the highest write that was acknowledged, and the last one that was sent.
struct Ledger {
  int64_t acknowledged = 0;
  int64_t sent = 0;
};

v1::UpdateDatasetRequest Update(int client, int64_t number) {
  v1::UpdateDatasetRequest request;
  request.set_dataset(DatasetOf(client));
  request.set_request_id(DatasetOf(client) + "/" + std::to_string(number));
  for (int i = 0; i < kExamplesPerUpdate; ++i) {
    v1::Example* example = request.add_mutations()->mutable_upsert();
    example->set_id("e" + std::to_string(i));
    example->set_input("question " + std::to_string(i));
    example->set_output(std::to_string(number));
  }
  return request;
}

// Sends updates one after the other until the server is gone.
void Send(const std::string& address, int client, Ledger& ledger) {
  const auto stub = Connect<v1::Attune>(address);
  while (true) {
    // A write that was not acknowledged is sent again first: the request id makes it apply once.
    const int64_t number = ledger.acknowledged + 1;
    ledger.sent = number;
    grpc::ClientContext context;
    v1::UpdateDatasetResponse response;
    if (!stub->UpdateDataset(&context, Update(client, number), &response).ok()) return;
    ASSERT_EQ(response.version(), number) << "a retry was applied twice, or a version is missing";
    ledger.acknowledged = number;
  }
}

// Every version up to the latest is whole, and the latest is the acknowledged one or the one sent after it.
void Check(const std::string& address, int client, const Ledger& ledger) {
  const auto stub = Connect<v1::Catalog>(address);
  v1::GetDatasetRequest get;
  get.set_dataset(DatasetOf(client));
  v1::Dataset latest;
  grpc::ClientContext context;
  const grpc::Status status = stub->GetDataset(&context, get, &latest);
  if (ledger.acknowledged == 0 && status.error_code() == grpc::StatusCode::NOT_FOUND) return;
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_GE(latest.version(), ledger.acknowledged);
  ASSERT_LE(latest.version(), ledger.sent);
  for (int64_t version = std::max<int64_t>(1, latest.version() - 3); version <= latest.version(); ++version) {
    v1::ListExamplesRequest list;
    list.set_dataset(DatasetOf(client) + "@" + std::to_string(version));
    v1::ListExamplesResponse examples;
    grpc::ClientContext list_context;
    ASSERT_TRUE(stub->ListExamples(&list_context, list, &examples).ok());
    ASSERT_EQ(examples.examples_size(), kExamplesPerUpdate);
    for (const v1::Example& example : examples.examples()) ASSERT_EQ(example.output(), std::to_string(version));
  }
}

TEST(Crash, EveryAcknowledgedVersionSurvivesKill9) {
  TemporaryDirectory directory;
  std::vector<Ledger> ledgers(kClients);
  std::mt19937 random(20261123);
  for (int round = 0; round < Rounds(); ++round) {
    AttunedProcess server({"--data", directory.File("attune.db")});
    ASSERT_TRUE(server.running()) << server.output();
    for (int client = 0; client < kClients; ++client) {
      ASSERT_NO_FATAL_FAILURE(Check(server.address(), client, ledgers[client])) << "round " << round;
    }
    std::vector<std::thread> clients;
    for (int client = 0; client < kClients; ++client) {
      clients.emplace_back([&, client] { Send(server.address(), client, ledgers[client]); });
    }
    // The random moment is what is tested; it is the kernel's timer that waits, not the test for a result.
    const timespec pause{0, static_cast<long>(random() % 60'000'000)};
    nanosleep(&pause, nullptr);
    server.Stop(SIGKILL);
    for (std::thread& client : clients) client.join();
  }
  int64_t acknowledged = 0;
  for (const Ledger& ledger : ledgers) acknowledged += ledger.acknowledged;
  EXPECT_GT(acknowledged, Rounds()) << "the server was killed before it did anything: nothing was tested";
  RecordProperty("acknowledged", std::to_string(acknowledged));
}

}  // namespace
}  // namespace attune
