// Builds imitations.c and tells how to preload it: the wall clock at will, and programs that cannot be killed.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SOURCE = join(import.meta.dirname, '../../src/faults/imitations.c');

export interface Imitations {
  /** for the environment of a service */
  readonly env: Readonly<Record<string, string>>;
  /** @param seconds added to the wall clock from now on */
  setWallClock(seconds: number): void;
  /** SIGKILL has no effect on camera programs */
  setUnkillable(isUnkillable: boolean): void;
  [Symbol.dispose](): void;
}

/** undefined: there is no C compiler here (the addon needs one as well, so this is rare) */
export function buildImitations(): Imitations | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'imitations-'));
  const library = join(folder, 'imitations.so');
  const clockFile = join(folder, 'wall-clock');
  const unkillableFile = join(folder, 'unkillable');
  const { status } = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, SOURCE, '-ldl']);
  const dispose = () => rmSync(folder, { recursive: true, force: true });
  if (status !== 0) {
    dispose();
    return undefined;
  }
  return {
    env: { LD_PRELOAD: library, IMITATE_WALL_CLOCK: clockFile, IMITATE_UNKILLABLE: unkillableFile },
    setWallClock: (seconds) => writeFileSync(clockFile, String(seconds)),
    setUnkillable(isUnkillable) {
      if (isUnkillable) writeFileSync(unkillableFile, '');
      else rmSync(unkillableFile, { force: true });
    },
    [Symbol.dispose]: dispose,
  };
}
