#include "dataset/json_row_cutter.h"

#include <algorithm>

#include "base/strings.h"
#include "dataset/importer.h"

namespace attune {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool IsBlank(std::string_view text) { return text.find_first_not_of(kSpace) == std::string_view::npos; }

}  // namespace

void JsonRowCutter::Take(std::string_view text, OnRow on_row) {
  while (!text.empty() && !errors_.stopped()) {
    size_t taken = 0;
    if (state_ == State::kLine) {
      taken = TakeLine(text, on_row);
    } else if (state_ == State::kInElement) {
      taken = TakeElement(text, on_row);
    } else {
      taken = TakeSpace(text);
    }
    at_.Advance(text.substr(0, taken));
    text.remove_prefix(taken);
  }
}

size_t JsonRowCutter::TakeLine(std::string_view text, OnRow on_row) {
  if (row_.empty()) row_at_ = at_;
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) {
    Keep(text);
    return text.size();
  }
  EndRow(text.substr(0, end), on_row);
  return end + 1;
}

size_t JsonRowCutter::TakeSpace(std::string_view text) {
  const size_t end = std::min(text.find_first_not_of(kSpace), text.size());
  if (end > 0) return end;
  if (state_ == State::kBeforeElement && text.front() != ']' && text.front() != ',') {
    state_ = State::kInElement;
    row_at_ = at_;
    return 0;
  }
  TakeBracket(text.front());
  return 1;
}

void JsonRowCutter::TakeBracket(char c) {
  if (state_ == State::kBeforeArray) {
    if (c != '[') return Fail("expected an array, which begins with '['; is this JSONL?", "BAD_FORMAT");
    state_ = State::kBeforeElement;
  } else if (state_ == State::kAfterArray) {
    Fail("not JSON: text follows the end of the array");
  } else if (c == ',' || !first_) {
    Fail("not JSON: expected an element of the array here");
  } else {
    state_ = State::kAfterArray;
  }
}

size_t JsonRowCutter::TakeElement(std::string_view text, OnRow on_row) {
  const size_t end = ScanElement(text);
  if (end == text.size()) {
    Keep(text);
    return end;
  }
  // A line end within a text ends the row too: its reader will complain.
  EndRow(text.substr(0, end), on_row);
  first_ = false;
  state_ = text[end] == ',' ? State::kBeforeElement : State::kAfterArray;
  return end + 1;
}

size_t JsonRowCutter::ScanElement(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string_) {
      if (c == '\n') return i;
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
      }
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if (depth_ > 0) {
      if (c == '}' || c == ']') --depth_;
    } else if (c == ',' || c == ']') {
      return i;
    }
  }
  return text.size();
}

void JsonRowCutter::Keep(std::string_view part) {
  row_.append(part);
  if (row_.size() <= kMaxImportRowBytes) return;
  errors_.Add(row_at_, StrCat("the row that begins here has more than ", kMaxImportRowBytes, " bytes"), "TOO_LARGE");
  errors_.Stop();
}

void JsonRowCutter::EndRow(std::string_view rest, OnRow on_row) {
  in_string_ = escaped_ = false;
  depth_ = 0;
  std::string_view row = rest;
  if (!row_.empty() || rest.size() > kMaxImportRowBytes) {
    Keep(rest);
    row = row_;
  }
  if (!errors_.stopped() && !IsBlank(row)) {
    const size_t start = row.find_first_not_of(kSpace);
    row_at_.Advance(row.substr(0, start));
    on_row(row.substr(start), row_at_);
  }
  row_.clear();
}

void JsonRowCutter::Fail(std::string_view cause, std::string_view reason) {
  errors_.Add(at_, cause, reason);
  errors_.Stop();
}

void JsonRowCutter::End(OnRow on_row) {
  if (errors_.stopped()) return;
  if (state_ == State::kLine) {
    if (!row_.empty()) EndRow({}, on_row);
  } else if (state_ == State::kInElement) {
    const size_t errors = errors_.size();
    EndRow({}, on_row);
    if (errors_.size() == errors) Fail("not JSON: the file ends within the array; was it cut?");
  } else if (state_ == State::kBeforeElement) {
    Fail("not JSON: the file ends within the array; was it cut?");
  }
}

}  // namespace attune
