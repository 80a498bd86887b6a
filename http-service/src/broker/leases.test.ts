import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RPC_ERRORS } from '@soft-stream/shared/api/broker-api';
import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import { RpcConnectionError, RpcError } from '@soft-stream/shared/rpc/rpc-error';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import { pino } from 'pino';
import { unheardStatus } from '../status/portal-status.ts';
import { sampleCamera } from '../testing/sample-monitor.ts';
import { createLeases, type LeaseCalls } from './leases.ts';

const options = { timeout: 5_000 };
const settle = () => new Promise(setImmediate);

function harness() {
  const clock = manualClock();
  const asked: (number | undefined)[] = [];
  const answers: { resolve(status: CameraStatus): void; reject(error: Error): void }[] = [];
  const ask = (viewers: number | undefined) => {
    asked.push(viewers);
    return new Promise<CameraStatus>((resolve, reject) => answers.push({ resolve, reject }));
  };
  const calls: LeaseCalls = { open: (_camera, viewers) => ask(viewers), close: () => ask(undefined) };
  const leases = createLeases(clock, pino({ level: 'silent' }));
  const status = unheardStatus(sampleCamera(0), 0);
  const grant = async () => {
    answers.shift()?.resolve(status);
    await settle();
  };
  const refuse = async (error: Error) => {
    answers.shift()?.reject(error);
    await settle();
  };
  return { clock, asked, leases, calls, grant, refuse };
}

test('a storm of viewers becomes two questions: the first and the last count', options, async () => {
  const { leases, calls, asked, grant } = harness();
  leases.connected(calls);

  for (let viewers = 1; viewers <= 50; viewers++) leases.want('cam0', viewers);
  await grant();
  await grant();

  assert.deepEqual(asked, [1, 50]);
});

test('what is wanted before the connection is told with it, and again with the next', options, async () => {
  const { leases, calls, asked, grant } = harness();
  leases.want('cam0', 2);
  assert.deepEqual(asked, []);

  leases.connected(calls);
  await grant();
  leases.disconnected();
  leases.connected(calls);
  await grant();

  assert.deepEqual(asked, [2, 2]);
});

test('a question that the old connection took with it is asked again on the new one', options, async () => {
  const { leases, calls, asked, grant, refuse } = harness();
  leases.connected(calls);
  leases.want('cam0', 1);

  leases.disconnected();
  leases.connected({ ...calls });
  await refuse(new RpcConnectionError('ERR_RPC_CLOSED', 'gone'));
  await grant();

  assert.deepEqual(asked, [1, 1]);
});

test('no lease is told when none was wanted or given', options, async () => {
  const { leases, calls, asked } = harness();
  leases.connected(calls);

  leases.want('cam0', undefined);
  await settle();

  assert.deepEqual(asked, []);
});

test('the last viewer gone closes the lease', options, async () => {
  const { leases, calls, asked, grant } = harness();
  leases.connected(calls);
  leases.want('cam0', 1);
  await grant();

  leases.want('cam0', undefined);
  await grant();

  assert.deepEqual(asked, [1, undefined]);
});

test('a limited rate is waited for, and the newest count asked then', options, async () => {
  const { clock, leases, calls, asked, refuse } = harness();
  leases.connected(calls);
  leases.want('cam0', 1);
  await refuse(new RpcError(RPC_ERRORS.rateLimited, 'slowly', { retryAfterMs: 700 }));

  leases.want('cam0', 3);
  assert.deepEqual(asked, [1]);
  await clock.advance(700);

  assert.deepEqual(asked, [1, 3]);
});

test('nobody left to want it: a refused lease sets no timer', options, async () => {
  const { clock, leases, calls, refuse } = harness();
  leases.connected(calls);
  leases.want('cam0', 1);
  await refuse(new RpcError(RPC_ERRORS.unknownCamera, 'no cam0'));

  leases.want('cam0', undefined);

  assert.equal(clock.pendingTimers, 0);
});
