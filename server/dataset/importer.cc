#include "dataset/importer.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/strings.h"
#include "dataset/detect_layout.h"
#include "dataset/example_collector.h"
#include "dataset/import_errors.h"
#include "dataset/json_reader.h"
#include "dataset/table_reader.h"
#include "dataset/utf8_reader.h"

namespace attune {
namespace {

// Fields are named as the request of ImportDataset has them.
absl::Status CheckSettings(const ImportSettings& settings) {
  if (!std::isfinite(settings.test_share) || settings.test_share < 0 || settings.test_share >= 1) {
    return BadField("BAD_PARAMETER", "options.test_share", "a share is at least 0 and below 1");
  }
  if (settings.input_column == kNoColumnName) {
    return BadField("BAD_PARAMETER", "options.input_column", "an example needs an input: '-' is not possible here");
  }
  if (settings.labels.size() > kMaxExampleLabels) {
    return BadField("BAD_PARAMETER", "options.labels", StrCat("an example has at most ", kMaxExampleLabels, " labels"));
  }
  return absl::OkStatus();
}

absl::Status EmptyImport() {
  return Error(absl::StatusCode::kInvalidArgument, "EMPTY_IMPORT")
      .Message("the file has no rows; nothing was imported");
}

}  // namespace

class Importer::Impl {
 public:
  explicit Impl(ImportSettings settings) : settings_(std::move(settings)), collector_(settings_.deduplicate, errors_) {}

  absl::Status Feed(std::string_view bytes) {
    bytes_ += bytes.size();
    if (bytes_ > kMaxImportBytes) {
      return BadField("TOO_LARGE", "data", StrCat("a file has at most ", kMaxImportBytes, " bytes; split it"));
    }
    const bool valid = utf8_.Take(bytes, text_);
    Read(false);
    if (!valid && !errors_.stopped()) utf8_.AddError(errors_);
    return errors_.stopped() ? errors_.ToStatus() : absl::OkStatus();
  }

  absl::StatusOr<ImportedFile> Finish() {
    if (!utf8_.End() && !errors_.stopped()) utf8_.AddError(errors_);
    if (!errors_.stopped()) Read(true);
    if (json_ != nullptr) json_->End();
    if (table_ != nullptr) table_->End();
    ATTUNE_RETURN_IF_ERROR(errors_.ToStatus());
    if (collector_.rows() == 0) return EmptyImport();
    ImportedFile file = collector_.Take();
    file.format = json_ != nullptr ? json_->format() : layout_->delimiter == '\t' ? FileFormat::kTsv : FileFormat::kCsv;
    if (table_ != nullptr) file.escaped_cells = table_->escaped_cells();
    return file;
  }

 private:
  // Gives the text to its reader, once enough of it is there to tell which.
  void Read(bool complete) {
    if (errors_.stopped()) return;
    if (!layout_.has_value()) {
      layout_ = DetectLayout(settings_.format, text_, complete);
      if (!layout_.has_value()) return;
      if (layout_->delimiter == 0) {
        json_ = std::make_unique<JsonReader>(layout_->shape, settings_, errors_, collector_);
      } else {
        table_ = std::make_unique<TableReader>(layout_->delimiter, settings_, errors_, collector_);
      }
    }
    if (json_ != nullptr) json_->Take(text_);
    if (table_ != nullptr) table_->Take(text_);
    text_.clear();
  }

  const ImportSettings settings_;
  ImportErrors errors_;
  ExampleCollector collector_;
  Utf8Reader utf8_;
  std::optional<FileLayout> layout_;
  std::unique_ptr<JsonReader> json_;  // one of the two, once the layout is known
  std::unique_ptr<TableReader> table_;
  std::string text_;  // not yet read
  size_t bytes_ = 0;
};

Importer::Importer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Importer::Importer(Importer&&) noexcept = default;
Importer& Importer::operator=(Importer&&) noexcept = default;
Importer::~Importer() = default;

absl::StatusOr<Importer> Importer::Create(ImportSettings settings) {
  ATTUNE_RETURN_IF_ERROR(CheckSettings(settings));
  return Importer(std::make_unique<Impl>(std::move(settings)));
}

absl::Status Importer::Feed(std::string_view bytes) { return impl_->Feed(bytes); }
absl::StatusOr<ImportedFile> Importer::Finish() { return impl_->Finish(); }

absl::StatusOr<ImportedFile> ImportBytes(std::string_view bytes, const ImportSettings& settings) {
  ATTUNE_ASSIGN_OR_RETURN(Importer importer, Importer::Create(settings));
  ATTUNE_RETURN_IF_ERROR(importer.Feed(bytes));
  return importer.Finish();
}

}  // namespace attune
