// The import of files: any bytes, whole and in pieces of any sizes, give the same examples or the same errors; what is
// accepted keeps the promises of an example, and what is refused names its line.
//
// The first byte chooses the format, the second the settings, the third the sizes of the pieces; the file follows.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/strings.h"
#include "dataset/importer.h"
#include "tests/fuzz/require.h"

namespace attune {
namespace {

constexpr size_t kChoiceBytes = 3;
constexpr size_t kMaxMessageBytes = 1024;

constexpr FileFormat kFormats[] = {FileFormat::kDetect,    FileFormat::kJson, FileFormat::kJsonl,
                                   FileFormat::kChatJsonl, FileFormat::kCsv,  FileFormat::kTsv,
                                   FileFormat::kTranscript};

ImportSettings Settings(uint8_t format, uint8_t choice) {
  ImportSettings settings;
  settings.format = kFormats[format % std::size(kFormats)];
  settings.deduplicate = (choice & 1) != 0;
  settings.output_as_label = (choice & 2) != 0;
  settings.keep_escapes = (choice & 4) != 0;
  settings.test_share = (choice & 8) != 0 ? 0.5 : 0;
  if ((choice & 16) != 0) settings.input_column = "A";
  if ((choice & 32) != 0) settings.output_column = "-";
  if ((choice & 64) != 0) settings.id_column = settings.label_column = settings.split_column = "b";
  if ((choice & 128) != 0) settings.labels = {"one", "two"};
  return settings;
}

// In pieces of 1 to 2048 bytes, small ones more often, each in memory of its own: a view that outlives it is seen by
// the sanitizer.
absl::StatusOr<ImportedFile> ImportPieces(std::string_view bytes, const ImportSettings& settings, uint8_t seed) {
  ATTUNE_ASSIGN_OR_RETURN(Importer importer, Importer::Create(settings));
  std::minstd_rand random(seed + 1U);
  while (!bytes.empty()) {
    const size_t limit = size_t{1} << (random() % 12);
    const std::string_view piece = bytes.substr(0, random() % limit + 1);
    const std::vector<char> own(piece.begin(), piece.end());
    ATTUNE_RETURN_IF_ERROR(importer.Feed({own.data(), own.size()}));
    bytes.remove_prefix(piece.size());
  }
  return importer.Finish();
}

int64_t Number(std::string_view digits) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  Require(error == std::errc() && end == digits.data() + digits.size());
  return number;
}

void CheckError(const absl::Status& status, std::string_view bytes) {
  Require(status.code() == absl::StatusCode::kInvalidArgument);
  Require(status.message().size() <= kMaxMessageBytes);
  RequireUtf8(StdView(status.message()));
  const std::string reason = ErrorReason(status);
  Require(!reason.empty());
  if (reason == "EMPTY_IMPORT") return;
  const auto line_ends = std::count_if(bytes.begin(), bytes.end(), [](char c) { return c == '\n' || c == '\r'; });
  const int64_t line = Number(ErrorMetadata(status, "line"));
  Require(line >= 1 && line <= line_ends + 1);
  const int64_t column = Number(ErrorMetadata(status, "column"));
  Require(column >= 1 && column <= static_cast<int64_t>(bytes.size()) + 1);
  Require(!ErrorMetadata(status, "cause").empty());
  Require(Number(ErrorMetadata(status, "errors")) >= 1);
}

void CheckExample(const Example& example) {
  Require(!example.id.empty() && !example.input.empty());
  Require(example.input.size() <= kMaxExampleTextBytes && example.output.size() <= kMaxExampleTextBytes);
  Require(example.labels.size() <= kMaxExampleLabels);
  Require(std::isfinite(example.weight) && example.weight > 0);
  for (const std::string* text : {&example.id, &example.input, &example.output}) RequireUtf8(*text);
  for (const std::string& label : example.labels) RequireUtf8(label);
  for (const StringMap* map : {&example.variables, &example.metadata}) {
    for (const auto& [key, value] : *map) {
      RequireUtf8(key);
      RequireUtf8(value);
    }
  }
}

void CheckFile(const ImportedFile& file, FileFormat wanted) {
  Require(file.format != FileFormat::kDetect);
  Require(wanted == FileFormat::kDetect || file.format == wanted);
  Require(!file.examples.empty());
  Require(file.rows == static_cast<int64_t>(file.examples.size()) + file.duplicates);
  std::set<std::string_view> ids;
  for (const ExamplePtr& example : file.examples) {
    CheckExample(*example);
    Require(ids.insert(example->id).second);
  }
}

void RequireSame(const ImportedFile& a, const ImportedFile& b) {
  Require(a.format == b.format && a.rows == b.rows && a.duplicates == b.duplicates);
  Require(a.escaped_cells == b.escaped_cells);
  Require(std::equal(a.examples.begin(), a.examples.end(), b.examples.begin(), b.examples.end(),
                     [](const ExamplePtr& left, const ExamplePtr& right) { return *left == *right; }));
}

}  // namespace
}  // namespace attune

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < attune::kChoiceBytes) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + attune::kChoiceBytes, size - attune::kChoiceBytes);
  const attune::ImportSettings settings = attune::Settings(data[0], data[1]);
  const absl::StatusOr<attune::ImportedFile> whole = attune::ImportBytes(bytes, settings);
  const absl::StatusOr<attune::ImportedFile> pieces = attune::ImportPieces(bytes, settings, data[2]);
  attune::RequireSameVerdict(whole.status(), pieces.status());
  if (!whole.ok()) {
    attune::CheckError(whole.status(), bytes);
    return 0;
  }
  attune::CheckFile(*whole, settings.format);
  attune::RequireSame(*whole, *pieces);
  return 0;
}
