// Between the API's file formats and those of the dataset room.
#ifndef ATTUNE_MANAGE_CONVERT_FORMAT_H_
#define ATTUNE_MANAGE_CONVERT_FORMAT_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "attune/v1/catalog.pb.h"
#include "dataset/file_format.h"

namespace attune {

// BAD_FORMAT for a number that names no format; `field` is its path in the request.
absl::StatusOr<FileFormat> FormatFromProto(v1::Format format, std::string_view field);
v1::Format FormatToProto(FileFormat format);

}  // namespace attune

#endif  // ATTUNE_MANAGE_CONVERT_FORMAT_H_
