#include "dataset/example_view.h"

#include <gtest/gtest.h>

#include <limits>

#include "dataset/packed_examples.h"
#include "tests/dataset/packed_example.h"

namespace attune {
namespace {

struct Case {
  const char* name;
  Example example;
};

std::vector<std::string> ManyTexts(size_t count) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < count; ++i) texts.push_back(std::string(i, 'x') + std::to_string(i));
  return texts;
}

StringMap ManyEntries(size_t count) {
  StringMap entries;
  for (const std::string& text : ManyTexts(count)) entries[text] = text + text;
  return entries;
}

std::vector<Case> Cases() {
  std::string bytes;
  for (int c = 0; c < 256; ++c) bytes += static_cast<char>(c);
  const std::string large(kMaxExampleTextBytes, 'a');
  return {
      {"nothing", {}},
      {"usual", {.id = "a", .input = "where is my card?", .output = "on its way"}},
      {"empty output", {.id = "a", .input = "q"}},
      {"32 hex digits", {.id = "0123456789abcdef0123456789abcdff", .input = "q", .output = "a", .labels = {"l"}}},
      {"the same with a weight", {.id = "0123456789abcdef0123456789abcdff", .input = "q", .weight = 2}},
      {"hex digits in capitals", {.id = "0123456789ABCDEF0123456789ABCDFF", .input = "q", .output = "a"}},
      {"31 hex digits", {.id = "123456789abcdef0123456789abcdff", .input = "q", .output = "a"}},
      {"longest id", {.id = std::string(kMaxExampleIdBytes, 'i'), .input = "q", .output = "a"}},
      {"sizes of one byte and of two", {.id = std::string(127, 'i'), .input = std::string(128, 'q')}},
      {"largest texts", {.id = "a", .input = large, .output = large}},
      {"any bytes", {.id = bytes, .input = bytes, .output = bytes, .labels = {bytes}, .metadata = {{bytes, bytes}}}},
      {"TEST", {.id = "a", .input = "q", .split = Split::kTest}},
      {"a weight", {.id = "a", .input = "q", .output = "a", .weight = 2.5}},
      {"the least weight", {.id = "a", .input = "q", .weight = std::numeric_limits<double>::denorm_min()}},
      {"the largest weight", {.id = "a", .input = "q", .weight = std::numeric_limits<double>::max()}},
      {"an empty label", {.id = "a", .input = "q", .labels = {""}}},
      {"equal labels", {.id = "a", .input = "q", .labels = {"b", "a", "b"}}},
      {"most labels", {.id = "a", .input = "q", .output = "a", .labels = ManyTexts(kMaxExampleLabels)}},
      {"variables", {.id = "a", .input = "q", .variables = {{"", ""}, {"city", "Rome"}}, .output = "a"}},
      {"metadata", {.id = "a", .input = "q", .output = "a", .metadata = {{"source", ""}}}},
      {"many entries", {.id = "a", .variables = ManyEntries(300), .output = "a", .metadata = ManyEntries(200)}},
      {"all",
       {.id = "id",
        .input = "in",
        .variables = {{"v", "w"}},
        .output = "out",
        .labels = {"l", "m"},
        .metadata = {{"k", "x"}, {"l", "y"}},
        .weight = 0.5,
        .split = Split::kTest}},
  };
}

TEST(ExampleViewTest, EveryPartComesBack) {
  for (const auto& [name, example] : Cases()) {
    SCOPED_TRACE(name);
    const PackedExample packed(example);
    const ExampleView view = packed;
    EXPECT_EQ(view.id(), example.id);
    EXPECT_EQ(view.input(), example.input);
    EXPECT_EQ(view.output(), example.output);
    EXPECT_EQ(view.weight(), example.weight);
    EXPECT_EQ(view.split(), example.split);
    EXPECT_EQ(std::vector<std::string>(view.labels().begin(), view.labels().end()), example.labels);
    EXPECT_EQ(view.labels().size(), example.labels.size());
    EXPECT_EQ(StringMap(view.variables().begin(), view.variables().end()), example.variables);
    EXPECT_EQ(StringMap(view.metadata().begin(), view.metadata().end()), example.metadata);
    EXPECT_TRUE(view.Unpack() == example);
  }
}

TEST(ExampleViewTest, OnlyEqualExamplesAreEqual) {
  const std::vector<Case> cases = Cases();
  for (const Case& a : cases) {
    for (const Case& b : cases) {
      SCOPED_TRACE(std::string(a.name) + " and " + b.name);
      const PackedExample packed_a(a.example), packed_b(b.example);
      EXPECT_EQ(packed_a.view() == packed_b.view(), &a == &b);
      EXPECT_EQ(packed_a.view() == b.example, &a == &b);
    }
  }
}

