#pragma once
#include <stdint.h>

/// Starts `argv[0]` with `environment` (both NULL-terminated), its standard streams on the three
/// descriptors (-1 is /dev/null), every other descriptor closed, every signal at its default and
/// unblocked, in a process group of its own, or in a session of its own where `session` is not 0.
/// In C because closefrom and setsid at a spawn are behind _GNU_SOURCE.
/// Returns the pid, or -1 with errno.
int32_t ct_spawn(char *const *argv, char *const *environment, int input, int output, int errors,
                 int session);

/// pipe2(2) with O_CLOEXEC, which is behind _GNU_SOURCE too. Returns 0, or -1 with errno.
int ct_pipe(int ends[2]);
