// Each rule is shown what it must find and what it must leave alone: a rule that finds nothing proves nothing.
#include "tests/structure/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attune::structure {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string Repeat(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(CodeOnly, KeepsCodeAndLines) {
  EXPECT_EQ(CodeOnly("a // b\nc"), "a     \nc");
  EXPECT_EQ(CodeOnly("a /* b\n */ c"), "a     \n    c");
  EXPECT_EQ(CodeOnly("f(\"{\\\"\", '{', '\\'')"), "f(     ,    ,     )");
  EXPECT_EQ(CodeOnly("10'000 + 'a'"), "10'000 +    ");
  EXPECT_EQ(CodeOnly("R\"x({\")\")x\";"), "R          ;");
}

TEST(Source, KnowsItsRoom) {
  EXPECT_EQ((Source{"server/base/mutex.h", ""}.Room()), "base");
  EXPECT_EQ((Source{"server/main.cc", ""}.Room()), "main");
  EXPECT_EQ((Source{"client/cli/ask.cc", ""}.Room()), "client");
  EXPECT_EQ((Source{"tests/base/a_test.cc", ""}.Room()), "tests");
}

TEST(Arrows, LeadOnlyWhereTheTableSays) {
  const struct {
    std::string path;
    std::string include;
    bool allowed;
  } kCases[] = {
      {"server/ask/a.cc", "prompt/prompt.h", true},       {"server/ask/a.cc", "ask/asker.h", true},
      {"server/ask/a.cc", "base/error.h", true},          {"server/ask/a.cc", "absl/time/time.h", true},
      {"server/ask/a.cc", "evaluate/runner.h", false},    {"server/ask/a.cc", "manage/convert.h", false},
      {"server/base/a.cc", "ask/asker.h", false},         {"server/prompt/a.cc", "dataset/dataset.h", true},
      {"server/dataset/a.cc", "prompt/prompt.h", false},  {"server/evaluate/a.cc", "ask/asker.h", true},
      {"server/evaluate/a.cc", "store/store.h", false},   {"server/transport/a.cc", "store/store.h", false},
      {"server/transport/a.cc", "ask/asker.h", true},     {"server/provider/a.cc", "http/http_client.h", true},
      {"server/http/a.cc", "provider/provider.h", false}, {"server/main.cc", "store/store.h", true},
      {"client/a.cc", "dataset/importer.h", true},        {"client/a.cc", "ask/asker.h", false},
      {"tests/ask/a_test.cc", "store/store.h", true},
  };
  for (const auto& c : kCases) {
    const Source source{c.path, "// A.\n#include \"" + c.include + "\"\n"};
    EXPECT_EQ(CheckArrows(source).empty(), c.allowed) << c.path << " includes " << c.include;
  }
  EXPECT_THAT(CheckArrows({"server/base/a.cc", "\n#include \"ask/b.h\"\n"}),
              ElementsAre(Finding{"server/base/a.cc", 2, "no arrow leads from base to ask"}));
  EXPECT_THAT(CheckArrows({"server/attic/a.cc", ""}), SizeIs(1));
}

TEST(ForeignHeaders, StayInTheirRooms) {
  const struct {
    std::string path;
    std::string include;
    bool allowed;
  } kCases[] = {
      {"server/transport/a.cc", "grpcpp/grpcpp.h", true},
      {"server/ask/a.cc", "grpcpp/grpcpp.h", false},
      {"server/main.cc", "attune/v1/attune.grpc.pb.h", false},
      {"client/a.cc", "attune/v1/attune.grpc.pb.h", true},
      {"server/ask/a.cc", "attune/v1/attune.pb.h", true},
      {"server/http/a.cc", "curl/curl.h", true},
      {"server/provider/a.cc", "curl/curl.h", false},
      {"server/store/a.cc", "sqlite3.h", true},
      {"server/manage/a.cc", "sqlite3.h", false},
      {"server/metrics.cc", "prometheus/collectable.h", true},
      {"server/ask/a.cc", "prometheus/counter.h", false},
      {"tests/bench/a.cc", "grpc/grpc.h", true},
  };
  for (const auto& c : kCases) {
    const Source source{c.path, "#include <" + c.include + ">\n"};
    EXPECT_EQ(CheckForeignHeaders(source).empty(), c.allowed) << c.path << " includes " << c.include;
  }
}

