// Which process listens on the sockets of a folder, also when their names are gone: the kernel remembers what a socket
// was bound to. Within one network and process namespace, and as far as this user may look.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';

/** SO_ACCEPTCON in the flags of /proc/net/unix. */
const LISTENING = '00010000';

/** @returns its id; 'unknown' when there is one that cannot be found out; undefined when nobody listens */
export function processListeningIn(folder: string): number | 'unknown' | undefined {
  const inodes = new Set(listeningInodes(folder));
  if (inodes.size === 0) return undefined;
  for (const pid of numbersIn('/proc')) {
    if (numbersIn(`/proc/${pid}/fd`).some((fd) => inodes.has(socketInode(`/proc/${pid}/fd/${fd}`)))) return pid;
  }
  return 'unknown';
}

/** `0000: 00000002 00000000 00010000 0001 01 12345 /run/soft-stream/operator/.1a2b3c4d`: bound before it got its name. */
export function parseListening(table: string, folder: string): string[] {
  return table.split('\n').flatMap((line) => {
    const [, , , flags, , , inode, path] = line.trim().split(/\s+/);
    return flags === LISTENING && inode !== undefined && path !== undefined && dirname(path) === folder ? [inode] : [];
  });
}

function listeningInodes(folder: string): string[] {
  try {
    return parseListening(readFileSync('/proc/net/unix', 'utf8'), folder);
  } catch {
    return []; // no /proc
  }
}

function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return []; // EACCES: somebody else's; ENOENT: gone
  }
}

function socketInode(path: string): string {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.[1] ?? '';
  } catch {
    return ''; // closed meanwhile
  }
}
