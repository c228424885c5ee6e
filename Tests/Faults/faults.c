// A disk that fails on command: preload this library into a process and its file calls under one
// directory can be counted, refused, cut short, interrupted, logged, or be the last thing it does.
//
//   cc -O2 -Wall -Werror -shared -fPIC -o libfaults.so Tests/Faults/faults.c -ldl
//   LD_PRELOAD=libfaults.so FAULTS_ROOT=/data FAULTS_CLASSES=write FAULTS_ERRNO=28 program
//
// Environment, read once, at start:
//   FAULTS_ROOT       absolute real path; only calls on paths below it, or on descriptors opened
//                     there, are looked at. Without it the library does nothing.
//   FAULTS_EXCLUDE    a path below the root that is left alone (the private Postgres cluster).
//   FAULTS_CONTROL    a file of at least 4,096 bytes holding the `control` below. It is mapped and
//                     shared, so that whoever runs the process can break and heal its disk.
//                     Without it the settings come from the variables below.
//   FAULTS_CLASSES    words of: open create read write truncate sync rename unlink close map list
//   FAULTS_ERRNO      the errno to refuse with; 0 or unset refuses nothing.
//   FAULTS_FIRST      the first call (of these classes, from 1) to refuse; 1 where unset.
//   FAULTS_COUNT      how many to refuse from there; all where unset.
//   FAULTS_EVERY      of those, refuse each n-th; 1 where unset.
//   FAULTS_CRASH      before | after: at call FAULTS_FIRST end the process with status 86.
//   FAULTS_SHORT      1 in n reads and writes moves fewer bytes than asked.
//   FAULTS_INTERRUPT  1 in n opens, reads, writes and syncs fails with EINTR first.
//   FAULTS_DROP       1: a refused sync also loses the last page that was written, as Linux does
//                     (Rebello et al., "Can Applications Recover from fsync Failures?", ATC 2020).
//   FAULTS_NEEDLE     only paths that contain this text.
//   FAULTS_SEED       of the choices "1 in n".
//   FAULTS_LOG        a file that gets one line a call: number, class, result, path.
//
// Rules that hold whatever the settings: a writable shared mapping below the root ends the process
// (segments are written with write and sync, so that their errors are seen), and a second sync on
// a descriptor whose sync failed is counted in `repeated_syncs` (it proves nothing: discard the
// file). The library takes itself out of LD_PRELOAD, so children run without it.
//
// Calls go to the kernel by syscall(2): nothing here calls what it replaces.
#define _GNU_SOURCE
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

// ------------------------------------------------------------------------------ opening

static int open_at(int folder, const char *path, int flags, mode_t mode) {
  char full[PATH_MAX];
  if (!concerns(folder, path, full)) return (int)syscall(SYS_openat, folder, path, flags, mode);
  struct verdict verdict = judge(flags & O_CREAT ? CREATE : OPEN, full);
  if (verdict.refuse) return -1;
  int fd = (int)done(verdict, syscall(SYS_openat, folder, path, flags, mode));
  if (fd >= 0) track(fd, full);
  return fd;
}

#define MODE_OF(flags)                                  \
  mode_t mode = 0;                                      \
  if ((flags) & (O_CREAT | __O_TMPFILE)) {              \
    va_list arguments;                                  \
    va_start(arguments, flags);                         \
    mode = va_arg(arguments, mode_t);                   \
    va_end(arguments);                                  \
  }

