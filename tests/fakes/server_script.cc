#include "tests/fakes/server_script.h"

#include "absl/strings/str_cat.h"
#include "base/strings.h"

namespace attune {

ServerScript& ServerScript::Head(int status, const std::vector<std::string>& headers) {
  std::string head = StrCat("HTTP/1.1 ", status, " Status\r\n");
  for (const std::string& header : headers) StrAppend(&head, header, "\r\n");
  return Send(head + "\r\n");
}

ServerScript& ServerScript::Chunk(std::string_view data) {
  return Send(StrCat(absl::StrCat(absl::Hex(data.size())), "\r\n", data, "\r\n"));
}

ServerScript WholeResponse(int status, std::string_view body, std::string_view content_type,
                           const std::vector<std::string>& more_headers) {
  std::vector<std::string> headers = more_headers;
  headers.push_back(StrCat("Content-Type: ", content_type));
  headers.push_back(StrCat("Content-Length: ", body.size()));
  return ServerScript().Head(status, headers).Send(std::string(body));
}

ServerScript EventStream(const std::vector<std::string>& pieces) {
  ServerScript script;
  script.Head(200, {"Content-Type: text/event-stream", "Transfer-Encoding: chunked"});
  for (const std::string& piece : pieces) script.Chunk(piece);
  return script.LastChunk();
}

ServerScript EventStreamUntilClose(const std::vector<std::string>& pieces) {
  ServerScript script;
  script.Head(200, {"Content-Type: text/event-stream", "Connection: close"});
  for (const std::string& piece : pieces) script.Send(piece);
  return script.Close();
}

}  // namespace attune
