#include "base/log.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/json_writer.h"
#include "base/strings.h"

namespace attune {
namespace {

using SteadyClock = std::chrono::steady_clock;

// While the file takes nothing, how often the writer looks whether the log is to end.
constexpr int kLookForEndMs = 100;
constexpr size_t kMaxDroppedFieldBytes = 40;  // "dropped", a number, and the end of the line

std::string LineOf(absl::Time time, std::string_view event, std::initializer_list<LogField> fields) {
  std::string line;
  JsonWriter json(line);
  json.BeginObject();
  json.Key("time").String(absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone()));
  json.Key("event").String(event);
  for (const LogField& field : fields) {
    if (const auto* number = std::get_if<int64_t>(&field.value)) {
      json.Key(field.name).Int(*number);
    } else if (const auto text = std::get<std::string_view>(field.value); !text.empty()) {
      json.Key(field.name).String(text);
    }
  }
  return line;
}

}  // namespace

Log::Log(int fd, const Clock& clock, LogOptions options)
    : fd_(fd), clock_(clock), options_(options), writer_([this] { Run(); }) {}

Log::~Log() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    stop_by_ = SteadyClock::now() + absl::ToChronoMilliseconds(options_.drain);
    work_.NotifyOne();
  }
  writer_.join();
}

void Log::Write(std::string_view event, std::initializer_list<LogField> fields) {
  std::string line = LineOf(clock_.Now(), event, fields);
  MutexLock lock(mutex_);
  if (lines_.size() >= options_.max_lines || line.size() + kMaxDroppedFieldBytes > kMaxLogLineBytes) {
    ++dropped_;
    return;
  }
  lines_.push_back(std::move(line));
  if (lines_.size() == 1) work_.NotifyOne();
}

int64_t Log::dropped() const {
  MutexLock lock(mutex_);
  return dropped_;
}

void Log::Run() {
  int64_t told = 0;
  for (std::string line = Take(told); !line.empty(); line = Take(told)) {
    const bool written = WriteLine(line);
    MutexLock lock(mutex_);
    if (written) told_ = told;
    if (!written) ++dropped_;
  }
}

std::string Log::Take(int64_t& told) {
  MutexLock lock(mutex_);
  while (lines_.empty() && !stopping_) work_.Wait(lock);
  if (lines_.empty()) return "";
  std::string line = std::move(lines_.front());
  lines_.pop_front();
  told = dropped_;
  if (told > told_) StrAppend(&line, ",\"dropped\":", told - told_);
  line += "}\n";
  return line;
}

bool Log::IsOver() const {
  MutexLock lock(mutex_);
  return stopping_ && SteadyClock::now() >= stop_by_;
}

bool Log::WaitUntilWritable() const {
  for (;;) {
    const bool over = IsOver();
    pollfd file = {.fd = fd_, .events = POLLOUT, .revents = 0};
    if (poll(&file, 1, over ? 0 : kLookForEndMs) > 0) return true;
    if (over) return false;
  }
}

bool Log::WriteLine(std::string_view line) const {
  while (!line.empty()) {
    if (!WaitUntilWritable()) return false;
    const ssize_t written = write(fd_, line.data(), line.size());
    if (written < 0 && errno != EINTR && errno != EAGAIN) return false;
    if (written > 0) line.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace attune
