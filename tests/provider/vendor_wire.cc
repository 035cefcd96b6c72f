#include "tests/provider/vendor_wire.h"

#include <stdexcept>

#include "base/strings.h"
#include "provider/anthropic_messages.h"
#include "provider/gemini_generate.h"
#include "provider/openai_chat.h"
#include "provider/openai_completions.h"
#include "provider/openai_responses.h"

namespace attune {
namespace {

using Texts = std::vector<std::string>;

template <typename DialectOfVendor>
std::unique_ptr<const Dialect> New() {
  return std::make_unique<DialectOfVendor>();
}

std::string Data(const std::string& json) { return StrCat("data: ", json, "\n\n"); }
std::string Event(const std::string& type, const std::string& rest) {
  return StrCat("event: ", type, "\ndata: {\"type\":\"", type, "\"", rest, "}\n\n");
}

const char kOpenAiUsage[] =
    R"("usage":{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":4}})";

std::string OpenAiReason(Ending ending) {
  if (ending == Ending::kLength) return "length";
  return ending == Ending::kFiltered ? "content_filter" : "stop";
}

VendorWire OpenAiChatWire() {
  VendorWire wire = {.name = "OpenAiChat", .dialect = New<OpenAiChat>};
  wire.whole_target = wire.stream_target = "/chat/completions";
  wire.key_header = "authorization";
  wire.key_prefix = "Bearer ";
  wire.body = R"({"model":"m","messages":[{"role":"user","content":"2+2?"}]})";
  wire.whole = [](const std::string& text, Ending ending) {
    const std::string field = ending == Ending::kRefused ? R"("content":null,"refusal":")" : R"("content":")";
    return StrCat(R"({"id":"c","model":"m-1","choices":[{"index":0,"message":{"role":"assistant",)", field, text,
                  R"("},"finish_reason":")", OpenAiReason(ending), "\"}],", kOpenAiUsage, "}");
  };
  wire.stream = [](const Texts& texts, Ending ending) {
    Texts events = {Data(R"({"model":"m-1","choices":[],"prompt_filter_results":[]})"),
                    Data(R"({"choices":[{"index":0,"delta":{"role":"assistant","content":null}}]})")};
    const std::string field = ending == Ending::kRefused ? "refusal" : "content";
    for (const std::string& text : texts) {
      events.push_back(Data(StrCat(R"({"choices":[{"index":0,"delta":{")", field, "\":\"", text, "\"}}]}")));
    }
    events.push_back(
        Data(StrCat(R"({"choices":[{"index":0,"delta":{},"finish_reason":")", OpenAiReason(ending), "\"}]}")));
    events.push_back(Data(StrCat(R"({"choices":[],)", kOpenAiUsage, "}")));
    events.push_back(Data("[DONE]"));
    return events;
  };
  wire.error_event = Data(R"({"error":{"message":"overloaded","type":"server_error","code":null}})");
  wire.endings = {Ending::kLength, Ending::kFiltered, Ending::kRefused};
  return wire;
}

VendorWire OpenAiCompletionsWire() {
  VendorWire wire = {.name = "OpenAiCompletions", .dialect = New<OpenAiCompletions>};
  wire.whole_target = wire.stream_target = "/completions";
  wire.key_header = "authorization";
  wire.key_prefix = "Bearer ";
  wire.body = R"({"model":"m","prompt":"2+2?","max_tokens":1024})";
  wire.whole = [](const std::string& text, Ending ending) {
    return StrCat(
        R"({"id":"c","object":"text_completion","model":"m-1","choices":[{"index":0,"logprobs":null,"text":")", text,
        R"(","finish_reason":")", OpenAiReason(ending), "\"}],", kOpenAiUsage, "}");
  };
  wire.stream = [](const Texts& texts, Ending ending) {
    Texts events;
    for (const std::string& text : texts) {
      events.push_back(
          Data(StrCat(R"({"model":"m-1","choices":[{"index":0,"finish_reason":null,"text":")", text, "\"}]}")));
    }
    events.push_back(
        Data(StrCat(R"({"choices":[{"index":0,"text":"","finish_reason":")", OpenAiReason(ending), "\"}]}")));
    events.push_back(Data(StrCat(R"({"choices":[],)", kOpenAiUsage, "}")));
    events.push_back(Data("[DONE]"));
    return events;
  };
  wire.error_event = Data(R"({"error":{"message":"overloaded","code":503}})");
  wire.endings = {Ending::kLength, Ending::kFiltered};
  return wire;
}

