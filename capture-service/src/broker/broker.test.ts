import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { RPC_ERRORS } from '@soft-stream/shared/api/broker-api';
import { PRODUCT_VERSION } from '@soft-stream/shared/api/versions';
import { createNameKeeper } from '@soft-stream/shared/names/name-keeper';
import { type ManualClock, manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { cameraConfig } from '@soft-stream/shared/testing/camera-config';
import { pino } from 'pino';
import { createCamera } from '../camera/camera.ts';
import type { Camera } from '../camera/camera-api.ts';
import { createControls } from '../controls/controls.ts';
import { createCameraEvents } from '../events/camera-events.ts';
import { type FakeDriver, fakeDriver } from '../testing/fake-driver.ts';
import { connectWebSide } from '../testing/socket-client.ts';
import { brokerPath, openBroker } from './broker.ts';
import { createWebVersions, type WebVersions } from './web-versions.ts';

const options = { timeout: 20_000 };
const log = pino({ level: 'silent' });
const code = (expected: number) => (error: unknown) => (error as { rpcCode: number }).rpcCode === expected;

interface Bench extends AsyncDisposable {
  readonly path: string;
  readonly clock: ManualClock;
  readonly cameras: ReadonlyMap<string, Camera>;
  readonly drivers: readonly FakeDriver[];
  readonly versions: WebVersions;
}

/** A broker on a real socket, with two cameras that a test plays. */
async function openBench(): Promise<Bench> {
  const runDir = mkdtempSync(join(tmpdir(), 'soft-stream-broker-'));
  const clock = manualClock();
  const cameraEvents = createCameraEvents();
  const drivers = [fakeDriver(clock), fakeDriver(clock)];
  const cameras = new Map(
    drivers.map((driver, number) => {
      let sequence = 0n;
      const publish = ({ jpeg }: { readonly jpeg: Uint8Array }) => {
        sequence += 1n;
        return { sequence, slot: 0, byteLength: jpeg.byteLength };
      };
      const name = `cam${number}`;
      const camera = createCamera({
        controls: createControls({
          base: cameraConfig({ camera: name, number, lingerMs: 0 }),
          initial: {},
          save: () => undefined,
          clock,
          log,
        }),
        driver,
        ring: { publish, publishStill: publish },
        object: { name: `/test.${name}`, byteLength: 4096 },
        clock,
        log,
        listener: cameraEvents.listenerFor(name),
      });
      return [name, camera] as const;
    }),
  );
  const names = createNameKeeper({ clock, log });
  const versions = createWebVersions();
  const broker = await openBroker({ runDir, cameras, cameraEvents, names, versions, clock, log });
  return {
    path: brokerPath(runDir),
    clock,
    cameras,
    drivers,
    versions,
    async [Symbol.asyncDispose]() {
      await broker[Symbol.asyncDispose]();
      await names[Symbol.asyncDispose]();
      rmSync(runDir, { recursive: true });
    },
  };
}

describe('broker: what the web side is told', options, () => {
  it('its socket is for owner and group', async () => {
    await using bench = await openBench();

    assert.equal(statSync(bench.path).mode & 0o777, 0o660);
  });

  it('tells every camera at connection, and then on every change, to all', async () => {
    await using bench = await openBench();
    const one = await connectWebSide(bench.path);
    const two = await connectWebSide(bench.path);
    await one.peer.request('lease.open', { camera: 'cam1', viewers: 2 });
    await two.ask('status', undefined);

    assert.deepEqual(
      two.states.slice(0, 2).map((each) => each.camera),
      ['cam0', 'cam1'],
    );
    assert.equal(two.states.at(-1)?.camera, 'cam1');
    assert.equal(two.states.at(-1)?.viewers, 2);
  });

  it('tells frames of a camera to those who hold a lease for it, and to nobody else', async () => {
    await using bench = await openBench();
    const one = await connectWebSide(bench.path);
    const two = await connectWebSide(bench.path);
    await one.peer.request('lease.open', { camera: 'cam0', viewers: 1 });
    await two.peer.request('lease.open', { camera: 'cam1', viewers: 1 });
    await bench.clock.advance(0);
    bench.drivers[0]?.stream.frame();
    await one.ask('status', undefined);
    await two.ask('status', undefined);

    assert.deepEqual(
      one.frames.map(({ camera, sequence }) => [camera, sequence]),
      [['cam0', '1']],
    );
    assert.deepEqual(two.frames, []);
  });

  it('describes its cameras with the objects that hold their frames', async () => {
    await using bench = await openBench();
    const one = await connectWebSide(bench.path);
    const { cameras } = await one.ask('cameras', undefined);

    assert.deepEqual(cameras[1], {
      camera: 'cam1',
      name: 'Camera 1',
      objectName: '/test.cam1',
      requested: { width: 1280, height: 720, fps: 15 },
    });
  });
});

describe('broker: versions', options, () => {
  it('are told to each other first of all, and a difference is a finding of the doctor while it lasts', async () => {
    await using bench = await openBench();
    const same = await connectWebSide(bench.path);
    same.peer.notify('hello', { version: PRODUCT_VERSION });
    await same.ask('lease.open', { camera: 'cam0', viewers: 1 });
    assert.deepEqual(same.hellos, [{ version: PRODUCT_VERSION }]);
    assert.deepEqual(bench.versions.lines(), [{ level: 'ok', what: `http-service ${PRODUCT_VERSION} is connected` }]);

    const newer = await connectWebSide(bench.path);
    newer.peer.notify('hello', { version: '9.9.9' });
    await newer.ask('status', undefined);
    const found = bench.versions.lines().filter(({ level }) => level === 'warn');
    assert.match(found[0]?.what ?? '', /^capture-service is .* and http-service is 9\.9\.9: update both$/);

    newer.peer.close();
    while (bench.versions.lines().length > 1) await same.ask('status', undefined);
  });

  it('a web side that takes a lease without a greeting is of an older version', async () => {
    await using bench = await openBench();
    const older = await connectWebSide(bench.path);
    await older.ask('status', undefined);
    assert.deepEqual(bench.versions.lines(), []);

    await older.ask('lease.open', { camera: 'cam0', viewers: 1 });

    assert.match(bench.versions.lines()[0]?.what ?? '', /http-service is an older version/);
  });

  it('params and notifications that only a newer web side knows are left out', async () => {
    await using bench = await openBench();
    const newer = await connectWebSide(bench.path);
    newer.peer.notify('weather' as 'hello', { version: 'rain' });
    newer.peer.notify('pong', { id: 'none' } as never);

    const params = { camera: 'cam0', viewers: 2, priority: 'high' };
    assert.equal((await newer.ask('lease.open', params)).leases, 1);
  });
});

describe('broker: leases', options, () => {
  it('end with their connection, and the camera stops', async () => {
    await using bench = await openBench();
    const one = await connectWebSide(bench.path);
    const watcher = await connectWebSide(bench.path);
    await one.peer.request('lease.open', { camera: 'cam0', viewers: 1 });
    await bench.clock.advance(0);
    assert.equal(bench.drivers[0]?.holders, 1);

    one.peer.close();
    while ((await watcher.ask('status', undefined)).cameras[0]?.leases !== 0);
    await bench.clock.advance(0);

    assert.equal(bench.drivers[0]?.holders, 0);
    assert.equal(bench.cameras.get('cam0')?.status().state, 'idle');
  });

  it('end, with the connection, when a holder does not answer pings', async () => {
    await using bench = await openBench();
    const mute = await connectWebSide(bench.path, false);
    await mute.peer.request('lease.open', { camera: 'cam0', viewers: 1 });
    await bench.clock.advance(15_000);
    await mute.peer.closed;

    assert.deepEqual(mute.pings, [1, 2]);
    assert.equal(bench.cameras.get('cam0')?.status().leases, 0);
  });

  it('are closed on request', async () => {
    await using bench = await openBench();
    const one = await connectWebSide(bench.path);
    await one.peer.request('lease.open', { camera: 'cam0', viewers: 1 });

    assert.equal((await one.ask('lease.close', { camera: 'cam0' })).leases, 0);
  });
});

describe('broker: refusals', options, () => {
  it('have codes: unknown camera, held off, no autofocus, bad params', async () => {
    await using bench = await openBench();
    const { peer } = await connectWebSide(bench.path);
    bench.cameras.get('cam1')?.hold('off');
    const still = (camera: string) => peer.request('still', { camera, full: false, notBeforeMs: 0 });

    await assert.rejects(still('cam7'), code(RPC_ERRORS.unknownCamera));
    await assert.rejects(still('cam1'), code(RPC_ERRORS.heldOff));
    await assert.rejects(still('../cam1'), code(-32602));
    await assert.rejects(peer.request('autofocus', { camera: 'cam0' }), code(RPC_ERRORS.noAutofocus));
    await assert.rejects(peer.request('lease.open', { camera: 'cam0', viewers: -1 }), code(-32602));
  });

  it('limit how often a connection asks for stills of a camera, and say when to ask again', async () => {
    await using bench = await openBench();
    const { peer } = await connectWebSide(bench.path);
    bench.cameras.get('cam0')?.hold('off');
    const asked = Array.from({ length: 50 }, () =>
      peer.request('still', { camera: 'cam0', full: false, notBeforeMs: 0 }).catch((error: unknown) => error),
    );
    const refusals = (await Promise.all(asked)) as { rpcCode: number; data?: { retryAfterMs?: number } }[];
    const limited = refusals.filter((each) => each.rpcCode === RPC_ERRORS.rateLimited);

    assert.ok(limited.length >= 10, `${limited.length} refused`);
    assert.ok(limited.every((each) => (each.data?.retryAfterMs ?? 0) > 0));
    await assert.rejects(peer.request('still', { camera: 'cam1', full: true, notBeforeMs: -1 }), code(-32602));
  });

  it('a method of the operator is unknown here', async () => {
    await using bench = await openBench();
    const socket = connect(bench.path);
    const answer = new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
        if (text.includes('"id":9')) resolve(text);
      });
    });
    socket.write('{"jsonrpc":"2.0","id":9,"method":"stop","params":{"camera":null}}\n');

    assert.match(await answer, /"id":9,"error":\{"code":-32601/);
    socket.destroy();
  });
});
