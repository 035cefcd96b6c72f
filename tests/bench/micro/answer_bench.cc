// Reading a provider's answer, whole and as a stream of server-sent events. The number is that of the bytes that come
// in one piece: one event at a time, or as much as a socket gives.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/strings.h"
#include "http/sse_parser.h"
#include "provider/openai_chat.h"
#include "provider/vendor_answer.h"

namespace attune {
namespace {

constexpr int kTokens = 200;          // of the answer
constexpr int kEvents = kTokens + 3;  // of the stream: the finish reason, the usage and the end as well
constexpr std::string_view kToken = " card";
constexpr std::string_view kUsage =
    R"({"prompt_tokens":320,"completion_tokens":200,"total_tokens":520,"prompt_tokens_details":{"cached_tokens":0}})";

std::string WholeAnswer() {
  std::string text;
  for (int i = 0; i < kTokens; ++i) text += kToken;
  return StrCat(R"({"id":"chatcmpl-9x","object":"chat.completion","created":1767225600,"model":"gpt-4o-mini",)",
                R"("choices":[{"index":0,"message":{"role":"assistant","content":")", text,
                R"(","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":)", kUsage, "}");
}

std::string Event(std::string_view choices, std::string_view usage) {
  return StrCat(R"(data: {"id":"chatcmpl-9x","object":"chat.completion.chunk","created":1767225600,)",
                R"("model":"gpt-4o-mini","system_fingerprint":"fp_44709d6fcb","choices":[)", choices, R"(],"usage":)",
                usage, "}\n\n");
}

std::string StreamedAnswer() {
  std::string stream;
  for (int i = 0; i < kTokens; ++i) {
    stream += Event(StrCat(R"({"index":0,"delta":{"content":")", kToken, R"("},"logprobs":null,"finish_reason":null})"),
                    "null");
  }
  stream += Event(R"({"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"})", "null");
  return stream + Event("", kUsage) + "data: [DONE]\n\n";
}

// Calls `take` with piece after piece until one of them fails.
template <typename Take>
absl::Status FeedPieces(std::string_view bytes, size_t piece_bytes, Take take) {
  absl::Status status;
  while (status.ok() && !bytes.empty()) {
    const size_t size = std::min(bytes.size(), piece_bytes);
    status = take(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return status;
}

class CountingSink final : public TextSink {
 public:
  absl::Status OnText(std::string_view delta) override {
    bytes += delta.size();
    return absl::OkStatus();
  }
  size_t bytes = 0;
};

// Time is that of one answer, with a reader of its own as in production.
void ReadAnswers(benchmark::State& state, const std::string& body, size_t piece_bytes, bool streamed) {
  const VendorOptions options;
  const OpenAiChat dialect;
  HttpHead head;
  head.status = 200;
  for (auto _ : state) {
    CountingSink sink;
    VendorAnswer answer(options, dialect, "gpt-4o-mini", streamed ? &sink : nullptr);
    absl::Status sent = answer.OnHead(head);
    if (sent.ok()) sent = FeedPieces(body, piece_bytes, [&](std::string_view piece) { return answer.OnData(piece); });
    const auto result = answer.Finish(sent);
    if (!result.ok() || result->text.size() != kTokens * kToken.size() ||
        (streamed && sink.bytes != result->text.size())) {
      return state.SkipWithError("the answer was not read whole");
    }
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(body.size()));
}

void BM_ReadWholeAnswer(benchmark::State& state) {
  ReadAnswers(state, WholeAnswer(), static_cast<size_t>(state.range(0)), false);
}
BENCHMARK(BM_ReadWholeAnswer)->Arg(256)->Arg(4096);

void BM_ReadStreamedAnswer(benchmark::State& state) {
  ReadAnswers(state, StreamedAnswer(), static_cast<size_t>(state.range(0)), true);
}
BENCHMARK(BM_ReadStreamedAnswer)->Arg(256)->Arg(4096);

// Time is that of one event.
void BM_ParseSse(benchmark::State& state) {
  const std::string stream = StreamedAnswer();
  size_t data_bytes = 0;
  while (state.KeepRunningBatch(kEvents)) {
    SseParser parser;
    int events = 0;
    const auto on_event = [&](const SseEvent& event) {
      ++events;
      data_bytes += event.data.size();
      return absl::OkStatus();
    };
    const absl::Status status = FeedPieces(stream, static_cast<size_t>(state.range(0)),
                                           [&](std::string_view piece) { return parser.Feed(piece, on_event); });
    if (!status.ok() || events != kEvents) return state.SkipWithError("not every event was read");
  }
  benchmark::DoNotOptimize(data_bytes);
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() / kEvents * static_cast<int64_t>(stream.size()));
}
BENCHMARK(BM_ParseSse)->Arg(256)->Arg(4096);

}  // namespace
}  // namespace attune
