// Takes frames out of the ring: one copy each, into a buffer that has space for what goes around it on the wire.

import type { FrameHead, FrameSubscriber, ReadTarget } from '@soft-stream/shared/frames/subscriber';
import { assemblePart, HEAD_RESERVE, type Part, TAIL_RESERVE } from './part.ts';
import { createPartPool, type PartBuffer } from './part-pool.ts';

/** A frame that was copied out for keeps. */
export interface KeptFrame {
  readonly jpeg: Buffer;
  readonly capturedAtMs: number;
  /** CLOCK_MONOTONIC ms of its capture */
  readonly monotonicMs: number;
  readonly width: number;
  readonly height: number;
}

export interface FrameReader {
  /**
   * Reads the newest frame if it is newer than the last one read.
   * @param holders of parts whose bytes may not be overwritten
   */
  read(holders: Iterable<{ readonly holding: Part | undefined }>): Part | undefined;
  /** the newest part that was read; valid until the next read */
  readonly newest: Part | undefined;
  /** CLOCK_MONOTONIC ms of its capture */
  readonly monotonicMs: number;
  /** A frame of this number, or a newer one, was read already. */
  has(sequence: bigint): boolean;
  /** The newest frame as a copy, made once. */
  keep(): KeptFrame | undefined;
  /** Looks for a new object: capture was restarted. */
  reopen(): void;
}

export function createFrameReader(subscriber: FrameSubscriber): FrameReader {
  const pool = createPartPool();
  let newest: { readonly part: Part; readonly head: FrameHead } | undefined;
  let kept: KeptFrame | undefined;
  let lastSequence: bigint | undefined;
  let buffer: PartBuffer | undefined;

  const target: ReadTarget = {
    reserve(byteLength) {
      buffer = pool.take(HEAD_RESERVE + byteLength + TAIL_RESERVE);
      return { buffer: buffer.bytes, offset: HEAD_RESERVE };
    },
  };

  return {
    read(holders) {
      pool.sweep();
      for (const { holding } of holders) if (holding) pool.hold(holding.buffer);
      if (newest) pool.hold(newest.part.buffer);
      const head = subscriber.readLatest(target, lastSequence);
      if (head === undefined || buffer === undefined) return undefined;
      const { capturedAtMs, byteLength } = head;
      newest = { part: assemblePart(buffer, { kind: 'live', capturedAtMs, byteLength }), head };
      lastSequence = head.sequence;
      kept = undefined;
      return newest.part;
    },
    get newest() {
      return newest?.part;
    },
    get monotonicMs() {
      return newest ? Number(newest.head.monotonicNs) / 1e6 : Number.NEGATIVE_INFINITY;
    },
    has: (sequence) => lastSequence !== undefined && sequence <= lastSequence,
    keep() {
      if (newest === undefined) return undefined;
      const { part, head } = newest;
      kept ??= {
        jpeg: Buffer.from(part.jpeg),
        capturedAtMs: head.capturedAtMs,
        monotonicMs: Number(head.monotonicNs) / 1e6,
        width: head.width,
        height: head.height,
      };
      return kept;
    },
    reopen() {
      subscriber.refresh();
      // Sequences of another capture begin again; reading the same frame twice would do no harm.
      lastSequence = undefined;
    },
  };
}
