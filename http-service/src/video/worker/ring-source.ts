// The newest frame of a camera out of shared memory, read-only, when the encoder is ready for it.

import { openSubscriber } from '@soft-stream/shared/frames/subscriber';
import type { PictureSource } from '../encoder/camera-encoder.ts';

export function openRingSource(objectName: string): PictureSource {
  const subscriber = openSubscriber({ objectName });
  let lastSequence: bigint | undefined;
  return {
    isLive: true,
    take() {
      let jpeg: Buffer | undefined;
      const reserve = (byteLength: number) => {
        jpeg = Buffer.allocUnsafeSlow(byteLength);
        return { buffer: jpeg, offset: 0 };
      };
      const head = subscriber.readLatest({ reserve }, lastSequence);
      if (head === undefined || jpeg === undefined) return undefined;
      lastSequence = head.sequence;
      return { jpeg: jpeg.subarray(0, head.byteLength), monotonicMs: Number(head.monotonicNs) / 1e6 };
    },
  };
}
