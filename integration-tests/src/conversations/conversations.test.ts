// One service of this version beside the other of another: on recorded conversations, and on what a newer one might say.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkout } from '@soft-stream/launcher/checkout';
import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import { PRODUCT_VERSION } from '@soft-stream/shared/api/versions';
import { startRig } from '../faults/rig.ts';
import { runProgram } from '../harness/run-program.ts';
import { startPair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';
import { watch } from '../viewer/watch.ts';
import { playCapture } from './play-capture.ts';
import {
  answersOf,
  type Conversation,
  fromTheFuture,
  type Message,
  messagesOf,
  readConversations,
} from './recordings.ts';

const options = { timeout: 120_000 };
const conversations = readConversations();
const newest = conversations.find(({ name }) => name === PRODUCT_VERSION);

interface PageStatus extends CameraStatus {
  readonly captureReachable: boolean;
  readonly captureVersion: string | null;
  readonly versionDifference: string | null;
}

it('the conversation of this version is kept, and that of one before it', () => {
  assert.ok(newest, `conversations/${PRODUCT_VERSION}.jsonl`);
  assert.ok(conversations.length >= 2);
});

async function startHttpBeside(conversation: Conversation, translate?: (message: Message) => Message) {
  const env = { cam0_snapshot_timeout: '1', cam0_autofocus: '1' };
  const pair = await startPair({ start: ['http'], cameras: 1, env });
  const { runDir } = pair;
  const capture = await playCapture({ runDir, socket: 'broker', conversation, ...(translate && { translate }) });
  const status = async () => (await (await fetch(pair.url(0, '/status'))).json()) as PageStatus;
  const reached = await waitFor('capture to be reached', async () => {
    const now = await status();
    return now.captureReachable && now.name === 'imx708' && now;
  });
  return {
    pair,
    capture,
    status,
    reached,
    async [Symbol.asyncDispose]() {
      await capture[Symbol.asyncDispose]();
      await pair[Symbol.asyncDispose]();
    },
  };
}

/** Everything that a visitor may ask for is answered, and the service lives. */
async function assertServes(beside: Awaited<ReturnType<typeof startHttpBeside>>): Promise<void> {
  const { pair } = beside;
  for (const path of ['/', '/status', '/metrics', '/healthz'])
    assert.equal((await fetch(pair.url(0, path))).status, 200, path);
  const viewer = await watch(pair.url(0, '/stream.mjpg'));
  await viewer.next('a placeholder', ({ kind }) => kind === 'placeholder');
  assert.equal((await fetch(pair.url(0, '/snapshot.jpg'))).status, 503);
  await viewer.leave();
  await (await fetch(pair.url(0, '/snapshot.jpg'))).arrayBuffer();
  const origin = new URL(pair.url(0)).origin;
  await (await fetch(pair.url(0, '/autofocus'), { method: 'POST', headers: { origin } })).arrayBuffer();
  assert.equal(pair.http.end, undefined, pair.http.log.text());
  assert.deepEqual(
    pair.http.log.lines.filter(({ level }) => level === 'error' || level === 'fatal' || level === 'raw'),
    [],
  );
}

describe('http-service of this version', options, () => {
  for (const conversation of conversations) {
    it(`beside the capture-service of ${conversation.name}: shows what it says, and its version`, options, async () => {
      await using beside = await startHttpBeside(conversation);
      const states = messagesOf(conversation, 'broker', 'capture').filter(({ method }) => method === 'state');
      const known = new Set(states.map(({ params }) => (params as CameraStatus).state));

      assert.ok(known.has(beside.reached.state), beside.reached.state);
      assert.equal(beside.reached.versionDifference === null, conversation === newest);
      if (conversation !== newest) assert.match(String(beside.reached.versionDifference), /update both$/);
      await assertServes(beside);
    });
  }

  it(
    'beside one that is newer: its words are shown, its fields are left out, a difference is said',
    options,
    async () => {
      assert.ok(newest);
      await using beside = await startHttpBeside(newest, (message) =>
        message.method === 'hello' ? { ...message, params: { version: '9.9.9' } } : fromTheFuture(message),
      );
      const { pair, status, reached } = beside;

      assert.deepEqual([reached.state, reached.unknownState], ['unknown', 'defragmenting']);
      assert.equal(reached.captureVersion, '9.9.9');
      assert.match(
        String(reached.versionDifference),
        /^http-service is .* and capture-service is 9\.9\.9: update both$/,
      );
      assert.doesNotMatch(JSON.stringify(await status()), /weather/);
      await assertServes(beside);
      const page = await (await fetch(pair.url(0))).text();
      assert.match(page, /Defragmenting/);
      assert.match(page, /capture-service is 9\.9\.9: update both/);
      const metrics = await (await fetch(pair.url(0, '/metrics'))).text();
      assert.match(metrics, /soft_stream_camera_state\{camera="cam0",state="unknown"\} 1/);
      assert.match(metrics, /soft_stream_restarts_total\{camera="cam0",cause="other",kind="failed"\} 3/);
    },
  );

  it('a snapshot that waits while an unknown state comes is answered, and the service lives', options, async () => {
    assert.ok(newest);
    await using beside = await startHttpBeside(newest);
    const { pair, capture } = beside;
    await using viewer = await watch(pair.url(0, '/stream.mjpg'));
    await viewer.next('a placeholder', ({ kind }) => kind === 'placeholder');
    capture.say({ method: 'state', params: { version: 1, camera: 'cam0', state: 'starting' } });

    const waiting = fetch(pair.url(0, '/snapshot.jpg'));
    capture.say({ method: 'state', params: { version: 1, camera: 'cam0', state: 'defragmenting' } });

    const answer = await waiting;
    assert.equal(answer.status, 503);
    assert.match(await answer.text(), /"defragmenting"/);
    assert.equal(pair.http.end, undefined);
  });

  it('nonsense in every place of every message ends no service', options, async () => {
    assert.ok(newest);
    await using beside = await startHttpBeside(newest);
    const notifications = messagesOf(newest, 'broker', 'capture').filter(({ method }) => method !== undefined);
    for (const nonsense of [null, 7, '', [], { a: 1 }, -1e300, true])
      for (const { method, params } of notifications.slice(0, 40)) {
        beside.capture.say({ method, params: nonsense });
        for (const field of Object.keys(params as object))
          beside.capture.say({ method, params: { ...(params as object), [field]: nonsense } });
      }

    await assertServes(beside);
  });
});

/** Speaks as it was spoken then; answers come in the order of asking, since one request waits for another. */
async function openSpeaker(path: string) {
  const socket: Socket = connect(path);
  await once(socket, 'connect');
  const waiting = new Map<number, (message: Message) => void>();
  let unfinished = '';
  let nextId = 1;
  socket.setEncoding('utf8').on('data', (text) => {
    const lines = `${unfinished}${text}`.split('\n');
    unfinished = lines.pop() ?? '';
    for (const line of lines.filter((each) => each.trim() !== '')) {
      const message = JSON.parse(line) as Message;
      if (message.method === undefined && message.id !== undefined) waiting.get(message.id)?.(message);
    }
  });
  return {
    notify: (message: Message) => socket.write(`${JSON.stringify(message)}\n`),
    ask(message: Message): Promise<Message> {
      const id = nextId++;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        socket.write(`${JSON.stringify({ ...message, id })}\n`);
      });
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** Names of all fields, as far as they are in every answer of that kind: arrays count by their first item. */
function missingFields(was: unknown, is: unknown, path = ''): string[] {
  if (Array.isArray(was))
    return was.length > 0 && Array.isArray(is) && is.length > 0 ? missingFields(was[0], is[0], path) : [];
  if (typeof was !== 'object' || was === null) return [];
  if (typeof is !== 'object' || is === null) return is === null ? [] : [path];
  return Object.entries(was).flatMap(([name, value]) => {
    const now: unknown = (is as Record<string, unknown>)[name];
    if (path.endsWith('byCause') || name === 'advice') return [];
    return now === undefined ? [`${path}.${name}`] : missingFields(value, now, `${path}.${name}`);
  });
}

async function assertAnswers(
  conversation: Conversation,
  socket: 'broker' | 'control',
  path: string,
  translate = (m: Message) => m,
) {
  const recorded = answersOf(conversation, socket);
  using speaker = await openSpeaker(path);
  for (const message of messagesOf(conversation, socket, socket === 'broker' ? 'http' : 'camctl')) {
    if (message.id === undefined) {
      speaker.notify(translate(message));
      continue;
    }
    const answer = await speaker.ask(translate(message));
    const was = (recorded.get(message.method ?? '') ?? []).find(({ result }) => result !== undefined);
    if (answer.error !== undefined) assert.ok(answer.error.code >= 1_000, JSON.stringify([message, answer]));
    else assert.deepEqual(missingFields(was?.result, answer.result), [], message.method);
  }
}

describe('capture-service of this version', options, () => {
  for (const conversation of conversations) {
    it(`answers the http-service and the camctl of ${conversation.name} as it is used to`, options, async () => {
      await using rig = await startRig({ models: ['imx708', 'imx219'], start: ['capture'] });
      await assertAnswers(conversation, 'broker', join(rig.pair.runDir, 'broker.sock'));
      await assertAnswers(conversation, 'control', join(rig.pair.runDir, 'operator/control.sock'));

      assert.equal(rig.pair.capture.end, undefined);
      assert.equal((await rig.pair.status(0)).camera, 'cam0');
    });
  }

  it(
    'answers an http-service that is newer: what it adds is left out, what it asks anew is refused by name',
    options,
    async () => {
      assert.ok(newest);
      await using rig = await startRig({ models: ['imx708', 'imx219'], start: ['capture'] });
      const path = join(rig.pair.runDir, 'broker.sock');
      const more = (message: Message): Message =>
        message.method === 'hello'
          ? { ...message, params: { version: '9.9.9' } }
          : {
              ...message,
              ...(message.params !== undefined && { params: { ...(message.params as object), priority: 'high' } }),
            };
      await assertAnswers(newest, 'broker', path, more);
      using speaker = await openSpeaker(path);
      speaker.notify({ jsonrpc: '2.0', method: 'hello', params: { version: '9.9.9' } } as Message);
      const refused = await speaker.ask({ jsonrpc: '2.0', method: 'tilt', params: { camera: 'cam0' } } as Message);
      assert.equal(refused.error?.code, -32601);

      const doctor = await rig.pair.camctl('doctor');
      assert.match(doctor.stdout, /capture-service is .* and http-service is 9\.9\.9: update both/);
    },
  );
});

describe('camctl of this version', options, () => {
  const verbs = ['status', 'cameras', 'stop', 'auto', 'start', 'autofocus', 'restart', 'rescan', 'doctor', 'events'];
  for (const conversation of conversations) {
    for (const translate of [(message: Message) => message, fromTheFuture]) {
      const whose = translate === fromTheFuture ? 'a capture-service newer than' : 'the capture-service of';
      it(`prints what ${whose} ${conversation.name} says`, options, async () => {
        await using pair = await startPair({ start: [], cameras: 1 });
        const played = { runDir: pair.runDir, socket: 'control', conversation, translate } as const;
        await using _capture = await playCapture(played);
        for (const verb of verbs) {
          const timeoutMs = verb === 'events' ? 3_000 : 60_000;
          const ended = await runProgram(process.execPath, [checkout.camctl, verb], { env: pair.env, timeoutMs });

          if (verb !== 'events') assert.ok(ended.code === 0 || ended.code === 1, `${verb}: ${ended.stderr}`);
          if (verb !== 'events') assert.notEqual(ended.stdout, '', `${verb}: ${ended.stderr}`);
          assert.doesNotMatch(ended.stdout + ended.stderr, /TypeError|undefined|\[object/, verb);
          if (verb === 'doctor') assert.equal(/update both/.test(ended.stdout), conversation !== newest);
        }
      });
    }
  }
});
