#include "dataset/csv_reader.h"

#include <utility>

#include "base/strings.h"
#include "dataset/importer.h"

namespace attune {
namespace {

bool IsLineEnd(char c) { return c == '\n' || c == '\r'; }

// The character that a backslash and `c` stand for; 0: none.
char Unescaped(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case '\\':
      return '\\';
    default:
      return 0;
  }
}

// False if there is no escape in the text.
bool Unescape(std::string& text) {
  size_t next = text.find('\\');
  if (next == std::string::npos) return false;
  size_t end = next;  // of what is done
  bool found = false;
  for (; next < text.size(); ++next) {
    const char character = text[next] == '\\' && next + 1 < text.size() ? Unescaped(text[next + 1]) : '\0';
    if (character != 0) {
      found = true;
      ++next;
    }
    text[end++] = character != 0 ? character : text[next];
  }
  text.resize(end);
  return found;
}

}  // namespace

void CsvReader::Take(std::string_view text, OnRecord on_record) {
  while (!text.empty() && !errors_.stopped()) {
    if (state_ == State::kCellStart) {
      cell_at_ = at_;
      if (cells_.empty()) record_at_ = at_;
    }
    size_t length = RunLength(text);
    if (length > 0) {
      TakeRun(text.substr(0, length));
    } else {
      length = 1;
      TakeSpecial(text.front(), on_record);
    }
    at_.Advance(text.substr(0, length));
    text.remove_prefix(length);
  }
}

size_t CsvReader::RunLength(std::string_view text) const {
  switch (state_) {
    case State::kCellStart:
      if (text.front() == '"') return 0;
      [[fallthrough]];
    case State::kPlain:
    case State::kSkipLine: {
      const char delimiter = state_ == State::kSkipLine ? '\n' : delimiter_;
      size_t end = 0;
      while (end < text.size() && text[end] != delimiter && !IsLineEnd(text[end])) ++end;
      return end;
    }
    case State::kQuoted:
      return std::min(text.find('"'), text.size());
    case State::kQuoteInQuoted:
      return 0;
  }
  return 0;
}

void CsvReader::TakeRun(std::string_view run) {
  if (state_ == State::kSkipLine) return;
  if (state_ == State::kCellStart) state_ = State::kPlain;
  text_.append(run);
  record_bytes_ += run.size();
  CheckSize();
}

void CsvReader::TakeSpecial(char c, OnRecord on_record) {
  if (state_ == State::kQuoted) {
    state_ = State::kQuoteInQuoted;
  } else if (state_ == State::kQuoteInQuoted && c == '"') {
    text_ += '"';
    ++record_bytes_;
    state_ = State::kQuoted;
  } else if (state_ == State::kCellStart && c == '"') {
    quoted_ = true;
    state_ = State::kQuoted;
  } else if (state_ == State::kSkipLine) {
    state_ = State::kCellStart;
  } else if (c == delimiter_) {
    EndCell();
    CheckSize();
  } else if (IsLineEnd(c)) {
    const bool empty_line = state_ == State::kCellStart && cells_.empty();
    if (empty_line) return;
    EndCell();
    EndRecord(on_record);
  } else {
    errors_.Add(at_, StrCat("text follows the quote that ends the cell from line ", cell_at_.line, ", column ",
                            cell_at_.column, "; write a quote that belongs to a text twice"));
    cells_.clear();
    text_.clear();
    quoted_ = false;
    record_bytes_ = 0;
    state_ = State::kSkipLine;
  }
}

void CsvReader::EndCell() {
  if (read_escapes_ && !quoted_ && Unescape(text_)) ++escaped_cells_;
  cells_.push_back({std::exchange(text_, {}), cell_at_});
  quoted_ = false;
  state_ = State::kCellStart;
}

void CsvReader::EndRecord(OnRecord on_record) {
  on_record(cells_, at_);
  cells_.clear();
  record_bytes_ = 0;
}

void CsvReader::CheckSize() {
  if (record_bytes_ <= kMaxImportRowBytes && cells_.size() < kMaxCsvColumns) return;
  errors_.Add(record_at_,
              StrCat("the row that begins here has more than ", kMaxImportRowBytes, " bytes or ", kMaxCsvColumns,
                     " cells; is a quote left open?"),
              "TOO_LARGE");
  errors_.Stop();
}

void CsvReader::End(OnRecord on_record) {
  if (errors_.stopped()) return;
  if (state_ == State::kQuoted) {
    errors_.Add(cell_at_, "the quote that begins the cell here is never closed");
  } else if (state_ != State::kSkipLine && !(state_ == State::kCellStart && cells_.empty())) {
    if (state_ == State::kCellStart) cell_at_ = at_;
    EndCell();
    EndRecord(on_record);
  }
}

}  // namespace attune
