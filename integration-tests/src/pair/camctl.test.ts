import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { checkout } from '@soft-stream/launcher/checkout';
import { readJpegSize } from '@soft-stream/shared/mjpeg/jpeg';
import { startPair } from '../harness/start-pair.ts';
import { isLive, watch } from '../viewer/watch.ts';

const timeout = 120_000;

test('status prints for people, and with --json for machines', { timeout }, async () => {
  await using pair = await startPair();

  const text = await pair.camctl('status');
  const json = await pair.camctl('status', '--json');

  assert.equal(text.code, 0, text.stderr);
  assert.match(text.stdout, /cam0[\s\S]*idle[\s\S]*cam1/);
  const parsed = JSON.parse(json.stdout);
  assert.equal(parsed.version, 1);
  assert.deepEqual(
    parsed.cameras.map((status: { camera: string }) => status.camera),
    ['cam0', 'cam1'],
  );
});

test('/status of the web page tells what camctl tells', { timeout }, async () => {
  await using pair = await startPair();

  const web = (await (await fetch(pair.url(0, '/status'))).json()) as Record<string, unknown>;
  const operator: Record<string, unknown> = { ...(await pair.status(0)) };

  for (const key of ['version', 'camera', 'name', 'state', 'requested', 'negotiated', 'autofocus', 'restarts']) {
    assert.deepEqual(web[key], operator[key], key);
  }
});

test('start holds a camera on without viewers, stop holds it off against them, auto gives it back', {
  timeout,
}, async () => {
  await using pair = await startPair({ env: { cam0_linger: '1' } });

  const started = await pair.camctl('start', 'cam0');
  await pair.untilStatus(
    0,
    'to stream without a viewer',
    ({ state, viewers }) => state === 'streaming' && viewers === 0,
  );
  const stopped = await pair.camctl('stop', 'cam0');
  await pair.untilStatus(0, 'to be held off', ({ state }) => state === 'held-off');
  await using viewer = await watch(pair.url(0, '/stream.mjpg'));
  await viewer.next('a placeholder', ({ kind }) => kind !== 'live');
  const automatic = await pair.camctl('auto', 'cam0');
  await viewer.next('a live frame', isLive);

  assert.deepEqual([started.code, stopped.code, automatic.code], [0, 0, 0]);
});

test('restart starts the stream anew behind the held frame, and counts it', { timeout }, async () => {
  await using pair = await startPair();
  await using viewer = await watch(pair.url(0, '/stream.mjpg'));
  await viewer.next('a live frame', isLive);

  const { code, stderr } = await pair.camctl('restart', 'cam0');
  const after = await pair.untilStatus(
    0,
    'to stream again',
    ({ state, restarts }) => state === 'streaming' && restarts.total === 1,
  );
  await viewer.next('a live frame', isLive);

  assert.equal(code, 0, stderr);
  assert.equal(after.restarts.byCause.operator, 1);
  assert.equal(viewer.isClosed, false);
});

test('snapshot writes a JPEG to a file and to standard output', { timeout }, async () => {
  await using pair = await startPair();
  const file = join(pair.runDir, 'picture.jpg');

  const toFile = await pair.camctl('snapshot', 'cam0', '-o', file);
  const toPipe = await pair.camctl('snapshot', 'cam1', '-o', '-');

  assert.equal(toFile.code, 0, toFile.stderr);
  assert.deepEqual(readJpegSize(await readFile(file)), { width: 1280, height: 720 });
  assert.equal(toPipe.code, 0, toPipe.stderr);
  assert.deepEqual(readJpegSize(toPipe.stdoutBytes), { width: 1280, height: 720 });
});

test('cameras, rescan and doctor answer also without real cameras', { timeout }, async () => {
  await using pair = await startPair();

  for (const verb of ['cameras', 'rescan', 'doctor']) {
    const { code, stdout, stderr } = await pair.camctl(verb);
    assert.ok(code === 0 || (verb === 'doctor' && code === 1), `${verb}: ${code} ${stderr}`);
    assert.notEqual(stdout.trim(), '', verb);
  }
});

test('autofocus of a camera that has none is refused with 1', { timeout }, async () => {
  await using pair = await startPair();

  const { code, stdout, stderr } = await pair.camctl('autofocus', 'cam0');

  assert.equal(code, 1);
  assert.match(stdout + stderr, /autofocus/i);
});

test('events prints one JSON object a line, as things happen', { timeout }, async () => {
  await using pair = await startPair();
  const child = spawn(process.execPath, [checkout.camctl, 'events'], {
    env: pair.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const states = new Set<string>();
  const lines = createInterface({ input: child.stdout });
  const sawStreaming = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      const event = JSON.parse(line);
      assert.equal(typeof event.timeMs, 'number');
      if (event.camera === 'cam0' && event.event === 'state') states.add(event.status.state);
      if (states.has('streaming')) resolve();
    });
  });

  // camctl is subscribed when it is; each new viewer makes the camera change its state until then.
  const poke = setInterval(
    () =>
      void fetch(pair.url(0, '/snapshot.jpg')).then(
        (response) => response.text(),
        () => {},
      ),
    500,
  );
  const viewer = (async () => {
    while (!states.has('streaming')) {
      await using watching = await watch(pair.url(0, '/stream.mjpg'));
      await watching.next('a live frame', isLive);
      await pair.camctl('restart', 'cam0');
    }
  })();
  await sawStreaming;
  clearInterval(poke);
  await viewer;
  child.kill('SIGTERM');
  await once(child, 'close');

  assert.ok(states.has('streaming'));
});

test('usage errors are 2 and print what there is; an unknown camera is refused', { timeout }, async () => {
  await using pair = await startPair();

  const [none, unknown, camera, output] = [
    await pair.camctl(),
    await pair.camctl('reboot'),
    await pair.camctl('start', 'cam7'),
    await pair.camctl('snapshot', 'cam0'),
  ];

  assert.equal(none.code, 2);
  assert.match(none.stderr + none.stdout, /status[\s\S]*doctor/);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr + unknown.stdout, /reboot/);
  assert.equal(camera.code, 1);
  assert.match(camera.stderr + camera.stdout, /cam7/);
  assert.equal(output.code, 2);
});

test('without capture-service camctl ends with 69 and says where it looked', { timeout }, async () => {
  await using pair = await startPair({ start: [] });

  const { code, stderr, stdout } = await pair.camctl('status');

  assert.equal(code, 69);
  assert.ok((stderr + stdout).includes(pair.runDir));
});
