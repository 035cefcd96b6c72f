#include "manage/import_session.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/names.h"
#include "base/strings.h"
#include "dataset/example_keys.h"
#include "manage/convert_format.h"
#include "manage/request_ids.h"
#include "manage/write_job.h"
#include "prompt/catalog.h"

namespace attune {
namespace {

absl::Status CheckOptions(const v1::ImportOptions& options) {
  ATTUNE_RETURN_IF_ERROR(CheckRequestId(options.request_id()));
  ATTUNE_RETURN_IF_ERROR(CheckDescription(options.description()));
  ATTUNE_RETURN_IF_ERROR(CheckName(options.dataset(), "options.dataset"));
  if (!v1::Split_IsValid(options.split())) {
    return BadField("BAD_PARAMETER", "options.split", "is not a split; use TRAIN or TEST");
  }
  return absl::OkStatus();
}

ImportSettings SettingsOf(const v1::ImportOptions& options, FileFormat format) {
  return {.format = format,
          .input_column = options.input_column(),
          .output_column = options.output_column(),
          .label_column = options.label_column(),
          .id_column = options.id_column(),
          .split_column = options.split_column(),
          .split = options.split() == v1::TEST ? Split::kTest : Split::kTrain,
          .test_share = options.test_share(),
          .deduplicate = options.deduplicate(),
          .labels = {options.labels().begin(), options.labels().end()},
          .output_as_label = options.output_as_label(),
          .keep_escapes = options.keep_escapes()};
}

// Of options and rows, not of bytes: it does not matter how the file was cut into messages.
std::string FingerprintOf(const v1::ImportOptions& options, const std::vector<ExamplePtr>& examples) {
  uint64_t rows = 0;
  for (const ExamplePtr& example : examples) rows = Hash64(MakeVariantId(*example), Hash64(example->id, rows));
  return StrCat(Fingerprint("ImportDataset", options), "-", rows);
}

}  // namespace

absl::Status ImportSlots::Take() {
  if (++running_ <= kMaxImports) return absl::OkStatus();
  --running_;
  return Error(absl::StatusCode::kResourceExhausted, "OVERLOADED")
      .Message(StrCat(kMaxImports, " imports are running; try again when one of them has finished"))
      .RetryAfter(absl::Seconds(5))
      .Quota("imports", StrCat("at most ", kMaxImports, " at once"));
}

absl::StatusOr<std::unique_ptr<ImportSession>> ImportSession::Start(const v1::ImportOptions& original) {
  v1::ImportOptions options = original;
  if (options.dataset().empty()) options.set_dataset(std::string(kDefaultName));
  ATTUNE_RETURN_IF_ERROR(CheckOptions(options));
  ATTUNE_ASSIGN_OR_RETURN(const FileFormat format, FormatFromProto(options.format(), "options.format"));
  ATTUNE_ASSIGN_OR_RETURN(Importer importer, Importer::Create(SettingsOf(options, format)));
  return std::unique_ptr<ImportSession>(new ImportSession(std::move(options), std::move(importer)));
}

void ImportSession::Finish(CatalogEditor& editor, Reply<v1::ImportDatasetResponse> reply) {
  absl::StatusOr<ImportedFile> file = importer_.Finish();
  if (!file.ok()) return reply(file.status());
  CatalogEditor::ImportedRows rows;
  rows.counts.set_rows(file->rows);
  rows.counts.set_duplicates(file->duplicates);
  rows.counts.set_escaped_cells(file->escaped_cells);
  rows.counts.set_format(FormatToProto(file->format));
  rows.examples = std::move(file->examples);
  std::string fingerprint = FingerprintOf(options_, rows.examples);
  editor.Import(options_, std::move(rows), std::move(fingerprint), std::move(reply));
}

}  // namespace attune
