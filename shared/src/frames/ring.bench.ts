// What a frame costs on its way through the ring: node shared/dist/frames/ring.bench.js

import { bench, printMachine } from '../testing/bench.ts';
import { openPublisher } from './publisher.ts';
import { openSubscriber } from './subscriber.ts';
import { frameOf, uniqueObjectName } from './testing/test-ring.ts';

const RUNS = 5000;
const objectName = uniqueObjectName();
const MIB = 1024 * 1024;

printMachine();
const publisher = openPublisher({
  objectName,
  controlSocketPath: '/nonexistent/control.sock',
  streamSlotBytes: MIB,
  stillSlotBytes: 4 * MIB,
});
const subscriber = openSubscriber({ objectName });
const room = { buffer: Buffer.alloc(MIB), offset: 0 };
const into = { reserve: () => room };
for (const kibibytes of [1, 40, 100, 400]) {
  const jpeg = Buffer.alloc(kibibytes * 1024, 1);
  jpeg.set([0xff, 0xd8]);
  jpeg.set([0xff, 0xd9], jpeg.byteLength - 2);
  const frame = { ...frameOf(''), jpeg };
  bench(`publish ${kibibytes} KiB`, RUNS, jpeg.byteLength, () => publisher.publish(frame));
  bench(`read ${kibibytes} KiB`, RUNS, jpeg.byteLength, () => subscriber.readLatest(into));
}
const { sequence } = publisher.publish(frameOf('ffd8ffd9')) ?? { sequence: 0n };
bench('look for a newer frame, none there', RUNS, 0, () => subscriber.readLatest(into, sequence));
bench('refresh, nothing changed', RUNS, 0, () => subscriber.refresh());
subscriber.close();
publisher.close();
