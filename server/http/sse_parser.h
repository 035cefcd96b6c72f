// Server-sent events out of bytes that arrive cut anywhere: between the two bytes of a CRLF, within a field name,
// within a UTF-8 character.
//
// Lines end in LF, CR or CRLF; a blank line ends an event; several `data` lines join with LF; one space after the colon
// is dropped; lines that begin with a colon are comments; unknown fields are ignored; a byte-order mark at the start is
// skipped. An event without data is not reported, nor is one that the end of the stream cut off. Bytes are not judged:
// whether the data is UTF-8, its reader sees when the event is whole.
#ifndef ATTUNE_HTTP_SSE_PARSER_H_
#define ATTUNE_HTTP_SSE_PARSER_H_

#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace attune {

// Of one event or one line.
inline constexpr size_t kMaxSseEventBytes = 4 << 20;

inline constexpr size_t kMaxStrayBytes = 8 << 10;

// Views into the parser or into the bytes fed; valid during the call only.
struct SseEvent {
  std::string_view type;  // the `event` field; empty: "message"
  std::string_view data;
  std::string_view id;  // the last `id` seen in the stream
};

class SseParser {
 public:
  using OnEvent = absl::FunctionRef<absl::Status(const SseEvent&)>;

  explicit SseParser(size_t max_event_bytes = kMaxSseEventBytes) : max_event_bytes_(max_event_bytes) {}

  // Reports every event that ends within `bytes`. Returns the first error of `on_event`, or RESOURCE_EXHAUSTED
  // (SSE_EVENT_TOO_LARGE); the parser is of no use after an error. Allocates nothing for an event that lies whole in
  // `bytes` with one `data` line.
  absl::Status Feed(std::string_view bytes, OnEvent on_event);

  // What came from the first line on that begins with a bracket, which no field does, at most kMaxStrayBytes: some
  // servers end a stream with bare JSON that says why. Empty: nothing did.
  std::string Stray() const;

 private:
  void KeepStray(std::string_view line);
  absl::Status TakeLine(std::string_view line, OnEvent on_event);
  void TakeField(std::string_view name, std::string_view value);
  void AddData(std::string_view value);
  absl::Status EndEvent(OnEvent on_event);
  void KeepData();
  absl::Status CheckSize(size_t line_bytes) const;

  size_t max_event_bytes_;
  bool at_start_ = true;         // of the stream, where a byte-order mark may stand
  bool skip_line_feed_ = false;  // the last byte was a CR; an LF that follows belongs to it
  std::string line_;             // the part of a line that earlier pieces brought
  bool has_data_ = false;
  std::string_view data_in_piece_;  // the only `data` line so far, still in the piece that is being fed
  std::string data_;                // otherwise the data is here
  std::string type_;
  std::string id_;
  std::string stray_;
};

}  // namespace attune

#endif  // ATTUNE_HTTP_SSE_PARSER_H_
