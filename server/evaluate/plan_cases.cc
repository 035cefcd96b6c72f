// The cases of a run: a dataset's TEST split, or those that came with the request.
#include <algorithm>
#include <set>
#include <utility>

#include "ask/convert.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/strings.h"
#include "evaluate/plan.h"

namespace attune {
namespace {

absl::Status TooManyCases(std::string_view field, size_t size) {
  return BadField("TOO_LARGE", field,
                  StrCat("has ", size, " cases; at most ", kMaxEvaluationCases, " are run: draw some with max_cases"));
}

// Draws `count` of `size` ids by the smallest hashes of seed and id, and gives their positions in order. An id's hash
// does not depend on the others, so that two versions of a dataset give nearly the same draw and can be compared.
template <typename IdAt>
std::vector<size_t> Draw(size_t size, size_t count, int64_t seed, const IdAt& id_at) {
  std::vector<std::pair<uint64_t, size_t>> keys(size);
  for (size_t i = 0; i < size; ++i) keys[i] = {Hash64(id_at(i), static_cast<uint64_t>(seed)), i};
  count = std::min(count, size);
  std::nth_element(keys.begin(), keys.begin() + static_cast<ptrdiff_t>(count), keys.end());
  std::vector<size_t> drawn;
  drawn.reserve(count);
  for (size_t i = 0; i < count; ++i) drawn.push_back(keys[i].second);
  std::sort(drawn.begin(), drawn.end());
  return drawn;
}

// Positions of the cases to run. `max_cases` 0: all.
template <typename IdAt>
absl::StatusOr<std::vector<size_t>> Choose(const v1::EvaluateRequest& request, std::string_view field, size_t size,
                                           const IdAt& id_at) {
  if (request.max_cases() == 0 && size > kMaxEvaluationCases) return TooManyCases(field, size);
  return Draw(size, request.max_cases() == 0 ? size : static_cast<size_t>(request.max_cases()), request.seed(), id_at);
}

absl::StatusOr<DatasetView> FindDataset(const v1::EvaluateRequest& request, const Catalog& catalog, int64_t revision) {
  const std::string reference = request.dataset().empty() ? std::string(kDefaultName) : request.dataset();
  const auto found = catalog.datasets.find(reference.substr(0, reference.find('@')));
  ATTUNE_ASSIGN_OR_RETURN(
      const std::string main,
      MainVersion(reference, found == catalog.datasets.end() ? nullptr : &found->second->aliases, revision));
  ATTUNE_ASSIGN_OR_RETURN(ResolvedDataset resolved, ResolveDataset(catalog, main, revision, ""));
  return std::move(resolved.view);
}

absl::StatusOr<std::vector<EvaluationCase>> CasesOfDataset(const v1::EvaluateRequest& request, const Catalog& catalog,
                                                           int64_t revision) {
  ATTUNE_ASSIGN_OR_RETURN(const DatasetView view, FindDataset(request, catalog, revision));
  std::vector<ExampleView> held_out;
  if (view.dataset() != nullptr) {
    view.Visit(0, [&held_out](uint64_t, ExampleView example) {
      if (example.split() == Split::kTest) held_out.push_back(example);
      return true;
    });
  }
  if (held_out.empty()) {
    return BadField("NO_CASES", "dataset",
                    StrCat("version ", view.version(),
                           " of the dataset has no TEST examples; import some with a test share, or send cases"));
  }
  ATTUNE_ASSIGN_OR_RETURN(const std::vector<size_t> chosen, Choose(request, "dataset", held_out.size(), [&](size_t i) {
                            return std::string(held_out[i].id());
                          }));
  std::vector<EvaluationCase> cases;
  cases.reserve(chosen.size());
  for (const size_t i : chosen) {
    Example example = held_out[i].Unpack();
    cases.push_back({.id = example.id,
                     .input = std::move(example.input),
                     .variables = std::move(example.variables),
                     .history = {},
                     .output = std::move(example.output),
                     .excluded_id = example.id});
  }
  return cases;
}

absl::StatusOr<EvaluationCase> InlineCase(const v1::Case& proto, std::string id) {
  AskRequest checked;
  checked.input = proto.input();
  checked.variables = StringMap(proto.variables().begin(), proto.variables().end());
  for (int i = 0; i < proto.history_size(); ++i) {
    ATTUNE_ASSIGN_OR_RETURN(Message message, MessageFromProto(proto.history(i), StrCat("history[", i, "]")));
    checked.history.push_back(std::move(message));
  }
  ATTUNE_RETURN_IF_ERROR(CheckAskRequest(checked));
  return EvaluationCase{.id = std::move(id),
                        .input = std::move(checked.input),
                        .variables = std::move(checked.variables),
                        .history = std::move(checked.history),
                        .output = proto.output(),
                        .excluded_id = proto.id()};
}

absl::Status CheckIds(const std::vector<std::string>& ids) {
  std::set<std::string_view> seen;
  for (size_t i = 0; i < ids.size(); ++i) {
    const std::string field = StrCat("cases[", i, "].id");
    if (ids[i].size() > kMaxCaseIdBytes) {
      return BadField("BAD_CASE", field, StrCat("has ", ids[i].size(), " bytes; the limit is ", kMaxCaseIdBytes));
    }
    if (!seen.insert(ids[i]).second) {
      return BadField("BAD_CASE", field, StrCat("'", ids[i], "' is another case's id; each id may be there once"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<EvaluationCase>> InlineCases(const v1::EvaluateRequest& request) {
  if (request.cases_size() > kMaxEvaluationCases) {
    return TooManyCases("cases", static_cast<size_t>(request.cases_size()));
  }
  std::vector<std::string> ids;
  for (int i = 0; i < request.cases_size(); ++i) {
    const std::string& id = request.cases(i).id();
    ids.push_back(id.empty() ? StrCat("case-", i + 1) : id);
  }
  ATTUNE_RETURN_IF_ERROR(CheckIds(ids));
  ATTUNE_ASSIGN_OR_RETURN(const std::vector<size_t> chosen,
                          Choose(request, "cases", ids.size(), [&](size_t i) { return ids[i]; }));
  std::vector<EvaluationCase> cases;
  cases.reserve(chosen.size());
  for (const size_t i : chosen) {
    absl::StatusOr<EvaluationCase> item = InlineCase(request.cases(static_cast<int>(i)), ids[i]);
    if (!item.ok()) return ErrorIn("case", ids[i], item.status());
    cases.push_back(*std::move(item));
  }
  return cases;
}

}  // namespace

std::string EvaluationCase::QuestionHash() const {
  std::string parts;
  // With its length, so that a boundary is where it is.
  const auto add = [&parts](std::string_view part) { StrAppend(&parts, part.size(), ":", part); };
  add(input);
  StrAppend(&parts, variables.size(), ";");
  for (const auto& [name, value] : variables) {
    add(name);
    add(value);
  }
  for (const Message& message : history) {
    add(RoleName(message.role));
    add(message.content);
  }
  return HashHex(parts);
}

absl::StatusOr<std::vector<EvaluationCase>> PlanCases(const v1::EvaluateRequest& request, const Catalog& catalog,
                                                      int64_t revision) {
  if (request.cases().empty()) return CasesOfDataset(request, catalog, revision);
  if (request.dataset().empty()) return InlineCases(request);
  return BadField("BAD_CASE", "dataset", "is given together with cases; send one of the two");
}

}  // namespace attune