TEST(Sql, StaysInTheStore) {
  const std::string sql = "auto s = \"SELECT a FROM b\";\n";
  EXPECT_THAT(CheckSql({"server/ask/a.cc", sql}), SizeIs(1));
  EXPECT_THAT(CheckSql({"server/ask/a.cc", "f(\"INSERT OR IGNORE INTO t VALUES (1)\");\n"}), SizeIs(1));
  EXPECT_THAT(CheckSql({"server/store/a.cc", sql}), IsEmpty());
  EXPECT_THAT(CheckSql({"server/ask/a.cc", "// \"Select\" one.\nf(\"Delete from the list\");\n"}), IsEmpty());
}

TEST(Words, HaveTheirPlaces) {
  for (const char* bad :
       {"std::mutex m;", "std::shared_mutex m;", "std::lock_guard l(m);", "std::condition_variable c;",
        "absl::Mutex m;", "absl::Notification n;", "std::this_thread::sleep_for(d);", "usleep(5);",
        "absl::SleepFor(d);", "nanosleep(&d, nullptr);", "thread.detach();", "t->detach();", "std::getenv(\"A\");"}) {
    EXPECT_THAT(CheckWords({"server/ask/a.cc", std::string(bad) + "\n"}), SizeIs(1)) << bad;
  }
  for (const char* good : {"Mutex m;", "// std::mutex", "f(\"sleep_for\");", "asleep(1);", "detach_all();",
                           "absl::SetMutexDeadlockDetectionMode(x);"}) {
    EXPECT_THAT(CheckWords({"server/ask/a.cc", std::string(good) + "\n"}), IsEmpty()) << good;
  }
  EXPECT_THAT(CheckWords({"server/base/mutex.h", "std::mutex m; std::unique_lock l(m);\n"}), IsEmpty());
  EXPECT_THAT(CheckWords({"server/options.cc", "getenv(\"A\");\n"}), IsEmpty());
  EXPECT_THAT(CheckWords({"client/a.cc", "getenv(\"A\");\n"}), IsEmpty());
  EXPECT_THAT(CheckWords({"client/a.cc", "std::mutex m;\n"}), SizeIs(1));
  EXPECT_THAT(CheckWords({"tests/fakes/a.cc", "std::mutex m;\n"}), IsEmpty());
  EXPECT_THAT(CheckWords({"tests/fakes/a.cc", "absl::Mutex m; usleep(1);\n"}), SizeIs(2));
  EXPECT_THAT(CheckWords({"server/ask/a.cc", "\n// TODO: more\n"}), SizeIs(1));
}

TEST(Header, HasACommentAndAGuard) {
  const std::string good =
      "// Locks.\n#ifndef ATTUNE_BASE_A_H_\n#define ATTUNE_BASE_A_H_\n#endif  // ATTUNE_BASE_A_H_\n";
  EXPECT_THAT(CheckHeader({"server/base/a.h", good}), IsEmpty());
  EXPECT_THAT(CheckHeader({"server/base/b.h", good}), SizeIs(1));
  EXPECT_THAT(CheckHeader({"client/base/a.h", good}), SizeIs(1));
  EXPECT_THAT(CheckHeader({"server/base/a.h", good.substr(good.find('#'))}), SizeIs(2));
  EXPECT_THAT(CheckHeader({"server/base/a.cc", "int x;\n"}), IsEmpty());
}

TEST(FileLength, HasACeiling) {
  EXPECT_THAT(CheckFileLength({"a.cc", Repeat("\n", kMaxFileLines)}), IsEmpty());
  EXPECT_THAT(CheckFileLength({"a.cc", Repeat("\n", kMaxFileLines + 1)}), SizeIs(1));
}

