// Memory for camera buffers: the contiguous memory allocator (CMA) of the kernel, which cameras, display and codecs share.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DoctorLine } from '@soft-stream/shared/api/control-api';

const MIB_IN_KIB = 1_024;
/** A Pi without display overlay may be left with less; two cameras at full size need about this much. */
const SMALL_KIB = 64 * MIB_IN_KIB;
const ADVICE =
  'if camera buffers cannot be allocated: dtoverlay=vc4-kms-v3d,cma-256 in /boot/firmware/config.txt (or cma=256M in cmdline.txt), then reboot';

/** What is free now says little: the kernel lends this memory to files meanwhile. So only the total is judged. */
export function cmaLines(root: string): DoctorLine[] {
  const total = kibibytes(root, 'CmaTotal');
  const free = kibibytes(root, 'CmaFree');
  // A kernel without it, as on other machines than a Raspberry Pi.
  if (total === undefined) return [];
  const what = `memory for camera buffers: CmaTotal ${mebibytes(total)}, CmaFree ${mebibytes(free ?? 0)}`;
  return [total >= SMALL_KIB ? { level: 'ok', what } : { level: 'warn', what, advice: ADVICE }];
}

function kibibytes(root: string, name: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(join(root, 'proc/meminfo'), 'utf8');
  } catch {
    // ENOENT, EACCES: a container that hides it
    return undefined;
  }
  const value = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  return value === undefined ? undefined : Number(value);
}

function mebibytes(kib: number): string {
  return `${Math.round(kib / MIB_IN_KIB)} MiB`;
}
