// The epoll set behind curl, with socket pairs in place of connections.
#include "http/curl_sockets.h"

#include <curl/curl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>
#include <vector>

namespace attune {
namespace {

class CurlSocketsTest : public testing::Test {
 protected:
  CurlSocketsTest() {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair_), 0);
    sockets_.Open(pair_[0]);
  }
  ~CurlSocketsTest() override {
    if (open_) sockets_.Close(pair_[0]);
    close(pair_[1]);
  }

  void SendByte() { EXPECT_EQ(write(pair_[1], "x", 1), 1); }
  void Drain() {
    char byte = 0;
    while (read(pair_[0], &byte, 1) == 1) {
    }
  }

  asio::io_context context_;
  int pair_[2] = {-1, -1};
  bool open_ = true;
  bool watch_again_ = false;
  std::vector<int> events_;
  CurlSockets sockets_{context_, [this](int descriptor, int events) {
                         EXPECT_EQ(descriptor, pair_[0]);
                         events_.push_back(events);
                         Drain();
                         if (watch_again_) {
                           sockets_.Watch(descriptor, true, true);
                           sockets_.Watch(descriptor, true, false);
                         }
                       }};
};

TEST_F(CurlSocketsTest, ReportsWhatIsWatched) {
  SendByte();
  sockets_.Watch(pair_[0], true, false);
  context_.poll();
  EXPECT_EQ(events_, std::vector<int>{CURL_CSELECT_IN});
  sockets_.Watch(pair_[0], false, true);
  context_.run_one();
  EXPECT_EQ(events_.back(), CURL_CSELECT_OUT);
}

// Else every change of what is watched would cost each later event one more wait, for ever.
TEST_F(CurlSocketsTest, HasOneWaitHoweverOftenItIsToldToWatch) {
  watch_again_ = true;
  sockets_.Watch(pair_[0], true, false);
  for (int i = 0; i < 20; ++i) {
    SendByte();
    context_.poll();
  }
  EXPECT_EQ(events_.size(), 20u);
  SendByte();
  EXPECT_EQ(context_.poll(), 1u) << "handlers that ran for one event";
}

TEST_F(CurlSocketsTest, AnIdleConnectionThatWasClosedDoesNotSpin) {
  sockets_.Watch(pair_[0], true, false);
  sockets_.Unwatch(pair_[0]);
  shutdown(pair_[1], SHUT_RDWR);
  EXPECT_LE(context_.poll(), 2u);
  EXPECT_TRUE(events_.empty());
  sockets_.Watch(pair_[0], true, false);
  context_.run_one();
  EXPECT_EQ(events_.size(), 1u) << "seen when it is wanted again";
}

TEST_F(CurlSocketsTest, ReportsNothingOfAClosedOne) {
  sockets_.Watch(pair_[0], true, false);
  SendByte();
  sockets_.Close(pair_[0]);
  open_ = false;
  context_.poll();
  EXPECT_TRUE(events_.empty());
}

TEST_F(CurlSocketsTest, StopsSoThatTheContextRunsOutOfWork) {
  sockets_.Watch(pair_[0], true, false);
  sockets_.Stop();
  context_.run();  // returns
  EXPECT_TRUE(events_.empty());
}

}  // namespace
}  // namespace attune