TEST(FunctionLengths, AreMeasuredForEveryKindOfFunction) {
  for (const char* head : {"int F() {", "int C::F(int a) const {", "C::C() : a_{1}, b_(2) {", "TEST(A, B) {",
                           "template <class T>\nT F() {", "auto F() -> std::vector<int> {", "void F(Options o = {}) {",
                           "struct S {\n public:\n  void F() override {", "#if 1\nnamespace a {\n#endif\nint F() {",
                           "const auto f = [](int a) {"}) {
    const std::string end = std::string_view(head).find("struct") == std::string_view::npos &&
                                    std::string_view(head).find("namespace") == std::string_view::npos
                                ? "}\n"
                                : "}\n}\n";
    EXPECT_THAT(CheckFunctionLengths({"a.cc", std::string(head) + "\n" + Repeat("  if (x) { y(); }\n", 71) + end}),
                SizeIs(1))
        << head;
    EXPECT_THAT(CheckFunctionLengths({"a.cc", std::string(head) + "\n" + Repeat("  if (x) { y(); }\n", 60) + end}),
                IsEmpty())
        << head;
  }
  EXPECT_THAT(CheckFunctionLengths({"a.cc", "\nint F() {\n" + Repeat("\n", 69) + "}\n"}),
              ElementsAre(Finding{"a.cc", 2, "a function of 71 lines; 70 are the most"}));
}

TEST(FunctionLengths, LeaveOtherBlocksAlone) {
  for (const char* head : {"class C {", "constexpr int kTable[] = {", "enum class E {", "namespace a {", "int x{"}) {
    EXPECT_THAT(CheckFunctionLengths({"a.cc", std::string(head) + "\n" + Repeat("\n", 100) + "};\n"}), IsEmpty())
        << head;
  }
  EXPECT_THAT(CheckFunctionLengths({"a.cc", "int F() {\n"}), SizeIs(1)) << "a scanner that lost its way says so";
}

TEST(Proto, IsAManual) {
  const std::string rpc = "  rpc Get(GetRequest) returns (stream Thing);\n";
  EXPECT_THAT(CheckProto({"a.proto", "// S.\nservice S {\n  // Gets. Errors: NOT_FOUND (GONE).\n" + rpc +
                                         "}\nmessage GetRequest {\n}\nmessage Thing {\n}\n// M.\nmessage M {\n}\n"}),
              IsEmpty());
  EXPECT_THAT(CheckProto({"a.proto", "// S.\nservice S {\n  // Gets.\n" + rpc + "}\n"}), SizeIs(1));
  EXPECT_THAT(CheckProto({"a.proto", "service S {\n" + rpc + "}\n"}), SizeIs(2));
  EXPECT_THAT(CheckProto({"a.proto", "message M {\n}\n\nenum E {\n}\n"}), SizeIs(2));
  EXPECT_THAT(CheckProto({"a.proto", "// Apart.\n\nmessage M {\n}\n"}), SizeIs(1));
}

TEST(Proto, OfTheApiCommentsEverything) {
  const auto findings = [](const std::string& text) { return CheckProto({"proto/attune/v1/a.proto", text}); };
  for (const std::string line : {"  string name = 1;", "  optional int64 size = 2;", "  repeated v1.Thing things = 3;",
                                 "  map<string, string> labels = 4;", "  KIND_UNSPECIFIED = 0;", "  LEAST = -1;",
                                 "  oneof choice {", "message Inner {", "  enum Kind {"}) {
    EXPECT_THAT(findings(line + "\n"), SizeIs(1)) << line;
    EXPECT_THAT(findings("  //\n" + line + "  //\n"), SizeIs(1)) << line;
    EXPECT_THAT(findings("  // Above another.\n  // Above.\n" + line + "\n"), IsEmpty()) << line;
    EXPECT_THAT(findings(line + "  // Behind.\n"), IsEmpty()) << line;
    EXPECT_THAT(findings(line + "  // Behind.\n" + line + "\n"), SizeIs(1)) << "it speaks for its own line: " << line;
  }
  for (const std::string line : {"syntax = \"proto3\";", "option java_version = 8;", "  reserved 9, 11;", "  }", ""}) {
    EXPECT_THAT(findings(line + "\n"), IsEmpty()) << line;
  }
  const std::string service =
      "// S.\nservice S {\n  // Gets. Errors: none.\n  rpc Get(GetRequest) returns (Thing);\n}\n";
  EXPECT_THAT(findings(service + "message GetRequest {}\n// T.\nmessage Thing {}\n"), SizeIs(1));
  EXPECT_THAT(CheckProto({"proto/attune/store/v1/a.proto", "// M.\nmessage M {\n  string name = 1;\n}\n"}), IsEmpty());
}

}  // namespace
}  // namespace attune::structure