// The fields that tell how a response ended.
std::string ResponsesEnd(Ending ending) {
  const std::string usage =
      R"("model":"m-1","error":null,"usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":4},)"
      R"("output_tokens":5,"output_tokens_details":{"reasoning_tokens":2}})";
  if (ending == Ending::kStop || ending == Ending::kRefused) return StrCat(R"("status":"completed",)", usage);
  return StrCat(R"("status":"incomplete","incomplete_details":{"reason":")",
                ending == Ending::kLength ? "max_output_tokens" : "content_filter", "\"},", usage);
}

VendorWire OpenAiResponsesWire() {
  VendorWire wire = {.name = "OpenAiResponses", .dialect = New<OpenAiResponses>};
  wire.whole_target = wire.stream_target = "/responses";
  wire.key_header = "authorization";
  wire.key_prefix = "Bearer ";
  wire.body = R"({"model":"m","input":[{"role":"user","content":"2+2?"}],"store":false})";
  const auto output = [](const std::string& text, Ending ending) {
    const std::string content = ending == Ending::kRefused ? R"({"type":"refusal","refusal":")"
                                                           : R"({"type":"output_text","annotations":[],"text":")";
    return StrCat(R"("output":[{"type":"reasoning","summary":[]},{"type":"message","role":"assistant","content":[)",
                  content, text, "\"}]}]");
  };
  wire.whole = [output](const std::string& text, Ending ending) {
    return StrCat(R"({"id":"r","object":"response",)", ResponsesEnd(ending), ",", output(text, ending), "}");
  };
  wire.stream = [output](const Texts& texts, Ending ending) {
    Texts events = {Event("response.created", R"(,"response":{"status":"in_progress","output":[]})"),
                    Event("response.output_item.added", R"(,"item":{"type":"message"})")};
    const std::string delta = ending == Ending::kRefused ? "response.refusal.delta" : "response.output_text.delta";
    for (const std::string& text : texts) events.push_back(Event(delta, StrCat(R"(,"delta":")", text, "\"")));
    events.push_back(Event("response.output_text.done", StrCat(R"(,"text":")", Join(texts), "\"")));
    const bool whole = ending == Ending::kStop || ending == Ending::kRefused;
    events.push_back(Event(
        whole ? "response.completed" : "response.incomplete",
        StrCat(R"(,"response":{"object":"response",)", ResponsesEnd(ending), ",", output(Join(texts), ending), "}")));
    return events;
  };
  wire.error_event = Event("response.failed", R"(,"response":{"status":"failed","error":{"code":"server_error",)"
                                              R"("message":"overloaded"}})");
  wire.endings = {Ending::kLength, Ending::kFiltered, Ending::kRefused};
  return wire;
}

std::string AnthropicReason(Ending ending) {
  if (ending == Ending::kLength) return "max_tokens";
  return ending == Ending::kRefused ? "refusal" : "end_turn";
}

