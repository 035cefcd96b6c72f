// Numbers in answers, as people and models write them. Pure.
#ifndef ATTUNE_EVALUATE_NUMBERS_H_
#define ATTUNE_EVALUATE_NUMBERS_H_

#include <optional>
#include <string_view>

namespace attune {

// The last number of a text: "#### 1,080" is 1080, "-$3.50." is -3.5, "1.5e-3" is 0.0015. A comma groups thousands
// where exactly three digits follow. A sign counts where no word stands before it ("3-5" ends with 5). Digits that
// continue a word ("m2", "H2O") are no number, nor is what a double cannot hold.
std::optional<double> LastNumber(std::string_view text);

}  // namespace attune

#endif  // ATTUNE_EVALUATE_NUMBERS_H_
