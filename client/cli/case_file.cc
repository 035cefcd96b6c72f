#include "client/cli/case_file.h"

#include "base/error.h"
#include "client/cli/flags.h"
#include "dataset/importer.h"

namespace attune {

absl::Status ReadCases(const CaseFileFlags& flags, v1::EvaluateRequest& request) {
  ATTUNE_ASSIGN_OR_RETURN(const std::string bytes, ReadWhole(flags.file));
  ImportSettings settings;
  settings.format = FormatOfFileName(flags.file).value_or(FileFormat::kDetect);
  settings.input_column = flags.input_column;
  settings.output_column = flags.output_column;
  const absl::StatusOr<ImportedFile> imported = ImportBytes(bytes, settings);
  if (!imported.ok()) return InFile(imported.status(), flags.file == "-" ? "stdin" : flags.file);
  for (const ExamplePtr& example : imported->examples) {
    v1::Case& one = *request.add_cases();
    one.set_id(example->id);
    one.set_input(example->input);
    one.set_output(example->output);
    one.mutable_variables()->insert(example->variables.begin(), example->variables.end());
  }
  return absl::OkStatus();
}

}  // namespace attune
