// What Swift's Glibc module does not show: headers outside it, and calls behind _GNU_SOURCE.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

/// accept4(2) with SOCK_NONBLOCK | SOCK_CLOEXEC; behind _GNU_SOURCE.
int cs_accept(int listener);

/// Uid, gid and pid of the process at the other end of a Unix socket (SO_PEERCRED, a GNU struct).
/// Returns 0, or -1 with errno.
int cs_peer_credentials(int socket, uint32_t *uid, uint32_t *gid, int32_t *pid);

/// pthread_setname_np is behind _GNU_SOURCE; names over 15 bytes are cut.
void cs_set_thread_name(const char *name);

/// The kernel's number of the calling thread (gettid is behind _GNU_SOURCE).
int32_t cs_thread_id(void);

/// Bytes that the calling process holds in memory now (VmRSS), 0 where /proc is missing.
uint64_t cs_resident_byte_count(void);

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4) of `count` bytes, continued from `crc`
/// (0 for a new one). SSE4.2 where the processor has it, tables elsewhere.
uint32_t cs_crc32c(uint32_t crc, const void *bytes, size_t count);

/// The table-driven twin of cs_crc32c, for tests.
uint32_t cs_crc32c_portable(uint32_t crc, const void *bytes, size_t count);

/// Keeps the process alive where the kernel cannot give a page of the mapping: the whole mapping
/// then reads as zeros and is marked as lost. Returns the guard's number, or -1 where there are
/// 4096 already: such a mapping ends the process, as any other does.
int32_t cs_guard_mapping(const void *start, size_t count);

/// Ends the guard; call it before the mapping ends.
void cs_unguard_mapping(int32_t guard);

/// Whether a page could not be given; -1 is never lost.
bool cs_mapping_is_lost(int32_t guard);

/// Writes a file's pages to the disk and drops them from memory, as a hint (sync_file_range(2),
/// posix_fadvise(2)).
void cs_leave_memory(int descriptor);

/// Times that a mapping was lost in the life of the process.
uint64_t cs_lost_mapping_count(void);

/// Has SIGINT, SIGTERM and SIGHUP written as bytes (their numbers) to a pipe, but for those that
/// are ignored (`nohup`, a shell's `&`). A handler, since C libraries bring threads of their own
/// whose signal masks are not ours. Returns the pipe's read end, the same each time, or -1 with
/// errno. Call it first from one thread.
int cs_catch_termination(void);

/// Forks and executes `argv` (NULL-terminated) as `uid`/`gid` ((uint32_t)-1 to keep both), with
/// `environment` (NULL-terminated), standard output and error on `output` (or -1 to keep), in a
/// session of its own when `new_session` is non-zero. Returns the pid, or -1 with errno; errors
/// after the fork come back through a close-on-exec pipe as the same errno.
int32_t cs_spawn(const char *const *argv, const char *const *environment, uint32_t uid,
                 uint32_t gid, int output, int new_session);
