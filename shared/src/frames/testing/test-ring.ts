// Small rings under unique names, and frames for them.

import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { objectName, objectPath } from '../names.ts';
import type { FrameToPublish } from '../publisher.ts';

/** 2 and 3 pages. */
export const SMALL_SLOTS = { streamSlotBytes: 8192, stillSlotBytes: 12288 } as const;

/** Of a run directory that nobody has. */
export function uniqueObjectName(camera = 'cam0'): string {
  return objectName(`/tmp/test-${process.pid}-${randomBytes(8).toString('hex')}`, camera);
}

/** 640x360, 5 ns, 1000 ms. */
export function frameOf(hex: string): FrameToPublish {
  return { jpeg: Buffer.from(hex, 'hex'), width: 640, height: 360, monotonicNs: 5n, capturedAtMs: 1000 };
}

/** Overwrites bytes of the object as no publisher would; returns what was there. */
export function patchObject(name: string, at: number, bytes: Uint8Array): Buffer {
  const descriptor = openSync(objectPath(name), 'r+');
  try {
    const before = Buffer.alloc(bytes.byteLength);
    readSync(descriptor, before, 0, before.byteLength, at);
    writeSync(descriptor, bytes, 0, bytes.byteLength, at);
    return before;
  } finally {
    closeSync(descriptor);
  }
}
