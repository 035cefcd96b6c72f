// docs/METRICS.md and the metrics themselves name the same set, each with its type and all its labels.
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>

#include "tests/metrics/metrics_house.h"

namespace attune {
namespace {

using prometheus::MetricType;

// Name, type and labels, as in "attune_asks_total counter outcome".
using Lines = std::set<std::string>;

std::string TypeName(MetricType type) {
  return type == MetricType::Counter ? "counter" : type == MetricType::Gauge ? "gauge" : "histogram";
}

std::string Line(const std::string& name, const std::string& type, const std::set<std::string>& labels) {
  std::string line = StrCat(name, " ", type);
  for (const std::string& label : labels) StrAppend(&line, " ", label);
  return line;
}

// The rows of the tables: | `name` | type | `label` `label` | meaning |
Lines Documented() {
  static const std::regex kRow(R"(\| `([a-z0-9_]+)` \| ([a-z]+) \|([^|]*)\| [^|]+ \|)");
  static const std::regex kLabel("`([a-z_]+)`");
  std::ifstream file(std::string(ATTUNE_SOURCE_DIR) + "/docs/METRICS.md");
  Lines lines;
  std::smatch row;
  for (std::string text; std::getline(file, text);) {
    if (!std::regex_match(text, row, kRow)) continue;
    const std::string labels = row[3];
    std::set<std::string> names;
    for (std::sregex_iterator label(labels.begin(), labels.end(), kLabel), end; label != end; ++label) {
      names.insert((*label)[1]);
    }
    EXPECT_TRUE(lines.insert(Line(row[1], row[2], names)).second) << row[1] << " is there twice";
  }
  return lines;
}

Lines Collected(MetricsHouse& house) {
  Lines lines;
  for (const prometheus::MetricFamily& family : MetricsCollector(house.sources()).Collect()) {
    std::set<std::string> labels;
    for (const prometheus::ClientMetric& metric : family.metric) {
      for (const prometheus::ClientMetric::Label& label : metric.label) labels.insert(label.name);
    }
    EXPECT_FALSE(family.help.empty()) << family.name;
    EXPECT_TRUE(lines.insert(Line(family.name, TypeName(family.type), labels)).second) << family.name;
  }
  return lines;
}

class AllKnown final : public GaugeSource {
 public:
  void ReadGauges(ProviderGauges& gauges) const override {
    gauges.SetBreaker("m", BreakerState::kClosed);
    gauges.AddInFlight("m", 1);
    gauges.AddWaiting("m", 1);
    gauges.AddHedges("m", {});
  }
};

TEST(MetricsDocs, TellOfEveryMetricAndOfNoOther) {
  MetricsHouse house;
  house.server.clock.Advance(absl::Seconds(1));
  StreamLog stream;
  ASSERT_TRUE(house.Ask(&stream).ok());
  house.failure = Error(absl::StatusCode::kUnavailable, "PROVIDER_UNAVAILABLE").Message("down");
  ASSERT_FALSE(house.Ask().ok());
  const Price price = {.input = 1'000'000};
  const Embeddings vectors = {.usage = {.reported = true, .input_tokens = 1}};
  house.embeds.Add("frail/small", 1, absl::Milliseconds(1), vectors, &price);
  const AllKnown gauges;
  ProviderRegistry::Builder builder;
  builder.Add("frail", std::make_unique<FakeProvider>(), {&gauges});
  house.server.providers.Set(std::make_shared<const ProviderRegistry>(std::move(builder).Build()));
  EXPECT_EQ(Documented(), Collected(house));
  house.server.providers.Set(std::make_shared<const ProviderRegistry>(ProviderRegistry::Builder().Build()));
}

// What is in capitals and is no status code, in the comments of Ask and StreamAsk.
std::set<std::string> ReasonsOfTheApi() {
  std::ifstream file(std::string(ATTUNE_SOURCE_DIR) + "/proto/attune/v1/attune.proto");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  text = text.substr(text.find("service Attune {"));
  text = text.substr(0, text.find("rpc StreamAsk("));
  static const std::regex kReason("\\b[A-Z]+(_[A-Z]+)+\\b");
  std::set<std::string> reasons;
  for (std::sregex_iterator word(text.begin(), text.end(), kReason), end; word != end; ++word) {
    reasons.insert(word->str());
  }
  for (int code = 0; code <= 16; ++code) reasons.erase(absl::StatusCodeToString(static_cast<absl::StatusCode>(code)));
  reasons.insert({"CANCELLED", "DEADLINE_EXCEEDED", "INTERNAL", "OVERLOADED"});  // of every RPC
  return reasons;
}

TEST(MetricsDocs, TheOutcomesAreTheReasonsThatTheApiLists) {
  const std::set<std::string> listed(kOutcomes.begin() + 1, kOutcomes.end() - 1);
  EXPECT_EQ(listed, ReasonsOfTheApi());
  EXPECT_EQ(listed.size(), kOutcomes.size() - 2);
}

}  // namespace
}  // namespace attune
