#define _GNU_SOURCE
#include "epoll_echo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 256 * 1024, CONNECTIONS = 64 };

struct connection {
  int fd;
  size_t have;
  uint8_t bytes[BUFFER];
};

static int fill_address(const char *path, struct sockaddr_un *address) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  if (strlen(path) >= sizeof address->sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(address->sun_path, path);
  return 0;
}

static int write_all(int fd, const uint8_t *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = send(fd, bytes, count, MSG_NOSIGNAL);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) {
      sched_yield();
      continue;
    }
    if (written < 0) return -1;
    bytes += written;
    count -= (size_t)written;
  }
  return 0;
}

int ce_make_stop(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void ce_stop(int stop_fd) {
  uint64_t one = 1;
  ssize_t written = write(stop_fd, &one, sizeof one);
  (void)written;
}

int ce_serve(const char *path, size_t reply_bytes, volatile int *ready, int stop_fd) {
  struct sockaddr_un address;
  if (fill_address(path, &address) != 0) return -1;
  unlink(path);
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 ||
      listen(listener, 128) != 0)
    return -1;
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  event.data.ptr = &stop_fd;
  epoll_ctl(epoll, EPOLL_CTL_ADD, stop_fd, &event);
  uint8_t *reply = calloc(1, reply_bytes);
  uint32_t reply_length = (uint32_t)reply_bytes - 4;
  memcpy(reply, &reply_length, 4);
  struct connection *all[CONNECTIONS] = {0};
  int used = 0;
  *ready = 1;
  for (int running = 1; running;) {
    struct epoll_event events[64];
    int count = epoll_wait(epoll, events, 64, -1);
    for (int i = 0; i < count; i++) {
      if (events[i].data.ptr == &stop_fd) {
        running = 0;
        continue;
      }
      if (events[i].data.ptr == NULL) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) continue;
        if (used == CONNECTIONS) {
          close(fd);
          continue;
        }
        struct connection *fresh = calloc(1, sizeof *fresh);
        fresh->fd = fd;
        all[used++] = fresh;
        event.data.ptr = fresh;
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
        continue;
      }
      struct connection *c = events[i].data.ptr;
      ssize_t got = recv(c->fd, c->bytes + c->have, BUFFER - c->have, 0);
      if (got <= 0) {
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        epoll_ctl(epoll, EPOLL_CTL_DEL, c->fd, &event);
        continue;
      }
      c->have += (size_t)got;
      size_t at = 0;
      for (;;) {
        uint32_t length;
        if (c->have - at < 4) break;
        memcpy(&length, c->bytes + at, 4);
        if (c->have - at - 4 < length) break;
        at += 4 + length;
        if (write_all(c->fd, reply, reply_bytes) != 0) break;
      }
      memmove(c->bytes, c->bytes + at, c->have - at);
      c->have -= at;
    }
  }
  for (int i = 0; i < used; i++) {
    close(all[i]->fd);
    free(all[i]);
  }
  close(listener);
  close(epoll);
  unlink(path);
  free(reply);
  return 0;
}

int ce_connect(const char *path) {
  struct sockaddr_un address;
  if (fill_address(path, &address) != 0) return -1;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/// Reads one frame, which begins with the length of the rest. Asks for as much as there is room
/// for, so that a reply takes one call. Returns the frame's size, or -1.
static long read_frame(int fd, uint8_t *bytes, size_t room, int polls) {
  size_t have = 0, want = 4;
  while (have < want) {
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    if (polls) poll(&readable, 1, -1);
    ssize_t got = recv(fd, bytes + have, room - have, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return -1;
    have += (size_t)got;
    if (want == 4 && have >= 4) {
      uint32_t length;
      memcpy(&length, bytes, 4);
      if (length > room - 4) return -1;
      want = 4 + (size_t)length;
    }
  }
  return have == want ? (long)want : -1;
}

int ce_drive(int fd, const void *request, size_t request_bytes, size_t count, int polls,
             uint64_t *nanoseconds) {
  static _Thread_local uint8_t reply[BUFFER];
  for (size_t i = 0; i < count; i++) {
    uint64_t start = now();
    if (write_all(fd, request, request_bytes) != 0) return -1;
    if (read_frame(fd, reply, BUFFER, polls) < 0) return -1;
    nanoseconds[i] = now() - start;
  }
  return 0;
}

long ce_exchange(int fd, const void *request, size_t request_bytes, void *reply, size_t limit) {
  if (write_all(fd, request, request_bytes) != 0) return -1;
  return read_frame(fd, reply, limit, 1);
}

int ce_pin(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (processor >= 0) {
    CPU_SET(processor, &set);
  } else {
    long count = sysconf(_SC_NPROCESSORS_CONF);
    for (long i = 0; i < count; i++) CPU_SET(i, &set);
  }
  return sched_setaffinity(0, sizeof set, &set);
}
