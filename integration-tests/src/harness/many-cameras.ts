// Settings for more cameras than the pair has by itself: all play the two recordings, small slots, any free ports.

import { join } from 'node:path';

const recordings = join(import.meta.dirname, '../../recordings');
/** Above the largest frame of the recordings. */
const SLOT_BYTES = '262144';

/** @param count of all cameras, the pair's own two included; at least 2 */
export function manyCameras(count: number, fps = 5): Record<string, string> {
  const settings: [string, string][] = [];
  for (let number = 0; number < count; number++) {
    const camera = `cam${number}`;
    settings.push(
      [`${camera}_driver`, 'recorded'],
      [`${camera}_recording`, join(recordings, `cam${number % 2}`)],
      [`${camera}_name`, `Printer ${Math.floor(number / 2) + 1}, ${number % 2 === 0 ? 'front' : 'side'}`],
      [`${camera}_fps`, String(fps)],
      [`${camera}_slot_bytes`, SLOT_BYTES],
      [`${camera}_still_slot_bytes`, SLOT_BYTES],
    );
    if (number > 1) settings.push([`${camera}_port`, '0']);
  }
  return Object.fromEntries(settings);
}