// A text must not be told from another by where it ends alone.
TEST(ExampleViewTest, TextsDoNotRunTogether) {
  const Example one = {.id = "a", .input = "bc", .labels = {"d", "ef"}, .metadata = {{"g", "hi"}}};
  std::vector<Example> others(5, one);
  others[0].id = "ab", others[0].input = "c";
  others[1].labels = {"de", "f"};
  others[2].metadata = {{"gh", "i"}};
  others[3].variables = others[3].metadata, others[3].metadata.clear();
  others[4].output = "bc", others[4].input = "";
  for (const Example& other : others) {
    EXPECT_FALSE(PackedExample(one).view() == PackedExample(other).view()) << other.id;
    EXPECT_FALSE(PackedExample(one).view() == other) << other.id;
  }
}

TEST(ExampleViewTest, AViewOfNone) {
  const PackedExample packed(Example{.id = "a"});
  EXPECT_FALSE(ExampleView());
  EXPECT_TRUE(packed.view());
  EXPECT_TRUE(ExampleView() == ExampleView());
  EXPECT_FALSE(ExampleView() == packed.view());
  EXPECT_FALSE(packed.view() == ExampleView());
  EXPECT_FALSE(ExampleView() == Example());
}

TEST(ExampleViewTest, IdsCompareAsTexts) {
  const char* const ids[] = {"",
                             "0",
                             "00000000000000000000000000000001",
                             "0000000000000000000000000000001f",
                             "000000000000000000000000000000a0",
                             "0z",
                             "9",
                             "f",
                             "ffffffffffffffffffffffffffffffff"};
  for (const std::string a : ids) {
    for (const std::string b : ids) {
      const PackedExample packed_a(Example{.id = a}), packed_b(Example{.id = b});
      EXPECT_EQ(packed_a.view().id() < packed_b.view().id(), a < b) << a << " and " << b;
      EXPECT_EQ(packed_a.view().id() == packed_b.view().id(), a == b) << a << " and " << b;
      EXPECT_EQ(packed_a.view().packed_id() == packed_b.view().packed_id(), a == b) << a << " and " << b;
    }
  }
}

TEST(ExampleViewTest, FindsValuesByKey) {
  const PackedExample packed(Example{.metadata = {{"b", "1"}, {"d", ""}, {"f", "3"}}});
  const PackedEntries entries = packed.view().metadata();
  EXPECT_EQ(FindValue(entries, "b"), "1");
  EXPECT_EQ(FindValue(entries, "d"), "");
  EXPECT_EQ(FindValue(entries, "f"), "3");
  for (const char* key : {"", "a", "c", "e", "g", "bb"}) EXPECT_EQ(FindValue(entries, key), std::nullopt) << key;
  EXPECT_EQ(FindValue(PackedEntries(), "b"), std::nullopt);
}

TEST(PackedExamplesTest, WhatWasAddedStaysWhereItIs) {
  const std::vector<Case> cases = Cases();
  PackedExamples examples;
  std::vector<std::pair<ExampleView, const Example*>> added;
  for (int round = 0; round < 40; ++round) {
    for (const Case& one : cases) {
      if (round > 2 && one.example.input.size() == kMaxExampleTextBytes) continue;
      added.emplace_back(examples.Add(one.example), &one.example);
    }
  }
  for (const auto& [view, example] : added) ASSERT_TRUE(view == *example) << example->id;
}

TEST(PackedExamplesTest, GoesBackToAMark) {
  PackedExamples examples;
  const auto add = [&examples](size_t bytes, char c) { return examples.Add({.input = std::string(bytes, c)}); };
  const PackedExamples::End none = examples.end();
  add(3, 'x');
  examples.Rewind(none);
  const ExampleView kept = add(5'000, 'a');
  const ExampleView small = add(10, 'b');
  const PackedExamples::End end = examples.end();
  for (const size_t bytes : {10, 100, 10'000, 3'000'000, 10}) {
    const ExampleView first = add(bytes, 'c');
    for (int i = 0; i < 100; ++i) add(bytes / 10, 'd');
    examples.Rewind(end);
    const ExampleView again = add(bytes, 'e');
    EXPECT_EQ(again.input(), std::string(bytes, 'e'));
    // What fits into the chunk takes the place of what was given up.
    EXPECT_EQ(bytes > 10 || again.input().data() == first.input().data(), true);
    examples.Rewind(end);
  }
  EXPECT_EQ(kept.input(), std::string(5'000, 'a'));
  EXPECT_EQ(small.input(), std::string(10, 'b'));
}

}  // namespace
}  // namespace attune
