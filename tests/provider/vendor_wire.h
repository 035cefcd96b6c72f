// How each vendor says the same things on the wire: the table that the contract tests of all vendors go by. The forms
// are those of the vendors' own documents, with the fields that clients tend to trip over left in.
#ifndef ATTUNE_TESTS_PROVIDER_VENDOR_WIRE_H_
#define ATTUNE_TESTS_PROVIDER_VENDOR_WIRE_H_

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "provider/dialect.h"

namespace attune {

enum class Ending { kStop, kLength, kFiltered, kRefused };

// Texts are JSON string contents, escaped already.
struct VendorWire {
  std::string name;
  std::function<std::unique_ptr<const Dialect>()> dialect;
  std::string whole_target;   // of model "m", after "/v1"
  std::string stream_target;  // the same for a stream
  std::string key_header;     // in lower case
  std::string key_prefix;     // before the key in it
  std::string body;           // of the plain question "2+2?"
  // A whole answer, whose usage is 10 input tokens, 4 of them cached, and 5 output tokens.
  std::function<std::string(const std::string& text, Ending ending)> whole;
  // The events of a stream that brings these texts, with the same usage.
  std::function<std::vector<std::string>(const std::vector<std::string>& texts, Ending ending)> stream;
  std::string error_event;      // one that ends a stream: the vendor is overloaded
  std::vector<Ending> endings;  // those that the API knows, but for kStop
  bool has_end_mark = true;     // its stream ends with more than the end of the connection
};

const std::vector<VendorWire>& AllVendors();

// One of them by its name.
const VendorWire& VendorNamed(const std::string& name);

FinishReason FinishReasonOf(Ending ending);

// For the names of the tests.
inline std::ostream& operator<<(std::ostream& out, const VendorWire& wire) { return out << wire.name; }

std::string Join(const std::vector<std::string>& events);

}  // namespace attune

#endif  // ATTUNE_TESTS_PROVIDER_VENDOR_WIRE_H_
