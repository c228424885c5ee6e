#define _GNU_SOURCE
#include "ctestsupport.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

static void stream(posix_spawn_file_actions_t *actions, int target, int source) {
  if (source < 0)
    posix_spawn_file_actions_addopen(actions, target, "/dev/null", O_RDWR, 0);
  else
    posix_spawn_file_actions_adddup2(actions, source, target);
}

int32_t ct_spawn(char *const *argv, char *const *environment, int input, int output, int errors,
                 int session) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  stream(&actions, 0, input);
  stream(&actions, 1, output);
  stream(&actions, 2, errors);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                               (session ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP));
  pid_t child = -1;
  int code = posix_spawn(&child, argv[0], &actions, &attributes, argv, environment);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (code == 0) return child;
  errno = code;
  return -1;
}

int ct_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }
