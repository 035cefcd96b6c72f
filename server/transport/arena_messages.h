// Where the messages of a unary call lie: the request and the response with all their parts in one piece of memory,
// which is taken before the call and given back after it at once.
#ifndef ATTUNE_TRANSPORT_ARENA_MESSAGES_H_
#define ATTUNE_TRANSPORT_ARENA_MESSAGES_H_

#include <google/protobuf/arena.h>
#include <grpcpp/support/message_allocator.h>

#include <array>
#include <cstddef>

namespace attune {

// Thread-safe. Must outlive the calls.
template <typename Request, typename Response>
class ArenaMessages final : public grpc::MessageAllocator<Request, Response> {
 public:
  grpc::MessageHolder<Request, Response>* AllocateMessages() override { return new Holder(); }

 private:
  // Enough for a question of a few hundred bytes and its answer; what is over goes where the arena finds room.
  static constexpr size_t kFirstBytes = 3072;

  class Holder final : public grpc::MessageHolder<Request, Response> {
   public:
    Holder() : arena_(first_.data(), first_.size()) {
      this->set_request(google::protobuf::Arena::CreateMessage<Request>(&arena_));
      this->set_response(google::protobuf::Arena::CreateMessage<Response>(&arena_));
    }
    void Release() override { delete this; }

   private:
    alignas(std::max_align_t) std::array<char, kFirstBytes> first_;
    google::protobuf::Arena arena_;
  };
};

}  // namespace attune

#endif  // ATTUNE_TRANSPORT_ARENA_MESSAGES_H_
