#pragma once
// What befalls a call: settings, the page shared with the test, the descriptors that are looked at,
// and the verdict on each call. faults.c, which says what the settings mean, is all that uses it.
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
  OPEN = 1,        // open of an existing file
  CREATE = 2,      // open with O_CREAT, creat, mkdir, link
  READ = 4,        // read, pread, readv
  WRITE = 8,       // write, pwrite, writev, pwritev, copy_file_range
  TRUNCATE = 16,   // ftruncate, truncate, fallocate
  SYNC = 32,       // fsync, fdatasync, sync_file_range
  RENAME = 64,     // rename and its kin
  UNLINK = 128,    // unlink, unlinkat, rmdir
  CLOSE = 256,     // close: the descriptor is gone all the same
  MAP = 512,       // mmap of a file
  LIST = 1024,     // opendir, readdir
};

static const struct {
  const char *name;
  uint64_t bit;
} class_names[] = {
    {"open", OPEN},     {"create", CREATE}, {"read", READ},     {"write", WRITE},
    {"truncate", TRUNCATE}, {"sync", SYNC}, {"rename", RENAME}, {"unlink", UNLINK},
    {"close", CLOSE},   {"map", MAP},       {"list", LIST},
};

// The page that a test shares with its victim. Words of 64 bits, native order; the mirror in Swift
// is Tests/TestSupport/FaultyDisk.swift.
struct control {
  _Atomic uint64_t classes;         // 0   which calls the settings below are about
  _Atomic uint64_t code;            // 1   errno, 0 for none
  _Atomic uint64_t first;           // 2   number of the first call refused, from 1 (0 counts as 1)
  _Atomic uint64_t count;           // 3   how many from there, UINT64_MAX for all
  _Atomic uint64_t every;           // 4   each n-th of them (0 counts as 1)
  _Atomic uint64_t crash;           // 5   1 before, 2 after the first call refused; 0 never
  _Atomic uint64_t short_one_in;    // 6   0 never
  _Atomic uint64_t interrupt_one_in; // 7  0 never
  _Atomic uint64_t drop;            // 8   1: a refused sync loses the last page written
  _Atomic uint64_t seed;            // 9   of the choices
  _Atomic uint64_t total;           // 10  out: calls looked at
  _Atomic uint64_t matching;        // 11  out: calls of the chosen classes since then
  _Atomic uint64_t refused;         // 12  out: calls refused
  _Atomic uint64_t repeated_syncs;  // 13  out: syncs on a descriptor whose sync had failed
  _Atomic uint64_t shortened;       // 14  out: calls cut short or interrupted
  _Atomic uint64_t reserved;        // 15
  char needle[128];                 // 16… only paths that contain this; empty for all
};

static struct control private_control;
static struct control *control = &private_control;
static char root[PATH_MAX], exclude[PATH_MAX];
static size_t root_length, exclude_length;
static int log_descriptor = -1;

// What is known about each open descriptor below the root.
enum { DESCRIPTORS = 65536, PAGE = 4096 };
static struct {
  _Atomic int tracked;       // opened below the root
  _Atomic int sync_failed;   // a sync on it was refused
  _Atomic int64_t last_end;  // where the last write ended, 0 for none
  char *path;                // as opened; kept for the log and the needle
} descriptors[DESCRIPTORS];

// ------------------------------------------------------------------------------ settings

