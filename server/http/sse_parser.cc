#include "http/sse_parser.h"

#include <cstring>
#include <utility>

#include "base/error.h"
#include "base/strings.h"

namespace attune {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// The first CR or LF, npos if there is none; find_first_of would go byte by byte. Moves `line_feed` to the next
// LF, or to the end.
size_t FindLineEnd(std::string_view bytes, const char*& line_feed) {
  const char* const end = bytes.data() + bytes.size();
  if (line_feed < bytes.data() || (line_feed < end && *line_feed != '\n')) {
    const void* found = std::memchr(bytes.data(), '\n', bytes.size());
    line_feed = found == nullptr ? end : static_cast<const char*>(found);
  }
  const size_t until = static_cast<size_t>(line_feed - bytes.data());
  if (const void* found = std::memchr(bytes.data(), '\r', until)) {
    return static_cast<size_t>(static_cast<const char*>(found) - bytes.data());
  }
  return line_feed == end ? std::string_view::npos : until;
}

bool IsStray(std::string_view line) { return line.starts_with('{') || line.starts_with('['); }

bool IsField(std::string_view line) {
  const std::string_view name = line.substr(0, line.find(':'));
  return name.empty() || name == "data" || name == "event" || name == "id" || name == "retry";
}

}  // namespace

absl::Status SseParser::Feed(std::string_view bytes, OnEvent on_event) {
  const char* line_feed = bytes.data();  // the next one is here or further on: each byte is looked at twice
  while (!bytes.empty()) {
    if (std::exchange(skip_line_feed_, false) && bytes.front() == '\n') {
      bytes.remove_prefix(1);
      continue;
    }
    const size_t end = FindLineEnd(bytes, line_feed);
    const std::string_view part = bytes.substr(0, end);
    ATTUNE_RETURN_IF_ERROR(CheckSize(line_.size() + part.size()));
    if (end == std::string_view::npos) {
      line_.append(part);
      break;
    }
    skip_line_feed_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    if (line_.empty()) {
      ATTUNE_RETURN_IF_ERROR(TakeLine(part, on_event));
      continue;
    }
    line_.append(part);
    ATTUNE_RETURN_IF_ERROR(TakeLine(line_, on_event));
    KeepData();
    line_.clear();
  }
  KeepData();
  return absl::OkStatus();
}

absl::Status SseParser::CheckSize(size_t line_bytes) const {
  const size_t event_bytes = data_.size() + data_in_piece_.size() + type_.size();
  if (line_bytes <= max_event_bytes_ && event_bytes + line_bytes <= max_event_bytes_) return absl::OkStatus();
  return Error(absl::StatusCode::kResourceExhausted, "SSE_EVENT_TOO_LARGE")
      .Message(StrCat("one event of the stream is longer than ", max_event_bytes_, " bytes"))
      .With("limit_bytes", static_cast<int64_t>(max_event_bytes_));
}

absl::Status SseParser::TakeLine(std::string_view line, OnEvent on_event) {
  if (std::exchange(at_start_, false) && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  if (line.empty()) return EndEvent(on_event);
  if (IsStray(line) || (!stray_.empty() && !IsField(line))) KeepStray(line);
  const size_t colon = line.find(':');
  std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  TakeField(line.substr(0, colon), value);  // a comment has an empty name
  return absl::OkStatus();
}

void SseParser::KeepStray(std::string_view line) {
  if (stray_.size() + line.size() >= kMaxStrayBytes) return;
  stray_.append(line);
  stray_ += '\n';
}

std::string SseParser::Stray() const {
  if (stray_.empty() && !IsStray(line_)) return "";
  return StrCat(stray_, std::string_view(line_).substr(0, kMaxStrayBytes));
}

void SseParser::TakeField(std::string_view name, std::string_view value) {
  if (name == "data") {
    AddData(value);
  } else if (name == "event") {
    type_ = value;
  } else if (name == "id" && value.find('\0') == std::string_view::npos) {
    id_ = value;
  }
}

void SseParser::AddData(std::string_view value) {
  if (!std::exchange(has_data_, true)) {
    data_in_piece_ = value;
    return;
  }
  KeepData();
  data_ += '\n';
  data_ += value;
}

// Copies the data out of a piece, or out of line_, that is about to go.
void SseParser::KeepData() {
  data_.append(data_in_piece_);
  data_in_piece_ = {};
}

absl::Status SseParser::EndEvent(OnEvent on_event) {
  absl::Status status;
  if (has_data_) {
    status = on_event({.type = type_, .data = data_in_piece_.empty() ? data_ : data_in_piece_, .id = id_});
  }
  has_data_ = false;
  data_in_piece_ = {};
  data_.clear();
  type_.clear();
  return status;
}

}  // namespace attune
