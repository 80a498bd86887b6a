// The stand-ins against the measured behaviour of rpicam-apps 1.12.0: what they get wrong, every other test gets wrong.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { createPi, IMX219, IMX708, type StandinPi } from './create-world.ts';

const VIDEO = '--flush -t 0 -n --codec mjpeg -o - --width 320 --height 240 --framerate 50 --camera 0'.split(' ');
let recording: string;

before(async () => {
  recording = mkdtempSync(join(tmpdir(), 'standin-recording-'));
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  for (const name of ['0.jpg', '1.jpg']) {
    const create = { width: 320, height: 240, channels: 3, background: '#777', noise } as const;
    writeFileSync(join(recording, name), await sharp({ create }).jpeg({ quality: 90 }).toBuffer());
  }
});
after(() => rmSync(recording, { recursive: true }));

const newPi = (): StandinPi => createPi([IMX219, IMX708].map((each) => ({ ...each, recording })));
const environment = (pi: StandinPi) => ({ ...process.env, ...pi.env });
const run = (pi: StandinPi, program: string, args: readonly string[]) =>
  spawnSync(program, args, { env: environment(pi), encoding: 'latin1', timeout: 20_000 });

interface Running {
  readonly child: ChildProcess;
  readonly closed: Promise<unknown[]>;
  text(): string;
}

async function streaming(pi: StandinPi, args: readonly string[] = VIDEO): Promise<Running> {
  const child = spawn('rpicam-vid', args, { env: environment(pi), stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stderr.on('data', (data) => (text += data));
  const closed = once(child, 'close');
  await once(child.stdout, 'data');
  child.stdout.resume();
  return { child, closed, text: () => text };
}

test('all programs list the cameras in the same words, ids descending', { timeout: 60_000 }, () => {
  using pi = newPi();

  const texts = ['rpicam-hello', 'rpicam-vid', 'rpicam-still'].map((program) => run(pi, program, ['--list-cameras']));

  for (const { status, stdout } of texts) assert.equal(`${status} ${stdout}`, `0 ${texts[0]?.stdout}`);
  assert.match(
    texts[0]?.stdout ?? '',
    /^Available cameras\n-+\n0 : imx708 \[4608x2592 10-bit RGGB\] \(\/base\/.*imx708@1a\)\n/,
  );
  assert.match(texts[0]?.stdout ?? '', /\n1 : imx219 \[3280x2464 10-bit RGGB\] \(\/base\/.*imx219@10\)\n/);
});

test('without its neighbour the second camera becomes index 0, and none is exit 0 with a sentence', {
  timeout: 60_000,
}, () => {
  using pi = newPi();
  pi.unplug('imx708');
  assert.match(run(pi, 'rpicam-vid', ['--list-cameras']).stdout, /^0 : imx219/m);

  pi.unplug('imx219');
  const none = run(pi, 'rpicam-vid', ['--list-cameras']);

  assert.deepEqual([none.status, none.stdout, none.stderr], [0, 'No cameras available!\n', '']);
});

test('every refusal is a line on stderr and exit code 255', { timeout: 60_000 }, () => {
  using pi = newPi();
  const rows: [string[], string][] = [
    [[...VIDEO, '--camera', '0'], "option '--camera' cannot be specified more than once"],
    [[...VIDEO, '--no-such'], "unrecognised option '--no-such'"],
    ['-n --codec foo -o -'.split(' '), 'unrecognised codec foo'],
    ['-n --codec mjpeg -o - --camera 7'.split(' '), 'selected camera is not available'],
  ];
  for (const [args, text] of rows) {
    const { status, stderr } = run(pi, 'rpicam-vid', args);
    assert.equal(status, 255);
    assert.ok(stderr.includes(`ERROR: *** ${text} ***`), stderr);
  }
});

test('a camera that streams is refused to a second program, and free after SIGINT, which ends with 0', {
  timeout: 60_000,
}, async () => {
  using pi = newPi();
  const first = await streaming(pi);

  const second = run(pi, 'rpicam-vid', VIDEO);
  first.child.kill('SIGINT');

  assert.equal(second.status, 255);
  assert.match(
    second.stderr,
    /Pipeline handler in use by another process\nERROR: \*\*\* failed to acquire camera \/base/,
  );
  assert.deepEqual(await first.closed, [0, null]);
  assert.match(first.text(), /Received signal 2/);
  assert.equal(run(pi, 'rpicam-still', '-n --immediate -e jpg --width 320 --height 240 -o -'.split(' ')).status, 0);
});

test('a stalled program takes no notice of SIGINT, and dies of SIGTERM', { timeout: 60_000 }, async () => {
  using pi = newPi();
  const { child, closed, text } = await streaming(pi);
  pi.setFaults('imx708', { deviceTimeout: true });
  while (!text().includes('Device timeout detected, attempting a restart!!!'))
    await once(child.stderr ?? child, 'data');

  child.kill('SIGINT');
  while (text().split('Device timeout detected').length < 4) await once(child.stderr ?? child, 'data');
  assert.equal(child.exitCode, null);
  child.kill('SIGTERM');

  assert.deepEqual(await closed, [null, 'SIGTERM']);
});

test('a closed stdout ends it with SIGABRT', { timeout: 60_000 }, async () => {
  using pi = newPi();
  const { child, closed, text } = await streaming(pi);

  child.stdout?.destroy();

  assert.deepEqual(await closed, [null, 'SIGABRT']);
  assert.match(text(), /failed to write output bytes/);
});

test('--info-text tells focus before each frame, lp=-1.00 where there is no lens', { timeout: 60_000 }, async () => {
  using pi = newPi();
  const info = ['--info-text', '#%frame fps=%fps lp=%lp af=%afstate'];
  const lens = await streaming(pi, [...VIDEO, ...info]);
  const fixed = await streaming(pi, [...VIDEO.slice(0, -1), '1', ...info]);
  while (!lens.text().includes('af=focused')) await once(lens.child.stderr ?? lens.child, 'data');

  lens.child.kill('SIGTERM');
  fixed.child.kill('SIGTERM');
  await Promise.all([lens.closed, fixed.closed]);

  assert.match(lens.text(), /^#0 fps=50\.00 lp=\d+\.\d\d af=scanning$/m);
  assert.match(fixed.text(), /^#0 fps=50\.00 lp=-1\.00 af=idle$/m);
});

test('a still carries a thumbnail, a second whole JPEG, unless told not to', { timeout: 60_000 }, () => {
  using pi = newPi();
  const capture = (more: string[]) =>
    run(pi, 'rpicam-still', [...'-n --immediate -e jpg --width 320 --height 240 -o -'.split(' '), ...more]).stdout;
  const ends = (jpeg: string) => jpeg.split('\xff\xd9').length - 1;

  assert.equal(ends(capture([])), 2);
  assert.equal(ends(capture(['--thumb', 'none'])), 1);
});
