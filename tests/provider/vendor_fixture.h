// The fixture of the tests that hold for every vendor over real sockets.
#ifndef ATTUNE_TESTS_PROVIDER_VENDOR_FIXTURE_H_
#define ATTUNE_TESTS_PROVIDER_VENDOR_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "http/curl_client.h"
#include "provider/vendor_chat.h"
#include "tests/fakes/scripted_http_server.h"
#include "tests/provider/provider_call.h"
#include "tests/provider/vendor_wire.h"

namespace attune {

inline const std::vector<std::string> kChunked = {"Transfer-Encoding: chunked"};

class VendorTest : public testing::TestWithParam<VendorWire> {
 protected:
  explicit VendorTest(size_t threads = 2) : pool_(threads) {
    options_.name = "vendor";
    options_.api_key = "sk-test-key";
    options_.extra_headers = {"X-Extra: 1"};
    options_.proxy = "";  // whatever the environment of the tests says
    options_.idle_timeout = options_.answer_silence = absl::Seconds(30);
  }

  std::unique_ptr<Provider> NewProvider(const std::string& url) {
    VendorOptions options = options_;
    options.base_url = url;
    return std::make_unique<VendorChat>(options, GetParam().dialect(), client_);
  }
  AnswerOr CallAt(const std::string& url, TextSink* sink = nullptr, absl::Duration within = absl::Seconds(30)) {
    const std::unique_ptr<Provider> provider = NewProvider(url);
    ModelRequest request = Ask("2+2?");
    request.deadline = absl::Now() + within;
    return Generate(pool_, *provider, request, sink);
  }
  AnswerOr Call(TextSink* sink = nullptr, absl::Duration within = absl::Seconds(30)) {
    return CallAt(server_.url(), sink, within);
  }
  std::string Answer() const { return GetParam().whole("four", Ending::kStop); }
  std::string Stream() const { return Join(GetParam().stream({"f\u00f6", "ur"}, Ending::kStop)); }
  // The events up to the first text.
  std::string FirstWords() const {
    std::string all;
    for (const std::string& event : GetParam().stream({"first words"}, Ending::kStop)) {
      all += event;
      if (event.find("first words") != std::string::npos) break;
    }
    return all;
  }

  ScriptedHttpServer server_;
  IoPool pool_;
  CurlClient client_{pool_};
  VendorOptions options_;
  KeepingTextSink sink_;
};

}  // namespace attune

#endif  // ATTUNE_TESTS_PROVIDER_VENDOR_FIXTURE_H_
