#include "client/cli/flags.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/error.h"
#include "client/attune_client.h"

namespace attune {
namespace {

// "line 3, column 7" of an import error as "3:7"; empty if it is something else.
std::string PlaceOf(const std::string& field) {
  int line = 0, column = 0;
  if (std::sscanf(field.c_str(), "line %d, column %d", &line, &column) == 2) return StrCat(line, ":", column);
  return "";
}

absl::StatusOr<std::string> ReadStream(std::istream& stream, std::string_view path) {
  std::string text;
  char piece[64 << 10];
  while (stream.read(piece, sizeof(piece)) || stream.gcount() > 0) {
    text.append(piece, static_cast<size_t>(stream.gcount()));
    if (text.size() > kMaxTextFileBytes) return FileNotRead(path, "it is larger than 16 MiB");
  }
  if (stream.bad()) return FileNotRead(path, std::strerror(errno));
  return text;
}

}  // namespace

absl::Status BadFlag(std::string_view flag, std::string_view why) {
  return Error(absl::StatusCode::kInvalidArgument, "BAD_FLAG").Message(StrCat(flag, ": ", why)).With("flag", flag);
}

absl::Status AddPairs(std::string_view flag, const std::vector<std::string>& texts,
                      google::protobuf::Map<std::string, std::string>& map) {
  for (const std::string& text : texts) {
    const size_t at = text.find('=');
    if (at == std::string::npos || at == 0) return BadFlag(flag, StrCat("'", text, "' is not name=value"));
    map[text.substr(0, at)] = text.substr(at + 1);
  }
  return absl::OkStatus();
}

absl::Status FileNotRead(std::string_view path, std::string_view cause) {
  return Error(absl::StatusCode::kInvalidArgument, "FILE_NOT_READ")
      .Message(StrCat(path, ": cannot be read: ", cause))
      .With("file", path);
}

absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  if (path == "-") return ReadStream(std::cin, "stdin");
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return FileNotRead(path, "it is a directory");
  std::ifstream file(path, std::ios::binary);
  if (!file) return FileNotRead(path, std::strerror(errno));
  return ReadStream(file, path);
}

absl::Status InFile(const absl::Status& status, std::string_view file) {
  const ErrorDetails details = DetailsOf(status);
  const auto line = details.metadata.find("line");
  if (line == details.metadata.end()) {
    const bool of_file = details.reason == "BAD_FORMAT" || details.reason == "EMPTY_IMPORT";
    if (!of_file) return status;
    return Error(status.code(), details.reason)
        .Message(StrCat(file, ": ", StdView(status.message())))
        .With("file", file);
  }
  Error error(status.code(), details.reason);
  for (const auto& [key, value] : details.metadata) error.With(key, value);
  const auto count = details.metadata.find("errors");
  const std::string errors = count == details.metadata.end() ? "1" : count->second;
  error.With("file", file).Message(StrCat(file, " has ", errors, errors == "1" ? " error" : " errors", ":"));
  for (const auto& [field, description] : details.fields) {
    const std::string place = PlaceOf(field);
    error.Field(place.empty() ? field : StrCat(file, ":", place), description);
  }
  if (details.fields.empty()) {
    const auto cause = details.metadata.find("cause");
    error.Field(
        StrCat(file, ":", line->second, ":", details.metadata.count("column") ? details.metadata.at("column") : "1"),
        cause == details.metadata.end() ? std::string(status.message()) : cause->second);
  }
  return error;
}

}  // namespace attune
