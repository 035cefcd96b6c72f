// The JSON Schema of a prompt's answers, ready to check them.
//
// Keywords: schema_keywords.h. A schema without `type` allows every type, as the standard says; keywords that nobody
// knows, and `format`, are annotations.
#ifndef ATTUNE_PROMPT_RESPONSE_SCHEMA_H_
#define ATTUNE_PROMPT_RESPONSE_SCHEMA_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace attune {

struct SchemaModel;

inline constexpr size_t kMaxSchemaBytes = 256 << 10;
inline constexpr size_t kMaxSchemaDepth = 128;  // brackets within brackets, of a schema and of an answer
// Schemas that look at one and the same value, each within the one before: "allOf" within "$ref" within "anyOf".
inline constexpr size_t kMaxSchemaChain = 64;
inline constexpr size_t kMaxCheckedAnswerBytes = 1 << 20;  // a longer answer does not fit any schema
inline constexpr int64_t kMaxCheckSteps = 200'000;         // rules applied to one answer: some tenths of a second

// Immutable and thread-safe; shared by pointer.
class ResponseSchema {
 public:
  // INVALID_ARGUMENT at prompt.response_schema: TOO_LARGE, or BAD_SCHEMA with the cause; metadata `schema_path` is the
  // JSON pointer to the part that is wrong, where there is one.
  static absl::StatusOr<std::shared_ptr<const ResponseSchema>> Compile(std::string_view text);

  ~ResponseSchema();
  ResponseSchema(const ResponseSchema&) = delete;
  ResponseSchema& operator=(const ResponseSchema&) = delete;

  // Whether a model's whole answer is JSON that fits. INTERNAL (ANSWER_NOT_VALID); metadata `path` is the place in the
  // answer, as in "$.items[3].price", and `cause` what is wrong there.
  absl::Status Check(std::string_view answer) const;

 private:
  explicit ResponseSchema(std::unique_ptr<const SchemaModel> model);

  const std::unique_ptr<const SchemaModel> model_;
};

}  // namespace attune

#endif  // ATTUNE_PROMPT_RESPONSE_SCHEMA_H_