static uint64_t number(const char *name, uint64_t otherwise) {
  const char *text = getenv(name);
  return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

static void say(const char *text) {
  syscall(SYS_write, 2, text, strlen(text));
}

static void copy_path(char *into, size_t *length, const char *from) {
  if (!from) return;
  snprintf(into, PATH_MAX, "%s", from);
  *length = strlen(into);
  while (*length > 1 && into[*length - 1] == '/') into[--*length] = 0;
}

__attribute__((constructor)) static void begin(void) {
  unsetenv("LD_PRELOAD");
  copy_path(root, &root_length, getenv("FAULTS_ROOT"));
  copy_path(exclude, &exclude_length, getenv("FAULTS_EXCLUDE"));
  if (!root_length) return;
  const char *shared = getenv("FAULTS_CONTROL");
  if (shared) {
    int fd = (int)syscall(SYS_openat, AT_FDCWD, shared, O_RDWR | O_CLOEXEC, 0);
    void *page = fd < 0 ? MAP_FAILED
                        : (void *)syscall(SYS_mmap, NULL, (size_t)PAGE, PROT_READ | PROT_WRITE,
                                          MAP_SHARED, fd, 0L);
    if (page == MAP_FAILED) {
      say("faults: FAULTS_CONTROL cannot be mapped\n");
      _exit(87);
    }
    control = page;
    syscall(SYS_close, fd);
  } else {
    const char *words = getenv("FAULTS_CLASSES");
    uint64_t classes = 0;
    for (size_t i = 0; words && i < sizeof class_names / sizeof *class_names; i++)
      if (strstr(words, class_names[i].name)) classes |= class_names[i].bit;
    control->classes = classes;
    control->code = number("FAULTS_ERRNO", 0);
    control->first = number("FAULTS_FIRST", 1);
    control->count = number("FAULTS_COUNT", UINT64_MAX);
    control->every = number("FAULTS_EVERY", 1);
    control->short_one_in = number("FAULTS_SHORT", 0);
    control->interrupt_one_in = number("FAULTS_INTERRUPT", 0);
    control->drop = number("FAULTS_DROP", 0);
    control->seed = number("FAULTS_SEED", 1);
    const char *crash = getenv("FAULTS_CRASH");
    control->crash = !crash ? 0 : strcmp(crash, "after") ? 1 : 2;
    const char *needle = getenv("FAULTS_NEEDLE");
    if (needle) snprintf(control->needle, sizeof control->needle, "%s", needle);
  }
  const char *log = getenv("FAULTS_LOG");
  if (log) {
    int fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    log_descriptor = (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 900);
    syscall(SYS_close, fd);
  }
}

// ------------------------------------------------------------------------------ which calls

static int below(const char *path, const char *folder, size_t length) {
  return length && !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}

// Writes the absolute path of `path` into `into`; returns whether it lies where faults happen.
static int concerns(int folder, const char *path, char *into) {
  if (!root_length || !path) return 0;
  if (path[0] == '/') {
    snprintf(into, PATH_MAX, "%s", path);
  } else {
    char link[64], base[PATH_MAX];
    if (folder == AT_FDCWD)
      snprintf(link, sizeof link, "/proc/self/cwd");
    else
      snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t got = syscall(SYS_readlinkat, AT_FDCWD, link, base, sizeof base - 1);
    if (got < 0) return 0;
    base[got] = 0;
    if (snprintf(into, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return 0;
  }
  return below(into, root, root_length) && !below(into, exclude, exclude_length);
}

static int tracked(int fd) { return fd >= 0 && fd < DESCRIPTORS && descriptors[fd].tracked; }

static void track(int fd, const char *path) {
  if (fd < 0 || fd >= DESCRIPTORS) return;
  char *copy = strdup(path), *old = descriptors[fd].path;
  descriptors[fd].path = copy;
  descriptors[fd].sync_failed = 0;
  descriptors[fd].last_end = 0;
  descriptors[fd].tracked = 1;
  free(old);
}

static const char *path_of(int fd) {
  return descriptors[fd].path ? descriptors[fd].path : "";
}

// ------------------------------------------------------------------------------ verdicts

static void note(uint64_t call, uint64_t class, const char *verdict, const char *path) {
  if (log_descriptor < 0) return;
  const char *name = "?";
  for (size_t i = 0; i < sizeof class_names / sizeof *class_names; i++)
    if (class_names[i].bit == class) name = class_names[i].name;
  char line[PATH_MAX + 64];
  int length = snprintf(line, sizeof line, "%llu %s %s %s\n", (unsigned long long)call, name,
                        verdict, path);
  if (length > 0) syscall(SYS_write, log_descriptor, line, (size_t)length);
}

static _Noreturn void crash(void) {
  say("faults: the process ends here, as it was told to\n");
  for (;;) syscall(SYS_exit_group, 86);
}

static int one_in(uint64_t n, uint64_t call) {
  if (!n) return 0;
  uint64_t x = (call + control->seed) * 0x9E3779B97F4A7C15u;  // splitmix64's finalizer
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return (x ^ (x >> 31)) % n == 0;
}

struct verdict {
  int refuse;        // errno is set; return -1
  int crash_after;   // do it, then end
  int cut;           // move fewer bytes
};

static struct verdict judge(uint64_t class, const char *path) {
  struct verdict verdict = {0, 0, 0};
  uint64_t call = atomic_fetch_add(&control->total, 1) + 1;
  if (control->needle[0] && !strstr(path, control->needle)) {
    note(call, class, "-", path);
    return verdict;
  }
  if (class & (OPEN | CREATE | READ | WRITE | SYNC) && one_in(control->interrupt_one_in, call)) {
    atomic_fetch_add(&control->shortened, 1);
    note(call, class, "interrupted", path);
    errno = EINTR;
    verdict.refuse = 1;
    return verdict;
  }
  verdict.cut = class & (READ | WRITE) && one_in(control->short_one_in, call * 31 + 7);
  if (!(control->classes & class)) {
    note(call, class, verdict.cut ? "short" : "ok", path);
    return verdict;
  }
  uint64_t nth = atomic_fetch_add(&control->matching, 1) + 1;
  uint64_t first = control->first ? control->first : 1;
  uint64_t every = control->every ? control->every : 1;
  if (control->crash && nth == first) {
    note(call, class, control->crash == 1 ? "crash-before" : "crash-after", path);
    if (control->crash == 1) crash();
    verdict.crash_after = 1;
    return verdict;
  }
  if (control->code && nth >= first && nth - first < control->count && (nth - first) % every == 0) {
    atomic_fetch_add(&control->refused, 1);
    note(call, class, "refused", path);
    errno = (int)control->code;
    verdict.refuse = 1;
    return verdict;
  }
  note(call, class, verdict.cut ? "short" : "ok", path);
  return verdict;
}

// Ends the process where the verdict says so, keeping errno otherwise.
static long done(struct verdict verdict, long result) {
  if (verdict.crash_after) crash();
  return result;
}

static size_t shorten(struct verdict verdict, size_t count) {
  if (!verdict.cut || count < 2) return count;
  atomic_fetch_add(&control->shortened, 1);
  return 1 + (control->total * 2654435761u) % (count - 1);
}
