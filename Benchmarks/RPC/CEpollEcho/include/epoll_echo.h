// The floor under the RPC: a bare epoll server in C that reads a request of one size and writes a
// reply of another, and a client that times such exchanges with any server.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Listens at `path` (a Unix socket) and serves on the calling thread until `ce_stop` is called
/// with the same `stop`. Requests begin with their length, as little-endian uint32.
/// Returns 0, or -1 with errno. `*ready` becomes 1 when it listens.
int ce_serve(const char *path, size_t reply_bytes, volatile int *ready, int stop_fd);

/// An eventfd for `ce_serve`'s `stop_fd`; ce_stop wakes the server with it.
int ce_make_stop(void);
void ce_stop(int stop_fd);

/// A blocking connection to the Unix socket at `path`, or -1 with errno.
int ce_connect(const char *path);

/// Sends `request` and reads one frame, `count` times; the time of each exchange goes to
/// `nanoseconds`. Frames begin with the length of the rest. Waits in poll where `polls` is not 0,
/// else in recv: Linux wakes a client that sleeps in the recv of a Unix socket once more, for
/// nothing, when the server takes its request. Returns 0, or -1 with errno.
int ce_drive(int fd, const void *request, size_t request_bytes, size_t count, int polls,
             uint64_t *nanoseconds);

/// Sends bytes and reads a reply of at most `limit` bytes whose frame begins with its length.
/// Returns the reply's size, or -1.
long ce_exchange(int fd, const void *request, size_t request_bytes, void *reply, size_t limit);

/// Binds the calling thread, and the threads it makes, to one processor, or to all where it is -1.
/// Returns 0, or -1 with errno.
int ce_pin(int processor);
