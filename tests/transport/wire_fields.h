// Reads a message by its field numbers alone, as a program that knows only the published definition does.
#ifndef ATTUNE_TESTS_TRANSPORT_WIRE_FIELDS_H_
#define ATTUNE_TESTS_TRANSPORT_WIRE_FIELDS_H_

#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace attune {

// All values of a field of strings or messages, in order.
inline std::vector<std::string> Values(const std::string& bytes, int number) {
  google::protobuf::UnknownFieldSet fields;
  EXPECT_TRUE(fields.ParseFromString(bytes));
  std::vector<std::string> values;
  for (int i = 0; i < fields.field_count(); ++i) {
    const auto& field = fields.field(i);
    if (field.number() != number) continue;
    const bool is_text = field.type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED;
    EXPECT_TRUE(is_text) << "field " << number;
    if (is_text) values.push_back(field.length_delimited());
  }
  return values;
}

// The only value of such a field.
inline std::string Value(const std::string& bytes, int number) {
  const std::vector<std::string> values = Values(bytes, number);
  EXPECT_EQ(values.size(), 1u) << "field " << number;
  return values.empty() ? "" : values[0];
}

// The value of a field of integers or enums; 0 if it is not there.
inline uint64_t Number(const std::string& bytes, int number) {
  google::protobuf::UnknownFieldSet fields;
  EXPECT_TRUE(fields.ParseFromString(bytes));
  for (int i = 0; i < fields.field_count(); ++i) {
    const auto& field = fields.field(i);
    if (field.number() == number && field.type() == google::protobuf::UnknownField::TYPE_VARINT) return field.varint();
  }
  return 0;
}

}  // namespace attune

#endif  // ATTUNE_TESTS_TRANSPORT_WIRE_FIELDS_H_
