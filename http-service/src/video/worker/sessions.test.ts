import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '@soft-stream/shared/runtime/manual-clock';
import type { AccessUnit } from '../encoder/flv-reader.ts';
import type { PeerOptions } from './peer-connection.ts';
import { createSessions } from './sessions.ts';

const options = { timeout: 10_000 };
const REPORT = Buffer.from('80c9000100000001', 'hex');
const LOSS = Buffer.from('81ce00020000000100000002', 'hex');

function harness() {
  const clock = manualClock();
  const events: string[] = [];
  const peers = new Map<string, Pick<PeerOptions, 'onConnected' | 'onFailed' | 'onFeedback'>>();
  const sent: string[] = [];
  const sessions = createSessions({
    async openPeer(given) {
      peers.set(given.name, given);
      const transport = {
        ufrag: '',
        pwd: '',
        fingerprint: { algorithm: '', value: '' },
        setup: 'active',
        candidates: [],
      } as const;
      return {
        local: { transport, ssrc: 1 },
        answer: () => undefined,
        addCandidates: () => undefined,
        send: ({ timeMs }) => sent.push(`${given.name} ${timeMs}`),
        close: () => events.push(`${given.name} closed`),
      };
    },
    wantKeyFrame: (camera) => events.push(`key frame of ${camera}`),
    onConnected: (session) => events.push(`${session} connected`),
    onEnded: (session, reason) => events.push(`${session} ended: ${reason}`),
    clock,
  });
  const open = (session: string, camera = 'cam0') => sessions.open({ session, camera, remote: null });
  return { clock, events, peers, sent, sessions, open };
}

function unit(timeMs: number, isKey = false): AccessUnit {
  return { timeMs, isKey, bytes: Buffer.alloc(0) };
}

test('a viewer that has connected gets a key frame first, and then all that follows', options, async () => {
  const { peers, sent, sessions, open, events } = harness();
  await open('a');

  sessions.send('cam0', unit(1, true));
  peers.get('a')?.onConnected();
  sessions.send('cam0', unit(2));
  sessions.send('cam1', unit(3, true));
  sessions.send('cam0', unit(4, true));
  sessions.send('cam0', unit(5));

  assert.deepEqual(sent, ['a 4', 'a 5']);
  assert.deepEqual(events, ['a connected', 'key frame of cam0']);
});

test('a viewer that was heard of no more is gone within 10 s', options, async () => {
  const { clock, peers, events, open } = harness();
  await open('a');
  peers.get('a')?.onConnected();
  events.length = 0;

  for (let second = 0; second < 20; second++) {
    await clock.advance(1_000);
    peers.get('a')?.onFeedback(REPORT);
  }
  assert.deepEqual(events, []);
  await clock.advance(10_000);

  assert.deepEqual(events, ['a closed', 'a ended: silent']);
});

test('a viewer that had nothing to report, for nothing was sent, is not gone', options, async () => {
  const { clock, peers, sent, sessions, open, events } = harness();
  await open('a');
  peers.get('a')?.onConnected();
  sessions.send('cam0', unit(1, true));
  events.length = 0;

  // The encoder hangs, and another one takes its place.
  await clock.advance(12_000);
  sessions.send('cam0', unit(2));
  await clock.advance(8_000);
  assert.deepEqual([events, sent], [[], ['a 1', 'a 2']]);
});

test('a viewer that reports nothing of what is sent, or for very long, is gone', options, async () => {
  const { clock, peers, sessions, open, events } = harness();
  await open('a');
  await open('b', 'cam1');
  peers.get('a')?.onConnected();
  peers.get('b')?.onConnected();
  sessions.send('cam1', unit(1, true));
  events.length = 0;

  for (let index = 0; index < 20; index++) {
    sessions.send('cam0', unit(index, true));
    await clock.advance(500);
  }
  assert.deepEqual(events, ['a closed', 'a ended: silent']);
  await clock.advance(30_000);
  assert.deepEqual(events.slice(2), ['b closed', 'b ended: silent']);
});

test('a viewer that never connects is given up', options, async () => {
  const { clock, events, open } = harness();
  await open('a');

  await clock.advance(16_000);

  assert.deepEqual(events, ['a closed', 'a ended: not connected']);
});

test('lost pictures bring a key frame, and a flood of complaints no more than two a second', options, async () => {
  const { clock, peers, events, open } = harness();
  await open('a');
  peers.get('a')?.onConnected();
  events.length = 0;

  for (let index = 0; index < 100; index++) {
    peers.get('a')?.onFeedback(LOSS);
    await clock.advance(10);
  }

  assert.deepEqual(events, ['key frame of cam0', 'key frame of cam0']);
});

test('nothing ticks when the last viewer has left', options, async () => {
  const { clock, sessions, open } = harness();
  await open('a');

  sessions.close('a');
  await clock.advance(1_000);

  assert.equal(clock.pendingTimers, 0);
});
