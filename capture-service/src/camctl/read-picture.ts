// The picture that a snapshot was answered with, read from the ring like any subscriber does.

import type { StillResult } from '@soft-stream/shared/api/broker-api';
import { openSubscriber } from '@soft-stream/shared/frames/subscriber';
import { SoftStreamError } from '@soft-stream/shared/runtime/errors';

/** @throws {SoftStreamError} ERR_NO_PICTURE when it is not there any more, or may not be read by this user */
export async function readPicture(result: StillResult & { readonly objectName: string }): Promise<Uint8Array> {
  const { objectName, source, sequence, byteLength } = result;
  using subscriber = openSubscriber({ objectName });
  if (source === 'still') {
    const still = await subscriber.readStill(BigInt(sequence), new AbortController().signal);
    if (still) return still.jpeg;
  } else {
    let buffer = Buffer.alloc(0);
    const reserve = (length: number) => {
      buffer = Buffer.alloc(length);
      return { buffer, offset: 0 };
    };
    // The frame that was answered or, should the ring have gone on, one that is newer still.
    if (subscriber.readLatest({ reserve }, BigInt(sequence) - 1n)) return buffer;
  }
  const what = `the picture of ${byteLength} bytes in ${objectName} could not be read`;
  throw new SoftStreamError(
    'ERR_NO_PICTURE',
    `${what}: run camctl as the user that runs capture-service, or ask again`,
  );
}
