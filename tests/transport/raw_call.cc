#include "tests/transport/raw_call.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <chrono>

namespace attune {
namespace {

constexpr std::chrono::seconds kLongestCall{60};

// Waits for the one operation that is under way; false if it failed.
bool Next(grpc::CompletionQueue& queue) {
  void* tag = nullptr;
  bool ok = false;
  return queue.Next(&tag, &ok) && ok;
}

std::string BytesOfBuffer(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  EXPECT_TRUE(buffer.Dump(&slices).ok());
  std::string bytes;
  for (const grpc::Slice& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

std::unique_ptr<google::protobuf::Message> NewMessage(const std::string& type) {
  const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(type);
  if (descriptor == nullptr) {
    ADD_FAILURE() << "no message " << type;
    return nullptr;
  }
  auto* factory = google::protobuf::MessageFactory::generated_factory();
  return std::unique_ptr<google::protobuf::Message>(factory->GetPrototype(descriptor)->New());
}

}  // namespace

RawAnswer CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                  const std::vector<std::string>& messages) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kLongestCall);
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareCall(&context, "/" + method, &queue);
  RawAnswer answer;
  call->StartCall(&queue);
  bool open = Next(queue);
  for (size_t i = 0; open && i < messages.size(); ++i) {
    const grpc::Slice slice(messages[i]);
    call->Write(grpc::ByteBuffer(&slice, 1), &queue);
    open = Next(queue);
  }
  if (open) {
    call->WritesDone(&queue);
    Next(queue);
  }
  grpc::ByteBuffer buffer;
  for (call->Read(&buffer, &queue); Next(queue); call->Read(&buffer, &queue)) {
    answer.messages.push_back(BytesOfBuffer(buffer));
  }
  call->Finish(&answer.status, &queue);
  Next(queue);
  return answer;
}

std::string BytesOf(const std::string& type, const std::string& text) {
  const auto message = NewMessage(type);
  if (message == nullptr) return "";
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, message.get())) << type << " { " << text << " }";
  return message->SerializeAsString();
}

std::string TextOf(const std::string& type, const std::string& bytes) {
  const auto message = NewMessage(type);
  if (message == nullptr) return "";
  EXPECT_TRUE(message->ParseFromString(bytes)) << type;
  return message->ShortDebugString();
}

}  // namespace attune
