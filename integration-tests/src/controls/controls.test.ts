// Controls through the pair: from the page's request to the camera program's options and back, kept over a kill -9.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { CameraControls } from '@soft-stream/shared/api/controls';
import { liveAfter, longestGapMs, measured } from '../faults/observe.ts';
import { PATIENT, type Rig, startRig } from '../faults/rig.ts';
import { waitFor } from '../harness/wait-for.ts';

const limit = { timeout: 120_000 };
const env = { ...PATIENT, cam0_web_controls: 'brightness,rotation' };
/** The state folder of an instance with a run directory of its own. */
const stateDir = (rig: Rig) => join(rig.pair.runDir, 'state');

async function ask(rig: Rig, method: string, body?: unknown, query = ''): Promise<Response> {
  return await fetch(rig.pair.url(0, `/controls${query}`), {
    method,
    headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** The options of the camera program that runs now. */
function optionsOf(rig: Rig): string {
  return rig
    .programs()
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        // it ended in between
        return '';
      }
    })
    .join('\n');
}

describe('controls', { concurrency: 2 }, () => {
  test('a control set by the page restarts the program with its option behind the held frame', limit, async (t) => {
    await using rig = await startRig({ env });
    const coldMs = performance.now();
    await using viewer = await rig.watch();
    await liveAfter(viewer, coldMs);
    const startMs = performance.now() - coldMs;

    const askedMs = performance.now();
    const answer = await ask(rig, 'PATCH', { brightness: 0.25, rotation: '180' });
    assert.equal(answer.status, 200);
    const { controls } = (await answer.json()) as CameraControls;
    assert.equal(controls.find(({ name }) => name === 'brightness')?.from, 'page');
    await waitFor('the options to be given', () => /--rotation 180 .*--brightness 0\.25/.test(optionsOf(rig)));
    await liveAfter(viewer, askedMs + 500);

    measured(t, 'first viewer to live', startMs);
    measured(t, 'gap of a setting', longestGapMs(viewer, askedMs));
    const { restarts, controls: told } = await rig.status();
    assert.deepEqual(restarts.byCause, { 'setting changed': 1 });
    assert.equal(told['rotation']?.value, '180');
  });

  test('what the page may not set, or nobody, is refused by name; nothing of it holds', limit, async () => {
    await using rig = await startRig({ env });

    assert.equal((await ask(rig, 'PATCH', { brightness: 0.5, contrast: 2 })).status, 403);
    const wrong = await ask(rig, 'PATCH', { brightness: 5 });
    assert.equal(wrong.status, 400);
    const { control, value, allowed } = (await wrong.json()) as Record<string, unknown>;
    assert.deepEqual([control, value, allowed], ['brightness', 5, 'a number from -1 to 1']);
    assert.equal((await ask(rig, 'PATCH', { brightness: ['--help'] })).status, 400);
    assert.equal((await ask(rig, 'PATCH', { text: 'x'.repeat(5_000) })).status, 413);
    const foreign = { method: 'PATCH', headers: { Origin: 'http://evil.example', 'Content-Type': 'application/json' } };
    assert.equal((await fetch(rig.pair.url(0, '/controls'), { ...foreign, body: '{"brightness":1}' })).status, 403);
    assert.equal((await fetch(rig.pair.url(0, '/controls'), { method: 'PATCH', body: 'brightness=1' })).status, 415);
    assert.equal((await rig.status()).controls['brightness']?.value, 0);
  });

  test('camctl sets what the page may not, prints lines for the file, and gives the file back', limit, async () => {
    await using rig = await startRig({ env });

    assert.equal((await rig.pair.camctl('set', 'cam0', 'contrast=1.5', 'hflip=1')).code, 0);
    assert.equal((await rig.pair.camctl('get', 'cam0', '--env')).stdout, 'cam0_contrast=1.5\ncam0_hflip=1\n');
    const wrong = await rig.pair.camctl('set', 'cam0', 'contrast=33');
    assert.deepEqual([wrong.code, /contrast.*a number from 0 to 32/.test(wrong.stderr)], [1, true]);
    assert.equal((await rig.pair.camctl('reset', 'cam0')).code, 0);
    assert.equal((await rig.pair.camctl('get', 'cam0', '--env')).stdout, '');
  });

  test("rpicam's figure of focus is in the status, and is what the focus meter tells", limit, async () => {
    await using rig = await startRig({ env });
    const askedMs = performance.now();
    await using viewer = await rig.watch();
    await liveAfter(viewer, askedMs);

    await rig.untilStatus('to have the figure', ({ focusFigure }) => focusFigure?.value === 1507);
    const ended = new AbortController();
    const events = await fetch(rig.pair.url(0, '/events?focus=1'), { signal: ended.signal });
    const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
      text += part.value;
      if (/event: focus-figure\n.*\n\n/.test(text)) break;
    }
    ended.abort();

    assert.match(text, /event: focus-figure\ndata: \{"value":1507,/);
  });

  test('kill -9 in the middle of changes leaves the old file or a new one, never half of it', limit, async () => {
    await using rig = await startRig({ env });
    for (let round = 0; round < 5; round++) {
      const value = (round + 1) / 10;
      const asked = ask(rig, 'PATCH', { brightness: value }).catch(() => undefined);
      if (round > 0) await new Promise((resolve) => setTimeout(resolve, round * 3));
      else await asked;
      await rig.pair.capture.kill();
      await asked;
      await rig.pair.startCapture();
      const after = await rig.pair.status(0);
      const { value: held } = after.controls['brightness'] ?? {};
      assert.ok(typeof held === 'number' && held <= value, `${held}`);
      const files = readdirSync(stateDir(rig)).filter((name) => name !== 'cam0.json.new');
      assert.ok(
        files.every((name) => name === 'cam0.json'),
        files.join(' '),
      );
      await rig.untilStatus('to have capture again', ({ captureReachable }) => captureReachable);
    }
  });

  test('a taken-over web side neither floods restarts nor fills the state folder', limit, async () => {
    await using rig = await startRig({ env });
    await using viewer = await rig.watch();
    await liveAfter(viewer, performance.now());
    const startMs = performance.now();

    const floods = Array.from({ length: 8 }, () => connect(join(rig.pair.runDir, 'broker.sock')));
    for (let at = 0; performance.now() - startMs < 5_000; at++) {
      for (const [number, socket] of floods.entries()) {
        const name = at % 2 === 0 ? 'brightness' : 'contrast';
        const params = { camera: 'cam0', values: { [name]: ((at + number) % 100) / 100 } };
        socket.write(`${JSON.stringify({ jsonrpc: '2.0', id: at + 1, method: 'controls.set', params })}\n`);
        socket.resume();
        socket.on('error', () => undefined);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const elapsedS = (performance.now() - startMs) / 1_000;
    for (const socket of floods) socket.destroy();

    const { restarts, controls } = await rig.pair.status(0);
    assert.ok(restarts.total <= elapsedS / 2 + 1, `${restarts.total} restarts in ${elapsedS} s`);
    assert.equal(controls['contrast']?.value, 1);
    assert.ok(readdirSync(stateDir(rig)).length <= 2, readdirSync(stateDir(rig)).join(' '));
    await liveAfter(viewer, performance.now());
  });
});
