// What `camctl doctor` says about names: what may delete them one day, and which are missing now.

import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { DoctorLine } from '@soft-stream/shared/api/control-api';
import { FIRST_LOGIN_UID, isTemporary } from '@soft-stream/shared/names/likely-cause';
import type { LostName } from '@soft-stream/shared/names/name-keeper';
import { readRemoveIpc } from './logind-config.ts';

export interface NameDangers {
  readonly runDir: string;
  /** of the service */
  readonly uid: number;
  readonly userName: string;
  /** `/`; another one in tests */
  readonly root?: string;
}

/** @param lost as the service knows them */
export function nameLines(lost: readonly LostName[]): DoctorLine[] {
  if (lost.length === 0) return [{ level: 'ok', what: 'sockets and shared memory are in place' }];
  return lost.map(({ what, path, how, failure }) => ({
    level: 'fail',
    what: `${what}: ${path} was ${how} while in use`,
    advice:
      failure === undefined ? 'it will be recreated in a moment: run this again' : `cannot be recreated: ${failure}`,
  }));
}

export function ownNameDangers(runDir: string): DoctorLine[] {
  const uid = process.getuid?.() ?? 0;
  return nameDangers({ runDir, uid, userName: nameOf(uid) });
}

export function nameDangers({ runDir, uid, userName, root = '/' }: NameDangers): DoctorLine[] {
  const has = (path: string) => existsSync(join(root, path));
  const lines: DoctorLine[] = [];
  if (has('run/systemd/seats') && uid >= FIRST_LOGIN_UID) {
    const who = `user ${userName} (${uid})`;
    if (has(`var/lib/systemd/linger/${userName}`)) {
      lines.push({ level: 'ok', what: `${who} lingers: logind deletes nothing of it at the last logout` });
    } else lines.push(...logoutLines(runDir, who, userName, root));
  }
  if (isTemporary(`${runDir}/`) && has('run/systemd/system')) {
    const advice = 'choose another folder with SOFT_STREAM_RUN_DIR';
    lines.push({
      level: 'warn',
      what: `${runDir} is a temporary folder: systemd-tmpfiles deletes what is old`,
      advice,
    });
  }
  return lines;
}

function logoutLines(runDir: string, who: string, userName: string, root: string): DoctorLine[] {
  const linger = `sudo loginctl enable-linger ${userName}`;
  const lines: DoctorLine[] = [];
  const removeIpc = readRemoveIpc(root);
  if (removeIpc.isOn) {
    const source = removeIpc.source ?? 'the default';
    lines.push({
      level: 'warn',
      what: `${who} is a login user, and logind has RemoveIPC=yes (${source}): at its last logout the frames in /dev/shm are deleted`,
      advice: `${linger}; or RemoveIPC=no in /etc/systemd/logind.conf.d/; or run it as a service (README)`,
    });
  } else lines.push({ level: 'ok', what: `logind leaves shared memory alone (${removeIpc.source}: RemoveIPC=no)` });
  if (runDir.startsWith('/run/user/')) {
    lines.push({ level: 'warn', what: `${runDir} is deleted at the last logout of ${who}`, advice: linger });
  }
  return lines;
}

function nameOf(uid: number): string {
  try {
    return userInfo().username;
  } catch {
    return String(uid); // no entry in passwd, as in a container
  }
}
