#include "manage/write_job.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "base/hash.h"
#include "base/strings.h"

namespace attune {

std::string FingerprintBytes(std::string_view method, const google::protobuf::Message& request) {
  std::string bytes(method);
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);  // maps in the order of their keys
    request.SerializeToCodedStream(&coded);
  }
  return HashHex(bytes);
}

absl::Status CheckExpectedVersion(std::string_view kind, std::string_view name, std::optional<int64_t> expected,
                                  int64_t current) {
  if (!expected.has_value() || *expected == current) return absl::OkStatus();
  return Error(absl::StatusCode::kAborted, "VERSION_MISMATCH")
      .Message(StrCat(kind, " '", name, "' is at version ", current, ", not ", *expected,
                      ": someone changed it; read it again and decide anew"))
      .With(kind, name)
      .With("expected_version", *expected)
      .With("current_version", current);
}

absl::Status CheckDescription(std::string_view description) {
  if (description.size() <= kMaxDescriptionBytes) return absl::OkStatus();
  return BadField("TOO_LARGE", "description",
                  StrCat("has ", description.size(), " bytes; the limit is ", kMaxDescriptionBytes));
}

}  // namespace attune
