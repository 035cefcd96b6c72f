// Which room may include which, and where the headers of other projects may stand.
#include <algorithm>
#include <array>
#include <span>

#include "tests/structure/rules.h"

namespace attune::structure {
namespace {

struct Arrows {
  std::string_view from;
  std::vector<std::string_view> to;  // besides the room itself and base
};

const std::array<Arrows, 13>& ArrowTable() {
  static const std::array<Arrows, 13> kTable = {{
      {"base", {}},
      {"http", {}},
      {"dataset", {}},
      {"store", {}},
      {"provider", {"http"}},
      {"prompt", {"dataset"}},
      {"ask", {"prompt", "dataset", "provider", "store"}},
      {"manage", {"prompt", "dataset", "provider", "store"}},
      {"evaluate", {"ask"}},
      {"improve", {"evaluate", "manage", "ask"}},
      {"transport", {"ask", "manage", "evaluate", "improve"}},
      {"main", {"http", "dataset", "store", "provider", "prompt", "ask", "manage", "evaluate", "improve", "transport"}},
      // The command line reads case and example files with the server's own importer.
      {"client", {"dataset"}},
  }};
  return kTable;
}

const Arrows* ArrowsFrom(std::string_view room) {
  const auto& table = ArrowTable();
  const auto found = std::ranges::find(table, room, &Arrows::from);
  return found == table.end() ? nullptr : &*found;
}

// The room that "room/file.h" lies in; empty for anything else.
std::string_view RoomOfInclude(std::string_view target) {
  const std::string_view room = target.substr(0, std::min(target.find('/'), target.size()));
  return room.size() < target.size() && ArrowsFrom(room) != nullptr ? room : "";
}

struct Foreign {
  std::string_view prefix;
  std::span<const std::string_view> rooms;
};

bool IsGeneratedService(std::string_view target) { return target.ends_with(".grpc.pb.h"); }

}  // namespace

Findings CheckArrows(const Source& source) {
  Findings findings;
  const std::string_view from = source.Room();
  if (from == "tests" || source.path.ends_with(".proto")) return findings;
  const Arrows* arrows = ArrowsFrom(from);
  if (arrows == nullptr) return {{source.path, 1, "the arrow table has no room " + std::string(from)}};
  for (const Include& include : Includes(source.text)) {
    const std::string_view to = RoomOfInclude(include.target);
    if (to.empty() || to == from || to == "base") continue;
    if (std::ranges::find(arrows->to, to) != arrows->to.end()) continue;
    findings.push_back(
        {source.path, include.line, "no arrow leads from " + std::string(from) + " to " + std::string(to)});
  }
  return findings;
}

Findings CheckForeignHeaders(const Source& source) {
  static constexpr std::array<std::string_view, 3> kGrpcRooms = {"transport", "client", "tests"};
  static constexpr std::array<std::string_view, 2> kCurlRooms = {"http", "tests"};
  static constexpr std::array<std::string_view, 2> kSqliteRooms = {"store", "tests"};
  static constexpr std::array<std::string_view, 2> kPrometheusRooms = {"main", "tests"};
  const std::array<Foreign, 5> table = {{{"grpc/", kGrpcRooms},
                                         {"grpcpp/", kGrpcRooms},
                                         {"curl/", kCurlRooms},
                                         {"sqlite3", kSqliteRooms},
                                         {"prometheus/", kPrometheusRooms}}};
  Findings findings;
  for (const Include& include : Includes(source.text)) {
    for (const Foreign& foreign : table) {
      const bool matches = include.target.starts_with(foreign.prefix) ||
                           (foreign.prefix == "grpcpp/" && IsGeneratedService(include.target));
      if (!matches || std::ranges::find(foreign.rooms, source.Room()) != foreign.rooms.end()) continue;
      findings.push_back({source.path, include.line,
                          "<" + std::string(include.target) + "> does not belong in " + std::string(source.Room())});
    }
  }
  return findings;
}

}  // namespace attune::structure
