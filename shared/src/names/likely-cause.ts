// Who deletes the names of a running service, and what keeps them from doing so: said in the log and by camctl doctor.

/** logind spares system users, whose ids end there (SYS_UID_MAX of login.defs, uid_is_system() of systemd). */
export const FIRST_LOGIN_UID = 1_000;

export const LINGER_ADVICE = 'sudo loginctl enable-linger USER, or run it as a service (README, Installation)';

/** @param uid numeric id of the user that the service runs as */
export function likelyCause(path: string, how: 'deleted' | 'replaced', uid: number): string {
  if (how === 'replaced') return 'another program, or a person, has put something else in its place';
  if (path.startsWith('/dev/shm/')) {
    return uid >= FIRST_LOGIN_UID
      ? `systemd-logind deletes a user's shared memory at the last logout (RemoveIPC=yes): ${LINGER_ADVICE}`
      : 'somebody deleted it by hand, or a cleaner of /dev/shm did';
  }
  if (path.startsWith('/run/user/')) return `a user's runtime directory goes at the last logout: ${LINGER_ADVICE}`;
  if (isTemporary(path)) return 'a cleaner of temporary files: choose another folder with SOFT_STREAM_RUN_DIR';
  return 'somebody deleted it by hand, or the service manager stopped the unit that owns the folder';
}

export function isTemporary(path: string): boolean {
  return path.startsWith('/tmp/') || path.startsWith('/var/tmp/');
}
