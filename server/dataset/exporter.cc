#include "dataset/exporter.h"

#include <charconv>
#include <string_view>

#include "base/error.h"
#include "base/json_writer.h"
#include "base/strings.h"

namespace attune {
namespace {

constexpr std::string_view kColumnNames[] = {"id",    "input",  "output",    "labels",
                                             "split", "weight", "variables", "metadata"};

std::string_view SplitName(Split split) { return split == Split::kTest ? "test" : "train"; }

void WriteLabels(JsonWriter& json, ExampleView example) {
  json.BeginArray();
  for (const std::string_view label : example.labels()) json.String(label);
  json.EndArray();
}

void WriteMap(JsonWriter& json, const PackedEntries& map) {
  json.BeginObject();
  for (const auto& [key, value] : map) json.Key(key).String(value);
  json.EndObject();
}

void AppendPair(ExampleView example, std::string& out) {
  JsonWriter json(out);
  json.BeginObject().Key("prompt").String(example.input()).Key("completion").String(example.output());
  json.Key("id").String(example.id());
  if (!example.labels().empty()) WriteLabels(json.Key("labels"), example);
  json.Key("split").String(SplitName(example.split()));
  if (example.weight() != 1) json.Key("weight").Double(example.weight());
  if (!example.variables().empty()) WriteMap(json.Key("variables"), example.variables());
  if (!example.metadata().empty()) WriteMap(json.Key("metadata"), example.metadata());
  json.EndObject();
}

void AppendChat(ExampleView example, std::string& out) {
  JsonWriter json(out);
  json.BeginObject().Key("messages").BeginArray();
  json.BeginObject().Key("role").String("user").Key("content").String(example.input()).EndObject();
  json.BeginObject().Key("role").String("assistant").Key("content").String(example.output()).EndObject();
  json.EndArray().EndObject();
}

// Backslashes too, so that no reader takes them for escapes; spaces at the ends, so that none drops them.
bool NeedsQuotes(std::string_view text, char delimiter) {
  if (text.empty()) return false;
  if (text.front() == ' ' || text.back() == ' ') return true;
  const char special[] = {delimiter, '"', '\n', '\r', '\\', '\t'};
  return text.find_first_of({special, sizeof(special)}) != std::string_view::npos;
}

void AppendCell(std::string_view text, char delimiter, std::string& out) {
  if (!NeedsQuotes(text, delimiter)) {
    out.append(text);
    return;
  }
  out += '"';
  for (size_t quote = text.find('"'); quote != std::string_view::npos; quote = text.find('"')) {
    out.append(text.substr(0, quote + 1)).append("\"");
    text.remove_prefix(quote + 1);
  }
  out.append(text).append("\"");
}

std::string LabelsCell(ExampleView example) {
  std::string cell;
  JsonWriter json(cell);
  if (!example.labels().empty()) WriteLabels(json, example);
  return cell;
}

std::string MapCell(const PackedEntries& map) {
  std::string cell;
  JsonWriter json(cell);
  if (!map.empty()) WriteMap(json, map);
  return cell;
}

std::string WeightCell(double weight) {
  std::string cell;
  JsonWriter(cell).Double(weight);
  return cell;
}

void AppendRecord(ExampleView example, char delimiter, std::string& out) {
  const auto cell = [&](std::string_view text) {
    AppendCell(text, delimiter, out);
    out += delimiter;
  };
  cell(example.id());
  cell(example.input());
  cell(example.output());
  cell(LabelsCell(example));
  cell(SplitName(example.split()));
  cell(WeightCell(example.weight()));
  cell(MapCell(example.variables()));
  AppendCell(MapCell(example.metadata()), delimiter, out);
  out += "\r\n";
}

}  // namespace

absl::StatusOr<Exporter> Exporter::Create(FileFormat format) {
  if (format == FileFormat::kTranscript) {
    return BadField("BAD_FORMAT", "format",
                    "TRANSCRIPT is only for imports: conversations cannot be made from examples again; use JSONL");
  }
  return Exporter(format == FileFormat::kDetect ? FileFormat::kJsonl : format);
}

void Exporter::Begin(std::string& out) const {
  if (format_ == FileFormat::kJson) out += '[';
  if (format_ != FileFormat::kCsv && format_ != FileFormat::kTsv) return;
  const char delimiter = format_ == FileFormat::kTsv ? '\t' : ',';
  for (const std::string_view name : kColumnNames) out.append(name) += delimiter;
  out.back() = '\r';
  out += '\n';
}

void Exporter::Add(ExampleView example, std::string& out) {
  switch (format_) {
    case FileFormat::kJson:
      out += first_ ? "\n" : ",\n";
      AppendPair(example, out);
      break;
    case FileFormat::kChatJsonl:
      AppendChat(example, out);
      out += '\n';
      break;
    case FileFormat::kCsv:
    case FileFormat::kTsv:
      AppendRecord(example, format_ == FileFormat::kTsv ? '\t' : ',', out);
      break;
    default:
      AppendPair(example, out);
      out += '\n';
  }
  first_ = false;
}

void Exporter::End(std::string& out) const {
  if (format_ == FileFormat::kJson) out += "\n]\n";
}

}  // namespace attune
