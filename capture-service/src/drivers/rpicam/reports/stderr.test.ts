import assert from 'node:assert/strict';
import test from 'node:test';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { FUZZ_RUNS } from '@soft-stream/shared/testing/fuzz-runs';
import fc from 'fast-check';
import { keepHint, readStderrLine, type StderrEvent } from './stderr-line.ts';
import { createStderrReader } from './stderr-reader.ts';

const numRuns = FUZZ_RUNS;

const lines: readonly [line: string, event: StderrEvent][] = [
  ['#7 fps=30.00 lp=4.00 af=scanning', { kind: 'focus', state: 'scanning', lensPosition: 4 }],
  ['#8 fps=30.00 lp=0.00 af=focused', { kind: 'focus', state: 'focused', lensPosition: 0 }],
  ['#0 fps=0.00 lp=-1.00 af=idle', { kind: 'focus', state: 'fixed', lensPosition: null }],
  ['#9 something else', { kind: 'other', text: '#9 something else' }],
  [
    '[0:00:07.123456789] [1234]  INFO Camera camera.cpp:1215 configuring streams: (0) 1280x720-YUV420/sYCC (1) 1536x864-BGGR_PISP_COMP1/RAW',
    { kind: 'configured', size: { width: 1280, height: 720 } },
  ],
  [
    '[0:00:07.2] [12]  INFO RPI pisp.cpp:1485 Sensor: /base/axi/pcie@1000120000/rp1/i2c@88000/imx708@1a - Selected sensor format: 1536x864-SBGGR10_1X10/RAW - Selected CFE format: 1536x864-PC1B/RAW',
    { kind: 'sensor', id: '/base/axi/pcie@1000120000/rp1/i2c@88000/imx708@1a' },
  ],
  [
    'ERROR: Device timeout detected, attempting a restart!!!',
    { kind: 'device timeout', text: 'Device timeout detected, attempting a restart!!!' },
  ],
  [
    'ERROR: *** failed to acquire camera /base/i2c@88000/imx708@1a ***',
    { kind: 'error', text: 'failed to acquire camera /base/i2c@88000/imx708@1a' },
  ],
  ['ERROR: *** no cameras available ***', { kind: 'error', text: 'no cameras available' }],
  ['  what():  failed to write output bytes', { kind: 'error', text: 'failed to write output bytes' }],
  [
    'ERROR: rpicam-apps currently only supports the Raspberry Pi platforms.',
    { kind: 'error', text: 'rpicam-apps currently only supports the Raspberry Pi platforms.' },
  ],
  ['Stream configuration adjusted', { kind: 'other', text: 'Stream configuration adjusted' }],
];
for (const [line, event] of lines) {
  test(`the stderr line "${line.slice(0, 60)}" is understood`, () => {
    assert.deepEqual(readStderrLine(line), event);
  });
}

test('memory that ran out is told from a heap that cannot be opened, which is the reason where both are said', () => {
  const hint = (line: string) => {
    const event = readStderrLine(line);
    return event.kind === 'hint' ? event.text : '';
  };
  const noHeap = hint(
    '[0:00:07.1] [12] ERROR DmaBufAllocator dma_buf_allocator.cpp:120 Could not open any dmaHeap device',
  );
  const noMemory = hint('dmaHeap allocation failure for rpicam-apps0');

  assert.match(noHeap, /^no usable \/dev\/dma_heap/);
  assert.match(noMemory, /^memory for camera buffers \(CMA\) ran out: .*cma.*config\.txt/s);
  assert.equal(keepHint(undefined, noMemory), noMemory);
  assert.equal(keepHint(noHeap, noMemory), noHeap);
  assert.equal(keepHint(noMemory, 'another'), 'another');
});

test('what libcamera calls an error is kept without time, thread and source line', () => {
  const { reader } = collect();

  reader.push(
    Buffer.from(
      '[0:00:07.1] [12] ERROR V4L2 v4l2_videodevice.cpp:1314 /dev/video4[14:cap]: Unable to request 4 buffers: Out of memory\n',
    ),
  );
  reader.push(Buffer.from('[0:00:07.2] [12]  INFO Camera camera.cpp:1215 something else\n[not libcamera] ERROR\n'));

  assert.equal(reader.lastLibcameraError, 'V4L2: /dev/video4[14:cap]: Unable to request 4 buffers: Out of memory');
});

test('a missing heap, a taken camera and a silent sensor come with advice', () => {
  for (const line of [
    'Could not open any dmaHeap device',
    '[0:00:07.1] [12]  INFO Camera camera.cpp:1032 Pipeline handler in use by another process',
    '[0:00:09.1] [12] ERROR RPI pipeline_base.cpp:1364 Camera frontend has timed out!',
  ])
    assert.equal(readStderrLine(line).kind, 'hint', line);
});

function collect() {
  const events: StderrEvent[] = [];
  const clock = manualClock();
  return { events, clock, reader: createStderrReader({ clock, onEvent: (event) => events.push(event) }) };
}

test('info lines are reported when focus or lens change, not per frame, however they are cut', () => {
  const text = Array.from({ length: 90 }, (_, n) => `#${n} fps=30.00 lp=${n < 60 ? '1.00' : '2.00'} af=focused\n`).join(
    '',
  );
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 20 }), (cuts) => {
      const { events, reader } = collect();
      const at = [0, ...cuts.sort((a, b) => a - b), text.length];
      for (let n = 1; n < at.length; n++) reader.push(Buffer.from(text.slice(at[n - 1], at[n])));
      assert.deepEqual(
        events.map((event) => event.kind === 'focus' && event.lensPosition),
        [1, 2],
      );
    }),
    { numRuns },
  );
});

test('a flood is read and counted but costs neither lines nor memory, and the next second is understood again', async () => {
  const { events, clock, reader } = collect();
  const chunk = Buffer.alloc(65_536, 'noise without any end ');

  for (let n = 0; n < 1_000; n++) reader.push(chunk);
  const seen = events.length;
  await clock.advance(1_000);
  reader.push(Buffer.from('\n#1 fps=30.00 lp=1.00 af=focused\n'));

  assert.ok(reader.skippedBytes > 60_000_000);
  assert.ok(seen < 10);
  assert.equal(events.at(-1)?.kind, 'focus');
});

test('only the last lines are kept, without info text, and each is cut', () => {
  const { reader } = collect();

  reader.push(Buffer.from(Array.from({ length: 50 }, (_, n) => `line ${n}\n#${n} fps=1 lp=${n} af=idle\n`).join('')));
  reader.push(Buffer.from(`${'x'.repeat(10_000)}\n`));

  assert.equal(reader.lastLines.length, 20);
  assert.equal(reader.lastLines.at(-2), 'line 49');
  assert.equal(reader.lastLines.at(-1)?.length, 2_048);
});

test('the last error is remembered, also when its line never ended', () => {
  const { reader } = collect();

  reader.push(Buffer.from('ERROR: *** unrecognised codec foo ***'));
  reader.end();

  assert.equal(reader.lastError, 'unrecognised codec foo');
});

test('any bytes are read without an exception', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (chunks) => {
      const { reader } = collect();
      for (const chunk of chunks) reader.push(chunk);
      reader.end();
      assert.ok(reader.lastLines.length <= 20);
    }),
    { numRuns },
  );
});
