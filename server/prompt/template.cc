#include "prompt/template.h"

#include <algorithm>

namespace attune {
namespace {

constexpr size_t kSpareBytes = 192;

}  // namespace

struct Template::Rendering {
  const TemplateValues& values;
  const size_t limit;
  std::string& out;

  bool Append(std::string_view text) {
    if (text.size() > limit - out.size()) return false;
    // Room for what usually follows: growing by a few bytes again and again would take longer than rendering.
    if (out.capacity() - out.size() < text.size()) out.reserve(out.size() + text.size() + kSpareBytes);
    out += text;
    return true;
  }

  // How often the section is shown.
  int Times(const Token& section, int example) const {
    if (section.examples) return values.examples();
    return values.Get(section.text, example).empty() ? 0 : 1;
  }
};

bool Template::UsesSection(std::string_view name) const {
  return std::any_of(tokens_.begin(), tokens_.end(),
                     [&](const Token& token) { return token.kind == Kind::kSection && token.text == name; });
}

bool Template::Render(const TemplateValues& values, size_t limit, std::string& out) const {
  if (out.size() > limit) return false;
  Rendering to{values, limit, out};
  return RenderRange(to, 0, tokens_.size(), -1);
}

// Recursion goes as deep as sections nest: kMaxSectionDepth.
bool Template::RenderRange(Rendering& to, size_t begin, size_t end, int example) const {
  for (size_t i = begin; i < end; ++i) {
    const Token& token = tokens_[i];
    switch (token.kind) {
      case Kind::kText:
        if (!to.Append(token.text)) return false;
        break;
      case Kind::kVariable:
        if (!to.Append(to.values.Get(token.text, example))) return false;
        break;
      case Kind::kSection: {
        const int times = to.Times(token, example);
        for (int n = 0; n < times; ++n) {
          if (!RenderRange(to, i + 1, token.end, token.examples ? n : example)) return false;
        }
        i = token.end;
        break;
      }
      case Kind::kInverted:
        if (to.Times(token, example) == 0 && !RenderRange(to, i + 1, token.end, example)) return false;
        i = token.end;
        break;
      case Kind::kEnd:
        break;
    }
  }
  return true;
}

}  // namespace attune
