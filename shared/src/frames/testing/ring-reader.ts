// Test program: reads the newest frame over and over and looks for tears; prints what it saw as one line of JSON.
// Arguments: object name, longest frame in bytes, frames to read, and the read in whose middle it kills itself, if any.

import { openSubscriber } from '../subscriber.ts';
import { findTear } from './patterned-frame.ts';

export interface ReaderReport {
  /** frames that were handed out */
  readonly frames: number;
  /** of these, how many were another one than the frame before */
  readonly distinct: number;
  /** attempts at which the writer was too close, or had nothing */
  readonly lapped: number;
  readonly torn: readonly string[];
}

const [objectName = '', longest = '', wanted = '', dieAt = ''] = process.argv.slice(2);
const longestBytes = Number(longest);
const subscriber = openSubscriber({ objectName });
const buffer = Buffer.alloc(longestBytes);
const torn: string[] = [];
let reads = 0;
let frames = 0;
let distinct = 0;
let lapped = 0;
let lastSequence = 0n;

const into = {
  reserve() {
    reads += 1;
    if (dieAt !== '' && reads === Number(dieAt)) process.kill(process.pid, 'SIGKILL');
    return { buffer, offset: 0 };
  },
};

while (frames < Number(wanted)) {
  const head = subscriber.readLatest(into);
  if (head === undefined) {
    lapped += 1;
    continue;
  }
  frames += 1;
  if (head.sequence !== lastSequence) distinct += 1;
  lastSequence = head.sequence;
  const tear = findTear(buffer.subarray(0, head.byteLength), head, longestBytes);
  if (tear !== undefined) torn.push(`${head.sequence}: ${tear}`);
}
const report: ReaderReport = { frames, distinct, lapped, torn: torn.slice(0, 10) };
process.stdout.write(`${JSON.stringify(report)}\n`);