VendorWire AnthropicWire() {
  VendorWire wire = {.name = "AnthropicMessages", .dialect = New<AnthropicMessages>};
  wire.whole_target = wire.stream_target = "/messages";
  wire.key_header = "x-api-key";
  wire.body = R"({"model":"m","max_tokens":4096,"messages":[{"role":"user","content":"2+2?"}]})";
  const std::string usage =
      R"("usage":{"input_tokens":5,"cache_read_input_tokens":4,"cache_creation_input_tokens":1,"output_tokens":)";
  wire.whole = [usage](const std::string& text, Ending ending) {
    return StrCat(R"({"id":"c","type":"message","role":"assistant","model":"m-1","content":[{"type":"thinking",)",
                  R"("thinking":"hm","signature":""},{"type":"text","text":")", text, R"("}],"stop_reason":")",
                  AnthropicReason(ending), R"(","stop_sequence":null,)", usage, "5}}");
  };
  wire.stream = [usage](const Texts& texts, Ending ending) {
    Texts events = {
        Event("message_start",
              StrCat(R"(,"message":{"type":"message","model":"m-1","content":[],"stop_reason":null,)", usage, "1}}")),
        Event("content_block_start", R"(,"index":0,"content_block":{"type":"text","text":""})"), Event("ping", "")};
    for (const std::string& text : texts) {
      events.push_back(
          Event("content_block_delta", StrCat(R"(,"index":0,"delta":{"type":"text_delta","text":")", text, "\"}")));
    }
    events.push_back(Event("content_block_stop", R"(,"index":0)"));
    events.push_back(Event("message_delta", StrCat(R"(,"delta":{"stop_reason":")", AnthropicReason(ending),
                                                   R"("},"usage":{"output_tokens":5})")));
    events.push_back(Event("message_stop", ""));
    return events;
  };
  wire.error_event = Event("error", R"(,"error":{"type":"overloaded_error","message":"Overloaded"})");
  wire.endings = {Ending::kLength, Ending::kRefused};
  return wire;
}

std::string GeminiReason(Ending ending) {
  if (ending == Ending::kLength) return "MAX_TOKENS";
  return ending == Ending::kFiltered ? "SAFETY" : "STOP";
}

VendorWire GeminiWire() {
  VendorWire wire = {.name = "GeminiGenerate", .dialect = New<GeminiGenerate>};
  wire.whole_target = "/models/m:generateContent";
  wire.stream_target = "/models/m:streamGenerateContent?alt=sse";
  wire.key_header = "x-goog-api-key";
  wire.body = R"({"contents":[{"role":"user","parts":[{"text":"2+2?"}]}]})";
  const std::string usage =
      R"("usageMetadata":{"promptTokenCount":10,"cachedContentTokenCount":4,"candidatesTokenCount":3,)"
      R"("thoughtsTokenCount":2},"modelVersion":"m-1")";
  const auto response = [usage](const std::string& text, const std::string& reason) {
    const std::string finish = reason.empty() ? "" : StrCat(R"(,"finishReason":")", reason, "\"");
    return StrCat(R"({"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"hm","thought":true},)",
                  R"({"text":")", text, "\"}]}", finish, "}],", usage, "}");
  };
  wire.whole = [response](const std::string& text, Ending ending) { return response(text, GeminiReason(ending)); };
  wire.stream = [response, usage](const Texts& texts, Ending ending) {
    Texts events;
    for (const std::string& text : texts) events.push_back(Data(response(text, "")));
    events.push_back(
        Data(StrCat(R"({"candidates":[{"index":0,"finishReason":")", GeminiReason(ending), "\"}],", usage, "}")));
    return events;
  };
  wire.error_event = Data(R"({"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}})");
  wire.endings = {Ending::kLength, Ending::kFiltered};
  wire.has_end_mark = false;
  return wire;
}

}  // namespace

const std::vector<VendorWire>& AllVendors() {
  static const std::vector<VendorWire> kVendors = {OpenAiChatWire(), OpenAiCompletionsWire(), OpenAiResponsesWire(),
                                                   AnthropicWire(), GeminiWire()};
  return kVendors;
}

const VendorWire& VendorNamed(const std::string& name) {
  for (const VendorWire& wire : AllVendors()) {
    if (wire.name == name) return wire;
  }
  throw std::logic_error("no vendor is called " + name);
}

FinishReason FinishReasonOf(Ending ending) {
  switch (ending) {
    case Ending::kLength:
      return FinishReason::kLength;
    case Ending::kFiltered:
      return FinishReason::kContentFilter;
    case Ending::kRefused:
      return FinishReason::kRefusal;
    case Ending::kStop:
      break;
  }
  return FinishReason::kStop;
}

std::string Join(const std::vector<std::string>& events) {
  std::string all;
  for (const std::string& event : events) all += event;
  return all;
}

}  // namespace attune
