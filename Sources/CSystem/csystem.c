#define _GNU_SOURCE
#include "csystem.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int cs_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC); }

int cs_peer_credentials(int socket, uint32_t *uid, uint32_t *gid, int32_t *pid) {
  struct ucred who;
  socklen_t size = sizeof who;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return -1;
  *uid = who.uid;
  *gid = who.gid;
  *pid = who.pid;
  return 0;
}

void cs_leave_memory(int descriptor) {
  sync_file_range(descriptor, 0, 0,
                  SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
  posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
}

void cs_set_thread_name(const char *name) {
  char cut[16];
  strncpy(cut, name, sizeof cut - 1);
  cut[sizeof cut - 1] = 0;
  pthread_setname_np(pthread_self(), cut);
}

int32_t cs_thread_id(void) { return gettid(); }

uint64_t cs_resident_byte_count(void) {
  FILE *file = fopen("/proc/self/statm", "re");
  if (!file) return 0;
  unsigned long long size = 0, resident = 0;
  int fields = fscanf(file, "%llu %llu", &size, &resident);
  fclose(file);
  return fields == 2 ? (uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

// CRC-32C. The table is that of the reflected polynomial 0x82F63B78.
static uint32_t crc_table[8][256];

__attribute__((constructor)) static void fill_crc_table(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0x82F63B78u & (0u - (crc & 1u)));
    crc_table[0][byte] = crc;
  }
  for (uint32_t byte = 0; byte < 256; byte++)
    for (int slice = 1; slice < 8; slice++)
      crc_table[slice][byte] =
          (crc_table[slice - 1][byte] >> 8) ^ crc_table[0][crc_table[slice - 1][byte] & 255];
}

uint32_t cs_crc32c_portable(uint32_t crc, const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  crc = ~crc;
  for (; count >= 8; p += 8, count -= 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    word ^= crc;
    crc = crc_table[7][word & 255] ^ crc_table[6][(word >> 8) & 255] ^
          crc_table[5][(word >> 16) & 255] ^ crc_table[4][(word >> 24) & 255] ^
          crc_table[3][(word >> 32) & 255] ^ crc_table[2][(word >> 40) & 255] ^
          crc_table[1][(word >> 48) & 255] ^ crc_table[0][word >> 56];
  }
  for (; count; p++, count--) crc = (crc >> 8) ^ crc_table[0][(crc ^ *p) & 255];
  return ~crc;
}

#if defined(__x86_64__)
#include <nmmintrin.h>

// Three interleaved streams would be faster still; one is 8 bytes per 3 cycles, about 8 GB/s.
__attribute__((target("sse4.2"))) static uint32_t crc32c_sse42(uint32_t crc, const uint8_t *p,
                                                               size_t count) {
  uint64_t state = (uint32_t)~crc;
  for (; count >= 8; p += 8, count -= 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    state = _mm_crc32_u64(state, word);
  }
  uint32_t tail = (uint32_t)state;
  for (; count; p++, count--) tail = _mm_crc32_u8(tail, *p);
  return ~tail;
}
#endif

uint32_t cs_crc32c(uint32_t crc, const void *bytes, size_t count) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) return crc32c_sse42(crc, bytes, count);
#endif
  return cs_crc32c_portable(crc, bytes, count);
}

static int termination_pipe[2] = {-1, -1};

static void note_termination(int number) {
  int code = errno;
  unsigned char byte = (unsigned char)number;
  // A full pipe holds thousands of signals that nobody has read: one more says nothing.
  ssize_t written = write(termination_pipe[1], &byte, 1);
  (void)written;
  errno = code;
}

int cs_catch_termination(void) {
  if (termination_pipe[0] >= 0) return termination_pipe[0];
  if (pipe2(termination_pipe, O_CLOEXEC) != 0) return -1;
  fcntl(termination_pipe[1], F_SETFL, O_NONBLOCK);
  const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    struct sigaction action;
    if (sigaction(numbers[i], NULL, &action) != 0) return -1;
    if (action.sa_handler == SIG_IGN) continue;
    memset(&action, 0, sizeof action);
    sigfillset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    action.sa_handler = note_termination;
    if (sigaction(numbers[i], &action, NULL) != 0) return -1;
  }
  return termination_pipe[0];
}

int32_t cs_spawn(const char *const *argv, const char *const *environment, uint32_t uid,
                 uint32_t gid, int output, int new_session) {
  int failure[2];
  if (pipe2(failure, O_CLOEXEC) != 0) return -1;
  pid_t child = fork();
  if (child < 0) {
    int code = errno;
    close(failure[0]);
    close(failure[1]);
    errno = code;
    return -1;
  }
  if (child == 0) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    if (new_session) setsid();
    if (output >= 0) {
      dup2(output, STDOUT_FILENO);
      dup2(output, STDERR_FILENO);
    }
    int ok = 1;
    if (gid != (uint32_t)-1) ok = setgroups(0, NULL) == 0 && setgid(gid) == 0;
    if (ok && uid != (uint32_t)-1) ok = setuid(uid) == 0;
    if (ok) execve(argv[0], (char *const *)argv, (char *const *)environment);
    int code = errno;
    ssize_t written = write(failure[1], &code, sizeof code);
    (void)written;
    _exit(127);
  }
  close(failure[1]);
  int code = 0;
  ssize_t got;
  do got = read(failure[0], &code, sizeof code);
  while (got < 0 && errno == EINTR);
  close(failure[0]);
  if (got == (ssize_t)sizeof code) {
    waitpid(child, NULL, 0);
    errno = code;
    return -1;
  }
  return child;
}
