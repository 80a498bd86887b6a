// Whether systemd-logind deletes the shared memory of a user who has logged out: RemoveIPC= of logind.conf(5).

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface RemoveIpc {
  readonly isOn: boolean;
  /** the file that says so; undefined: the default */
  readonly source: string | undefined;
}

/** Of the main file only the first one counts; drop-ins of a later folder replace those of the same name. */
const FOLDERS = ['usr/lib/systemd', 'usr/local/lib/systemd', 'run/systemd', 'etc/systemd'] as const;
/** parse_boolean() of systemd */
const TRUE = new Set(['1', 'yes', 'y', 'true', 't', 'on']);
const FALSE = new Set(['0', 'no', 'n', 'false', 'f', 'off']);

/** @param root `/`; another one in tests */
export function readRemoveIpc(root: string): RemoveIpc {
  const main = FOLDERS.map((folder) => join(root, folder, 'logind.conf')).findLast((path) => existsSync(path));
  const dropIns = new Map<string, string>();
  for (const folder of FOLDERS) {
    const path = join(root, folder, 'logind.conf.d');
    for (const name of confFiles(path)) dropIns.set(name, join(path, name));
  }
  const sorted = [...dropIns].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  let found: RemoveIpc = { isOn: true, source: undefined };
  for (const source of main === undefined ? sorted : [main, ...sorted]) {
    const isOn = parseRemoveIpc(readText(source));
    if (isOn !== undefined) found = { isOn, source };
  }
  return found;
}

/** @returns undefined when the file does not say */
export function parseRemoveIpc(text: string): boolean | undefined {
  let section = '';
  let isOn: boolean | undefined;
  for (const line of text.split('\n').map((each) => each.trim())) {
    section = /^\[(.+)\]$/.exec(line)?.[1] ?? section;
    const value = /^RemoveIPC\s*=\s*(.*)$/.exec(line)?.[1]?.toLowerCase();
    if (value === undefined || section !== 'Login') continue;
    if (TRUE.has(value)) isOn = true;
    else if (FALSE.has(value)) isOn = false;
  }
  return isOn;
}

function confFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.conf'));
  } catch {
    return []; // ENOENT
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // /dev/null as a mask, or not for us to read
  }
}
