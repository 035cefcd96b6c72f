// JSON by appending to a string: the fast way to build request bodies. The caller writes well-formed sequences; commas
// and escapes are done here. Text must be UTF-8 and goes through unchanged but for the escapes that JSON demands.
//
//   std::string body;
//   JsonWriter json(body);
//   json.BeginObject().Key("model").String("m").Key("n").Int(1).EndObject();
#ifndef ATTUNE_BASE_JSON_WRITER_H_
#define ATTUNE_BASE_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace attune {

// Appends the text as a JSON string, with its quotes.
void AppendJsonString(std::string& out, std::string_view text);

class JsonWriter {
 public:
  // Appends to `out`, which must outlive the writer.
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& BeginObject() { return Open('{'); }
  JsonWriter& EndObject() { return Close('}'); }
  JsonWriter& BeginArray() { return Open('['); }
  JsonWriter& EndArray() { return Close(']'); }
  JsonWriter& Key(std::string_view name);
  JsonWriter& String(std::string_view text);
  JsonWriter& Int(int64_t value);
  JsonWriter& Double(double value);  // the shortest form that reads back as the same number; null if not finite
  JsonWriter& Bool(bool value);
  JsonWriter& Null() { return Raw("null"); }
  // A value that is JSON already.
  JsonWriter& Raw(std::string_view json);
  // Members that are JSON already, up to the value that follows: `"role":"user","content":`.
  JsonWriter& RawMembers(std::string_view json);

 private:
  JsonWriter& Open(char bracket);
  JsonWriter& Close(char bracket);
  // Before a value or key: the comma, if something stands before it.
  void Separate();

  std::string& out_;
  bool follows_value_ = false;
};

}  // namespace attune

#endif  // ATTUNE_BASE_JSON_WRITER_H_
