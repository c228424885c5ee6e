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
#include "verdicts.h"

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
