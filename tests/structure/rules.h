// The rules of the house (docs/ARCHITECTURE.md, CONTRIBUTING.md) as functions from one source to what breaks them.
#ifndef ATTUNE_TESTS_STRUCTURE_RULES_H_
#define ATTUNE_TESTS_STRUCTURE_RULES_H_

#include <string_view>

#include "tests/structure/source.h"

namespace attune::structure {

inline constexpr int kMaxFileLines = 350;
inline constexpr int kMaxFunctionLines = 70;

// Rooms include only what the arrows allow; fakes and tests may include every room.
Findings CheckArrows(const Source& source);

// gRPC only in transport, client and tests; curl only in http, SQLite and SQL only in store.
Findings CheckForeignHeaders(const Source& source);
Findings CheckSql(const Source& source);

// Words that have one place or none: locks, sleeping, detached threads, the environment, marks of unfinished work.
Findings CheckWords(const Source& source);

// An opening comment and an include guard named after the path.
Findings CheckHeader(const Source& source);

Findings CheckFileLength(const Source& source);

// Counts from the first line of a function's signature to its closing brace.
Findings CheckFunctionLengths(const Source& source);

// Services, RPCs, enums and messages are commented, and in the API (proto/attune/v1) fields, oneofs and values of enums
// as well, above or behind on the line; elsewhere a request or response of an RPC may leave that to the RPC. The
// comment of an RPC lists its errors.
Findings CheckProto(const Source& source);

}  // namespace attune::structure

#endif  // ATTUNE_TESTS_STRUCTURE_RULES_H_
