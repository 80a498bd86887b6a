// `node integration-tests/dist/conversations/record.js FILE`: what the two services and camctl of this version say to each
// other while a camera is watched, photographed, focused, fails, is held off and unplugged; one message a line.

import { linkSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout } from '@soft-stream/launcher/checkout';
import { objectName, objectPath } from '@soft-stream/shared/frames/names';
import { systemClock } from '@soft-stream/shared/runtime/clock';
import { type Rig, startRig } from '../faults/rig.ts';
import { runProgram } from '../harness/run-program.ts';
import { type ServiceHandle, startHandle } from '../harness/service-handle.ts';
import { watch } from '../viewer/watch.ts';
import { openTap, type Said } from './tap.ts';

/** Frames are all alike: the first of them tell enough. */
const KEPT_FRAMES = 12;
const PING_MS = 6_000;
/** It is ended then: events are followed for ever. */
const EVENTS_MS = 12_000;

async function record(): Promise<readonly Said[]> {
  const said: Said[] = [];
  const onSaid = (each: Said) => {
    const isFrame = (one: Said) => (one.message as { readonly method?: unknown }).method === 'frame';
    if (!isFrame(each) || said.filter(isFrame).length < KEPT_FRAMES) said.push(each);
  };
  await using rig = await startRig({ models: ['imx708', 'imx219'], start: ['capture'] });
  const runDir = mkdtempSync(join(tmpdir(), 'soft-stream-tap-'));
  // http-service derives the names of the frames from its run directory.
  const links = ['cam0', 'cam1'].map((camera) => {
    const path = objectPath(objectName(runDir, camera));
    linkSync(objectPath(objectName(rig.pair.runDir, camera)), path);
    return path;
  });
  try {
    const shared = { clock: systemClock, onSaid };
    const paths = (name: string) => ({ path: join(runDir, name), target: join(rig.pair.runDir, name) });
    await using _broker = await openTap({ socket: 'broker', client: 'http', ...shared, ...paths('broker.sock') });
    const control = paths('operator/control.sock');
    await using _control = await openTap({ socket: 'control', client: 'camctl', ...shared, ...control });
    const env = { ...rig.pair.env, SOFT_STREAM_RUN_DIR: runDir };
    const http = startHandle({ name: 'http-service', entry: checkout.http, args: [], env });
    try {
      await act(rig, http, env);
    } finally {
      await http.stop();
    }
  } finally {
    for (const path of links) rmSync(path, { force: true });
    rmSync(runDir, { recursive: true, force: true });
  }
  return said;
}

async function act(rig: Rig, http: ServiceHandle, env: NodeJS.ProcessEnv): Promise<void> {
  const camctl = (...words: string[]) => runProgram(process.execPath, [checkout.camctl, ...words], { env });
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  await http.log.until('capture-service reached');
  await http.log.until(() => http.log.lines.filter((line) => line.msg === 'http-service listening').length >= 2);

  const events = runProgram(process.execPath, [checkout.camctl, 'events'], { env, timeoutMs: EVENTS_MS });
  await camctl('status', '--json');
  await camctl('cameras');
  const still = await rig.snapshot();
  await still.arrayBuffer();
  const viewer = await watch(rig.pair.url(0, '/stream.mjpg'));
  await rig.untilStatus('to stream', ({ state }) => state === 'streaming');
  await (await rig.snapshot('?full=1')).arrayBuffer();
  await rig.untilStatus('to stream again', ({ state }) => state === 'streaming');
  const { host } = new URL(rig.pair.url(0));
  await fetch(rig.pair.url(0, '/autofocus'), { method: 'POST', headers: { Origin: `http://${host}` } });
  await pause(PING_MS);
  await camctl('autofocus', 'cam0');
  await camctl('snapshot', 'cam0', '-o', '/dev/null');
  await camctl('restart', 'cam0');
  await rig.untilStatus('to stream once more', ({ state }) => state === 'streaming');
  rig.pi.setFaults('imx708', { acquireFails: true });
  await camctl('restart', 'cam0');
  await rig.untilStatus('to fail', ({ state }) => state === 'failed' || state === 'restarting');
  await (await rig.snapshot()).arrayBuffer();
  rig.pi.setFaults('imx708', {});
  await camctl('stop', 'cam0');
  await rig.untilStatus('to be held off', ({ state }) => state === 'held-off');
  await (await rig.snapshot()).arrayBuffer();
  await camctl('auto', 'cam0');
  await viewer.leave();
  await camctl('start', 'cam1');
  await camctl('auto', 'cam1');
  rig.pi.unplug('imx219');
  await camctl('rescan');
  await (await rig.snapshot('', 1)).arrayBuffer();
  rig.pi.plug('imx219');
  await camctl('doctor');
  await events;
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new TypeError('usage: node integration-tests/dist/conversations/record.js FILE');
const said = await record();
const text = said.map((each) => `${JSON.stringify(each)}\n`).join('');
// Where this checkout lies is nobody's business.
writeFileSync(file, text.replaceAll(process.cwd(), '/opt/soft-stream-cameras'));
process.stdout.write(`${said.length} messages in ${file}\n`);
