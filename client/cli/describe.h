// Small values as words for people.
#ifndef ATTUNE_CLIENT_CLI_DESCRIBE_H_
#define ATTUNE_CLIENT_CLI_DESCRIBE_H_

#include <google/protobuf/repeated_field.h>
#include <google/protobuf/timestamp.pb.h>

#include <string>

#include "attune/v1/catalog.pb.h"

namespace attune {

// "2026-03-01 14:05:09" in the time zone of this machine; "-" for none.
std::string LocalTime(const google::protobuf::Timestamp& time);

// "7", or "7, 9 for 10 %" while an alias is split.
std::string DescribeAlias(const v1::Alias& alias);

// "production → 7, staging → 9"
std::string Aliases(const google::protobuf::RepeatedPtrField<v1::Alias>& aliases);

// "k1 2.5, b 0.8"
std::string DescribeLexical(const v1::LexicalSettings& lexical);

// Which versions are kept, as in "the latest 3 versions (from 5 on)".
std::string DescribeKept(const v1::Dataset& dataset);

// "openai/text-embedding-3-small: 120 of 1,000 examples, being embedded"; what fails or was refused at the end.
std::string DescribeEmbedding(const v1::Dataset& dataset);

// "1,234,567"
std::string Grouped(int64_t number);

// "openai/gpt-4o-mini counts 1.25 for each estimated one, ± 4 % (64 answers)"
std::string DescribeTokens(const v1::TokenEstimate& learnt);

// "0.8 ms", "12 ms", "3.4 s"
std::string Milliseconds(int64_t microseconds);

}  // namespace attune

#endif  // ATTUNE_CLIENT_CLI_DESCRIBE_H_
