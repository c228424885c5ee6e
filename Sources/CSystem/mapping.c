// Mapped files whose pages the disk can no longer give: cut short, or a read error.
#define _GNU_SOURCE
#include "csystem.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>

enum { MAPPING_LIMIT = 4096 };

static struct {
  atomic_bool is_taken;
  atomic_uintptr_t start;  // 0 while the entry says nothing
  atomic_size_t count;
  atomic_bool is_lost;
} mappings[MAPPING_LIMIT];

static atomic_uint_least64_t lost_count;
static struct sigaction previous;
static pthread_once_t once = PTHREAD_ONCE_INIT;

// Runs in the thread that touched the page; uses atomics and system calls only.
static void on_bus_error(int signal_number, siginfo_t *info, void *context) {
  (void)context;
  int saved = errno;
  uintptr_t at = (uintptr_t)info->si_addr;
  for (int i = 0; info->si_code > 0 && i < MAPPING_LIMIT; i++) {
    uintptr_t start = atomic_load_explicit(&mappings[i].start, memory_order_acquire);
    size_t count = atomic_load_explicit(&mappings[i].count, memory_order_relaxed);
    if (!start || at < start || at - start >= count) continue;
    // First the mark, then the zeros: whoever reads zeros finds the mark.
    atomic_store(&mappings[i].is_lost, 1);
    atomic_fetch_add(&lost_count, 1);
    void *zeros = mmap((void *)start, count, PROT_READ,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
    if (zeros == MAP_FAILED) break;
    errno = saved;
    return;
  }
  // Not ours: to whom it was before, by meeting the fault again.
  sigaction(SIGBUS, &previous, NULL);
  if (info->si_code <= 0) raise(signal_number);
  errno = saved;
}

static void install(void) {
  struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, &previous);
}

int32_t cs_guard_mapping(const void *start, size_t count) {
  pthread_once(&once, install);
  for (int32_t i = 0; i < MAPPING_LIMIT; i++) {
    if (atomic_exchange(&mappings[i].is_taken, 1)) continue;
    atomic_store(&mappings[i].is_lost, 0);
    atomic_store(&mappings[i].count, count);
    atomic_store_explicit(&mappings[i].start, (uintptr_t)start, memory_order_release);
    return i;
  }
  return -1;
}

void cs_unguard_mapping(int32_t guard) {
  if (guard < 0) return;
  atomic_store_explicit(&mappings[guard].start, 0, memory_order_release);
  atomic_store(&mappings[guard].is_taken, 0);
}

bool cs_mapping_is_lost(int32_t guard) {
  return guard >= 0 && atomic_load(&mappings[guard].is_lost);
}

uint64_t cs_lost_mapping_count(void) { return atomic_load(&lost_count); }
