// Test program: publishes patterned frames at full speed until it is killed.
// Arguments: object name, longest frame in bytes, and the sequence of the frame in whose middle it kills itself, if any.

import { roundToPages } from '../layout.ts';
import { openPublisher } from '../publisher.ts';
import { fillPattern, patternedLength } from './patterned-frame.ts';

/** The event loop gets a turn this often, to see signals. */
const FRAMES_PER_TURN = 256;

const [objectName = '', longest = '', dieAt = ''] = process.argv.slice(2);
const longestBytes = Number(longest);
const lastSequence = dieAt === '' ? undefined : BigInt(dieAt);
const slotBytes = roundToPages(longestBytes);
const publisher = openPublisher({
  objectName,
  controlSocketPath: '/nonexistent/control.sock',
  streamSlotBytes: slotBytes,
  stillSlotBytes: slotBytes,
});
const room = Buffer.alloc(longestBytes);
let sequence = 0n;

function publishNext(): void {
  sequence += 1n;
  const frame = fillPattern(room, sequence, patternedLength(sequence, longestBytes));
  publisher.publish({
    jpeg: sequence === lastSequence ? deadlyFrame(frame) : frame,
    width: Number(sequence) & 0xffff,
    height: 1,
    monotonicNs: sequence * 3n,
    capturedAtMs: 0,
  });
}

/** The copy into the slot takes it byte by byte, and SIGKILL comes when half of them are there. */
function deadlyFrame(frame: Buffer): Uint8Array {
  const fatalIndex = String(frame.byteLength >> 1);
  return new Proxy(frame, {
    get(bytes, key) {
      if (key === fatalIndex) process.kill(process.pid, 'SIGKILL');
      return Reflect.get(bytes, key, bytes);
    },
  });
}

function run(): void {
  for (let count = 0; count < FRAMES_PER_TURN; count++) publishNext();
  setImmediate(run);
}

publishNext();
process.stdout.write('publishing\n', run);
