// Cameras behind addresses belong to a second capture-service, which the same http-service reads beside the first.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkout } from '@soft-stream/launcher/checkout';
import { readCameraStatus } from '@soft-stream/shared/api/read-camera-status';
import { runProgram } from '../harness/run-program.ts';
import { startHandle } from '../harness/service-handle.ts';
import { type Pair, startPair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';
import { startSmallCamera } from '../upstream-standins/small-camera.ts';
import { isHeld, isLive, watch } from '../viewer/watch.ts';

const timeout = 120_000;

async function startNetwork({ env }: Pair) {
  const service = startHandle({ name: 'network', entry: checkout.capture, args: ['--role', 'network'], env });
  await service.log.until('capture-service ready');
  return service;
}

test('ten viewers of a camera for one: one connection, and nobody is lost when the line is cut', {
  timeout,
}, async () => {
  await using camera = await startSmallCamera();
  await using pair = await startPair({ env: { cam1_driver: 'http', cam1_url: camera.url, cam1_recording: '' } });
  const network = await startNetwork(pair);
  try {
    const viewers = await Promise.all(Array.from({ length: 10 }, () => watch(pair.url(1, '/stream.mjpg'))));
    await Promise.all(viewers.map((viewer) => viewer.next('a live picture', isLive)));
    for (let cut = 0; cut < 5; cut++) {
      const { served } = camera;
      camera.drop();
      await waitFor('a new connection', async () => camera.served > served);
      await Promise.all(viewers.map((viewer) => viewer.next('live pictures again', isLive)));
    }

    assert.ok(viewers.every((viewer) => !viewer.isClosed));
    assert.equal(camera.mostReaders, 1);
    assert.ok(camera.served >= 6);
    await Promise.all(viewers.map((viewer) => viewer.leave()));
  } finally {
    await network.stop();
  }
});

test('either instance may die: the viewers of the other see nothing of it', { timeout }, async () => {
  await using camera = await startSmallCamera();
  await using pair = await startPair({ env: { cam1_driver: 'http', cam1_url: camera.url, cam1_recording: '' } });
  let network = await startNetwork(pair);
  try {
    const ofDevices = await watch(pair.url(0, '/stream.mjpg'));
    const ofNetwork = await watch(pair.url(1, '/stream.mjpg'));
    await ofDevices.next('a live picture', isLive);
    await ofNetwork.next('a live picture', isLive);

    await network.kill();
    await ofNetwork.next('the held picture', isHeld);
    await ofDevices.next('a live picture', isLive);
    network = await startNetwork(pair);
    await ofNetwork.next('live pictures again', isLive);
    assert.deepEqual(kindsSinceLive(ofDevices.seen), ['live']);

    const before = ofNetwork.seen.length;
    await pair.capture.kill();
    await ofDevices.next('the held picture', isHeld);
    await ofNetwork.next('a live picture', isLive);
    await pair.startCapture();
    await ofDevices.next('live pictures again', isLive);
    assert.deepEqual([...new Set(ofNetwork.seen.slice(before).map(({ kind }) => kind))], ['live']);

    await ofDevices.leave();
    await ofNetwork.leave();
  } finally {
    await network.stop();
  }
});

test('camctl and doctor speak with both, and no password is anywhere', { timeout }, async () => {
  await using camera = await startSmallCamera();
  const secret = `${camera.url}?token=opensesame`;
  await using pair = await startPair({ env: { cam1_driver: 'http', cam1_url: secret, cam1_recording: '' } });
  const network = await startNetwork(pair);
  try {
    const status = await pair.camctl('status', '--json');
    const doctor = await pair.camctl('doctor');
    const shot = await pair.camctl('snapshot', 'cam1', '-o', '-');
    const listed = await pair.camctl('cameras', '--json');
    const page = await (await fetch(pair.url(1, '/status'))).text();

    assert.deepEqual(
      JSON.parse(status.stdout).cameras.map((each: { camera: string }) => each.camera),
      ['cam0', 'cam1'],
    );
    assert.match(doctor.stdout, /cam0 plays/);
    assert.match(doctor.stdout, /cam1: 127\.0\.0\.1:\d+ answers with a stream/);
    assert.equal(shot.code, 0, shot.stderr);
    const everything = [status, doctor, listed].map(({ stdout, stderr }) => stdout + stderr).join();
    for (const text of [everything, page, network.log.text(), pair.http.log.text(), pair.capture.log.text()]) {
      assert.doesNotMatch(text, /opensesame/);
    }
  } finally {
    await network.stop();
  }
});

test('the owner of devices opens no camera behind an address, and no connection', { timeout }, async () => {
  await using camera = await startSmallCamera();
  await using pair = await startPair({ env: { cam1_driver: 'http', cam1_url: camera.url, cam1_recording: '' } });
  const viewer = await watch(pair.url(1, '/stream.mjpg'));
  await viewer.next('a placeholder', ({ kind }) => kind === 'placeholder');

  const { cameras } = JSON.parse((await pair.camctl('status', '--json')).stdout);
  assert.deepEqual(
    cameras.map((each: { camera: string }) => each.camera),
    ['cam0'],
  );
  assert.equal(camera.served, 0);
  assert.deepEqual(internetSocketsOf(pair.capture.pid), []);
  await viewer.leave();
});

test('a role that there is not is named', { timeout }, async () => {
  const { code, stderr } = await runProgram(process.execPath, [checkout.capture, '--role', 'both'], {});
  assert.equal(code, 2);
  assert.match(stderr, /--role both: must be devices or network/);
});

test('what another portal holds is held here too, with its reason', { timeout }, async () => {
  await using first = await startPair();
  const upstream = first.url(0, '/stream.mjpg');
  await using second = await startPair({ env: { cam1_driver: 'http', cam1_url: upstream, cam1_recording: '' } });
  const network = await startNetwork(second);
  try {
    const viewer = await watch(second.url(1, '/stream.mjpg'));
    await viewer.next('a live picture', isLive);
    await first.camctl('stop', 'cam0');
    await viewer.next('the held picture', isHeld);
    const status = await waitFor('the reason', async () => {
      const told = readCameraStatus(await (await fetch(second.url(1, '/status'))).json());
      return /not live: Switched off/.test(told.cause ?? '') && told;
    });
    assert.equal(status.state, 'streaming');
    await first.camctl('auto', 'cam0');
    await viewer.next('live pictures again', isLive);
    await viewer.leave();
  } finally {
    await network.stop();
  }
});

function kindsSinceLive(seen: readonly { readonly kind: string }[]): string[] {
  return [...new Set(seen.slice(seen.findIndex(({ kind }) => kind === 'live')).map(({ kind }) => kind))];
}

/** Inodes of the sockets of a process that are TCP or UDP. */
function internetSocketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  const inodes = readdirSync(folder).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(join(folder, fd)))?.[1] ?? [];
    } catch {
      return []; // closed meanwhile (ENOENT)
    }
  });
  const tables = ['tcp', 'tcp6', 'udp', 'udp6']
    .map((name) => readFileSync(`/proc/${pid}/net/${name}`, 'utf8'))
    .join('\n');
  return inodes.filter((inode) => new RegExp(`\\s${inode}\\s`).test(tables));
}
