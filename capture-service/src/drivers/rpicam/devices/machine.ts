// Release, temperature and throttling, where the system reports it.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DoctorLine } from '@soft-stream/shared/api/control-api';
import type { Environment } from '../../child-process/programs.ts';
import { outputOf } from './versions.ts';

/** A Pi 5 slows down from 80 °C on, hard at 85. */
const WARM_CELSIUS = 75;
const HOT_CELSIUS = 80;

/** Bits of `vcgencmd get_throttled`: now in 0-3, since boot in 16-19. */
const THROTTLED_BITS = ['undervoltage', 'frequency capped', 'throttled', 'soft temperature limit'] as const;

export function releaseLines(root: string): DoctorLine[] {
  const model = read(join(root, 'proc/device-tree/model'))?.replaceAll('\0', '').trim();
  const release = /^PRETTY_NAME="?([^"\n]+)/m.exec(read(join(root, 'etc/os-release')) ?? '')?.[1];
  const kernel = read(join(root, 'proc/sys/kernel/osrelease'))?.trim();
  const what = `${model ?? 'no device tree (not a Raspberry Pi?)'}; ${release ?? 'unknown release'}; kernel ${kernel ?? 'unknown'}`;
  if (model !== undefined) return [{ level: 'ok', what }];
  return [{ level: 'warn', what, advice: 'rpicam cameras need a Raspberry Pi' }];
}

export async function temperatureLines(root: string, env: Environment): Promise<DoctorLine[]> {
  return [...thermalLines(root), ...(await throttlingLines(env))];
}

function thermalLines(root: string): DoctorLine[] {
  const folder = join(root, 'sys/class/thermal');
  const zones = namesIn(folder).filter((name) => name.startsWith('thermal_zone'));
  const celsius = zones
    .map((zone) => Number(read(join(folder, zone, 'temp')) ?? Number.NaN) / 1_000)
    .filter((each) => Number.isFinite(each) && each > 0);
  if (celsius.length === 0) return [];
  const hottest = Math.max(...celsius);
  const what = `processor at ${hottest.toFixed(1)} °C`;
  if (hottest < WARM_CELSIUS) return [{ level: 'ok', what }];
  const level = hottest < HOT_CELSIUS ? 'warn' : 'fail';
  return [{ level, what, advice: 'cool it (a Pi 5 slows down from 80 °C), or lower frame rate and size' }];
}

/** vcgencmd needs /dev/vcio and is not in containers: then nothing is said. */
async function throttlingLines(env: Environment): Promise<DoctorLine[]> {
  let text: string;
  try {
    text = await outputOf('vcgencmd', ['get_throttled'], env);
  } catch {
    // ENOENT, or no right to /dev/vcio
    return [];
  }
  const bits = Number(/throttled=(0x[\da-f]+)/i.exec(text)?.[1] ?? Number.NaN);
  if (!Number.isFinite(bits)) return [];
  const now = THROTTLED_BITS.filter((_, bit) => bits & (1 << bit));
  const before = THROTTLED_BITS.filter((_, bit) => bits & (1 << (bit + 16)));
  if (now.length === 0 && before.length === 0) return [{ level: 'ok', what: 'not throttled since boot' }];
  const what = now.length > 0 ? `now: ${now.join(', ')}` : `since boot: ${before.join(', ')}`;
  return [{ level: now.length > 0 ? 'fail' : 'warn', what, advice: 'use a 27 W supply and a cooler' }];
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // ENOENT, EACCES: the system does not report it
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // ENOENT: no thermal zones
    return [];
  }
}
