// Many streams that are open at once: each has had its first text and waits for more.
#ifndef ATTUNE_TESTS_BENCH_END_TO_END_OPEN_STREAMS_H_
#define ATTUNE_TESTS_BENCH_END_TO_END_OPEN_STREAMS_H_

#include <cstddef>
#include <functional>

#include "absl/status/status.h"
#include "tests/bench/end_to_end/load.h"

namespace attune::bench {

// Opens `count` streams, calls `all_open` when each has text, then cancels them and waits for their ends. An error if
// one ends before.
absl::Status WithOpenStreams(Connections& connections, size_t count, const AskRequestOf& request_of,
                             const std::function<void()>& all_open);

}  // namespace attune::bench

#endif  // ATTUNE_TESTS_BENCH_END_TO_END_OPEN_STREAMS_H_
