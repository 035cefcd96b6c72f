#include "base/json_writer.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace attune {
namespace {

bool NeedsEscape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

// Whether any of sixteen bytes does.
constexpr size_t kBytesAtOnce = 16;
bool AnyNeedsEscape(const char* sixteen) {
  using Bytes [[gnu::vector_size(kBytesAtOnce)]] = unsigned char;
  Bytes bytes;
  std::memcpy(&bytes, sixteen, sizeof(bytes));
  const auto found = std::bit_cast<std::array<uint64_t, 2>>((bytes < 0x20) | (bytes == '"') | (bytes == '\\'));
  return (found[0] | found[1]) != 0;
}

// Where the next byte is, from `from` on, that does; or the end. Prompts are long, and hardly ever have one.
size_t NextToEscape(std::string_view text, size_t from) {
  size_t at = from;
  while (at + kBytesAtOnce <= text.size() && !AnyNeedsEscape(text.data() + at)) at += kBytesAtOnce;
  // What is left is among the last sixteen.
  if (text.size() >= kBytesAtOnce && at + kBytesAtOnce > text.size() &&
      !AnyNeedsEscape(text.data() + text.size() - kBytesAtOnce)) {
    return text.size();
  }
  while (at < text.size() && !NeedsEscape(text[at])) ++at;
  return at;
}

void AppendEscaped(std::string& out, char c) {
  static constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[c & 15];
  }
}

// `open` and `close` stand around the text, with the quotes.
void AppendQuoted(std::string& out, std::string_view open, std::string_view text, std::string_view close) {
  out += open;
  for (size_t done = 0;;) {
    const size_t end = NextToEscape(text, done);
    out.append(text, done, end - done);
    if (end == text.size()) break;
    AppendEscaped(out, text[end]);
    done = end + 1;
  }
  out += close;
}

}  // namespace

void AppendJsonString(std::string& out, std::string_view text) { AppendQuoted(out, "\"", text, "\""); }

void JsonWriter::Separate() {
  if (follows_value_) out_ += ',';
  follows_value_ = true;
}

JsonWriter& JsonWriter::Open(char bracket) {
  Separate();
  out_ += bracket;
  follows_value_ = false;
  return *this;
}

JsonWriter& JsonWriter::Close(char bracket) {
  out_ += bracket;
  follows_value_ = true;
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view name) {
  AppendQuoted(out_, follows_value_ ? ",\"" : "\"", name, "\":");
  follows_value_ = false;
  return *this;
}

JsonWriter& JsonWriter::String(std::string_view text) {
  AppendQuoted(out_, follows_value_ ? ",\"" : "\"", text, "\"");
  follows_value_ = true;
  return *this;
}

JsonWriter& JsonWriter::Int(int64_t value) {
  char digits[24];
  return Raw({digits, std::to_chars(digits, digits + sizeof(digits), value).ptr});
}

JsonWriter& JsonWriter::Double(double value) {
  if (!std::isfinite(value)) return Null();
  char digits[32];
  return Raw({digits, std::to_chars(digits, digits + sizeof(digits), value).ptr});
}

JsonWriter& JsonWriter::Bool(bool value) { return Raw(value ? "true" : "false"); }

JsonWriter& JsonWriter::Raw(std::string_view json) {
  Separate();
  out_.append(json);
  return *this;
}

JsonWriter& JsonWriter::RawMembers(std::string_view json) {
  Raw(json);
  follows_value_ = false;
  return *this;
}

}  // namespace attune
