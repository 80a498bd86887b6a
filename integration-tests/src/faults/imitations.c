// Preloaded into a service under test: two things that cannot be had on a test machine without harm to others.
// - The wall clock jumps: the file named by IMITATE_WALL_CLOCK holds seconds to add. CLOCK_MONOTONIC is left alone.
// - State D: while the file named by IMITATE_UNKILLABLE exists, SIGKILL to another process group has no effect,
//   as on a process that sits in the kernel.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static time_t shift(void) {
  const char *path = getenv("IMITATE_WALL_CLOCK");
  long seconds = 0;
  FILE *file = path ? fopen(path, "re") : NULL;
  if (!file) return 0;
  if (fscanf(file, "%ld", &seconds) != 1) seconds = 0;
  fclose(file);
  return seconds;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(clock, now);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += shift();
  return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  static int (*real)(struct timeval *, void *);
  if (!real) real = (int (*)(struct timeval *, void *))dlsym(RTLD_NEXT, "gettimeofday");
  int result = real(now, zone);
  if (result == 0) now->tv_sec += shift();
  return result;
}

int kill(pid_t pid, int number) {
  static int (*real)(pid_t, int);
  if (!real) real = (int (*)(pid_t, int))dlsym(RTLD_NEXT, "kill");
  const char *path = getenv("IMITATE_UNKILLABLE");
  if (pid < 0 && number == SIGKILL && path && access(path, F_OK) == 0) return 0;
  return real(pid, number);
}