int open(const char *path, int flags, ...) {
  MODE_OF(flags) return open_at(AT_FDCWD, path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  MODE_OF(flags) return open_at(AT_FDCWD, path, flags, mode);
}
int openat(int folder, const char *path, int flags, ...) {
  MODE_OF(flags) return open_at(folder, path, flags, mode);
}
int openat64(int folder, const char *path, int flags, ...) {
  MODE_OF(flags) return open_at(folder, path, flags, mode);
}
int creat(const char *path, mode_t mode) {
  return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
int creat64(const char *path, mode_t mode) {
  return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int close(int fd) {
  if (!tracked(fd)) return (int)syscall(SYS_close, fd);
  struct verdict verdict = judge(CLOSE, path_of(fd));
  int code = errno;
  descriptors[fd].tracked = 0;
  int result = (int)done(verdict, syscall(SYS_close, fd));
  if (!verdict.refuse) return result;
  errno = code;
  return -1;
}

// ------------------------------------------------------------------------------ reading, writing

static void wrote(int fd, int64_t offset, long count) {
  if (count <= 0) return;
  if (offset < 0) offset = syscall(SYS_lseek, fd, 0L, SEEK_CUR) - count;
  descriptors[fd].last_end = offset + count;
}

ssize_t read(int fd, void *bytes, size_t count) {
  if (!tracked(fd)) return syscall(SYS_read, fd, bytes, count);
  struct verdict verdict = judge(READ, path_of(fd));
  if (verdict.refuse) return -1;
  return done(verdict, syscall(SYS_read, fd, bytes, shorten(verdict, count)));
}

static ssize_t read_at(int fd, void *bytes, size_t count, off64_t offset) {
  if (!tracked(fd)) return syscall(SYS_pread64, fd, bytes, count, offset);
  struct verdict verdict = judge(READ, path_of(fd));
  if (verdict.refuse) return -1;
  return done(verdict, syscall(SYS_pread64, fd, bytes, shorten(verdict, count), offset));
}
ssize_t pread(int fd, void *bytes, size_t count, off_t offset) {
  return read_at(fd, bytes, count, offset);
}
ssize_t pread64(int fd, void *bytes, size_t count, off64_t offset) {
  return read_at(fd, bytes, count, offset);
}

ssize_t readv(int fd, const struct iovec *parts, int count) {
  if (!tracked(fd)) return syscall(SYS_readv, fd, parts, count);
  struct verdict verdict = judge(READ, path_of(fd));
  if (verdict.refuse) return -1;
  return done(verdict, syscall(SYS_readv, fd, parts, count));
}

ssize_t write(int fd, const void *bytes, size_t count) {
  if (!tracked(fd)) return syscall(SYS_write, fd, bytes, count);
  struct verdict verdict = judge(WRITE, path_of(fd));
  if (verdict.refuse) return -1;
  long result = syscall(SYS_write, fd, bytes, shorten(verdict, count));
  wrote(fd, -1, result);
  return done(verdict, result);
}

static ssize_t write_at(int fd, const void *bytes, size_t count, off64_t offset) {
  if (!tracked(fd)) return syscall(SYS_pwrite64, fd, bytes, count, offset);
  struct verdict verdict = judge(WRITE, path_of(fd));
  if (verdict.refuse) return -1;
  long result = syscall(SYS_pwrite64, fd, bytes, shorten(verdict, count), offset);
  wrote(fd, offset, result);
  return done(verdict, result);
}
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
  return write_at(fd, bytes, count, offset);
}
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
  return write_at(fd, bytes, count, offset);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (!tracked(fd)) return syscall(SYS_writev, fd, parts, count);
  struct verdict verdict = judge(WRITE, path_of(fd));
  if (verdict.refuse) return -1;
  // Cut short: the first part alone.
  int some = verdict.cut && count > 1 ? 1 : count;
  if (some < count) atomic_fetch_add(&control->shortened, 1);
  long result = syscall(SYS_writev, fd, parts, some);
  wrote(fd, -1, result);
  return done(verdict, result);
}

static ssize_t write_parts_at(int fd, const struct iovec *parts, int count, off64_t offset) {
  // The kernel takes the offset in two halves; on 64-bit machines the first holds all of it.
  if (!tracked(fd)) return syscall(SYS_pwritev, fd, parts, count, offset, 0L);
  struct verdict verdict = judge(WRITE, path_of(fd));
  if (verdict.refuse) return -1;
  int some = verdict.cut && count > 1 ? 1 : count;
  if (some < count) atomic_fetch_add(&control->shortened, 1);
  long result = syscall(SYS_pwritev, fd, parts, some, offset, 0L);
  wrote(fd, offset, result);
  return done(verdict, result);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  return write_parts_at(fd, parts, count, offset);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
  return write_parts_at(fd, parts, count, offset);
}

ssize_t copy_file_range(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t count,
                        unsigned int flags) {
  if (tracked(to)) {
    struct verdict verdict = judge(WRITE, path_of(to));
    if (verdict.refuse) return -1;
  }
  return syscall(SYS_copy_file_range, from, from_offset, to, to_offset, count, flags);
}

// ------------------------------------------------------------------------------ sizes, syncs

static int simple(uint64_t class, int fd, long call, long a, long b, long c) {
  if (!tracked(fd)) return (int)syscall(call, fd, a, b, c);
  struct verdict verdict = judge(class, path_of(fd));
  if (verdict.refuse) return -1;
  return (int)done(verdict, syscall(call, fd, a, b, c));
}

int ftruncate(int fd, off_t size) { return simple(TRUNCATE, fd, SYS_ftruncate, size, 0, 0); }
int ftruncate64(int fd, off64_t size) { return simple(TRUNCATE, fd, SYS_ftruncate, size, 0, 0); }
int fallocate(int fd, int mode, off_t offset, off_t count) {
  return simple(TRUNCATE, fd, SYS_fallocate, mode, offset, count);
}
int fallocate64(int fd, int mode, off64_t offset, off64_t count) {
  return simple(TRUNCATE, fd, SYS_fallocate, mode, offset, count);
}
// This one returns its error and leaves errno alone.
int posix_fallocate(int fd, off_t offset, off_t count) {
  return simple(TRUNCATE, fd, SYS_fallocate, 0, offset, count) == 0 ? 0 : errno;
}

// What the kernel does to the pages of a failed sync: marks them clean and forgets them. The last
// page written reads as zeros from now on, and the next sync reports success.
static void drop_last_page(int fd) {
  int64_t end = descriptors[fd].last_end;
  if (!control->drop || end <= 0) return;
  static const char zeros[PAGE];
  int64_t start = (end - 1) / PAGE * PAGE;
  syscall(SYS_pwrite64, fd, zeros, (size_t)(end - start), start);
}

static int synchronize(int fd, long call) {
  if (!tracked(fd)) return (int)syscall(call, fd);
  if (descriptors[fd].sync_failed) {
    atomic_fetch_add(&control->repeated_syncs, 1);
    note(control->total, SYNC, "repeated", path_of(fd));
  }
  struct verdict verdict = judge(SYNC, path_of(fd));
  if (verdict.refuse) {
    int code = errno;
    if (code != EINTR) {
      descriptors[fd].sync_failed = 1;
      drop_last_page(fd);
    }
    errno = code;
    return -1;
  }
  return (int)done(verdict, syscall(call, fd));
}

int fsync(int fd) { return synchronize(fd, SYS_fsync); }
int fdatasync(int fd) { return synchronize(fd, SYS_fdatasync); }

// ------------------------------------------------------------------------------ names

static int rename_at(int from_folder, const char *from, int to_folder, const char *to,
                     unsigned int flags) {
  char full[PATH_MAX];
  if (!concerns(to_folder, to, full) && !concerns(from_folder, from, full))
    return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
  struct verdict verdict = judge(RENAME, full);
  if (verdict.refuse) return -1;
  return (int)done(verdict, syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}
int rename(const char *from, const char *to) { return rename_at(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int from_folder, const char *from, int to_folder, const char *to) {
  return rename_at(from_folder, from, to_folder, to, 0);
}
int renameat2(int from_folder, const char *from, int to_folder, const char *to,
              unsigned int flags) {
  return rename_at(from_folder, from, to_folder, to, flags);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
  char full[PATH_MAX];
  if (!concerns(to_folder, to, full))
    return (int)syscall(SYS_linkat, from_folder, from, to_folder, to, flags);
  struct verdict verdict = judge(CREATE, full);
  if (verdict.refuse) return -1;
  return (int)done(verdict, syscall(SYS_linkat, from_folder, from, to_folder, to, flags));
}
int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int folder, const char *path, int flags) {
  char full[PATH_MAX];
  if (!concerns(folder, path, full)) return (int)syscall(SYS_unlinkat, folder, path, flags);
  struct verdict verdict = judge(UNLINK, full);
  if (verdict.refuse) return -1;
  return (int)done(verdict, syscall(SYS_unlinkat, folder, path, flags));
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int folder, const char *path, mode_t mode) {
  char full[PATH_MAX];
  if (!concerns(folder, path, full)) return (int)syscall(SYS_mkdirat, folder, path, mode);
  struct verdict verdict = judge(CREATE, full);
  if (verdict.refuse) return -1;
  return (int)done(verdict, syscall(SYS_mkdirat, folder, path, mode));
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

// ------------------------------------------------------------------------------ maps, listings

static void *map(void *address, size_t count, int protection, int flags, int fd, off64_t offset) {
  if (fd >= 0 && !(flags & MAP_ANONYMOUS) && tracked(fd)) {
    if (protection & PROT_WRITE && (flags & MAP_TYPE) != MAP_PRIVATE) {
      say("faults: a writable shared mapping of ");
      say(path_of(fd));
      say("\n");
      abort();
    }
    struct verdict verdict = judge(MAP, path_of(fd));
    if (verdict.refuse) return MAP_FAILED;
    return (void *)done(verdict, syscall(SYS_mmap, address, count, protection, flags, fd, offset));
  }
  return (void *)syscall(SYS_mmap, address, count, protection, flags, fd, offset);
}
void *mmap(void *address, size_t count, int protection, int flags, int fd, off_t offset) {
  return map(address, count, protection, flags, fd, offset);
}
void *mmap64(void *address, size_t count, int protection, int flags, int fd, off64_t offset) {
  return map(address, count, protection, flags, fd, offset);
}

DIR *opendir(const char *path) {
  static DIR *(*next)(const char *);
  if (!next) next = dlsym(RTLD_NEXT, "opendir");
  char full[PATH_MAX];
  if (!concerns(AT_FDCWD, path, full)) return next(path);
  struct verdict verdict = judge(LIST, full);
  if (verdict.refuse) return NULL;
  DIR *folder = next(path);
  if (folder) track(dirfd(folder), full);
  if (verdict.crash_after) crash();
  return folder;
}

int closedir(DIR *folder) {
  static int (*next)(DIR *);
  if (!next) next = dlsym(RTLD_NEXT, "closedir");
  int fd = dirfd(folder);
  if (tracked(fd)) descriptors[fd].tracked = 0;
  return next(folder);
}

struct dirent *readdir(DIR *folder) {
  static struct dirent *(*next)(DIR *);
  if (!next) next = dlsym(RTLD_NEXT, "readdir");
  int fd = dirfd(folder);
  if (tracked(fd)) {
    struct verdict verdict = judge(LIST, path_of(fd));
    if (verdict.refuse) return NULL;
    if (verdict.crash_after) crash();
  }
  return next(folder);
}
struct dirent64 *readdir64(DIR *folder) { return (struct dirent64 *)readdir(folder); }
