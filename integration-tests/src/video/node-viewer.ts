// A viewer of video without a browser. It counts what comes.

import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Candidate, ViewerReport, ViewerRequest } from './viewer-process.ts';

export interface Receiver {
  /** RTP packets so far */
  readonly packets: number;
  readonly state: string;
  /** @returns our description, with every address that was found */
  describe(request: ViewerRequest): Promise<{ readonly sdp: string; readonly candidates: readonly Candidate[] }>;
  takeAnswer(sdp: string): Promise<void>;
  /** Says nothing to the server. */
  drop(): void;
}

const children = new Set<ChildProcess>();
// One that a failed test has left would keep the process of the tests.
after(() => {
  for (const child of children) child.kill('SIGKILL');
});

export function startReceiver(): Receiver {
  const child = fork(fileURLToPath(new URL('./viewer-process.js', import.meta.url)), { stdio: 'inherit' });
  children.add(child);
  child.once('exit', () => children.delete(child));
  let packets = 0;
  let state = 'new';
  child.on('message', (message: ViewerReport) => {
    if (message.report === 'packets') ({ packets, state } = message);
  });
  const ask = <K extends ViewerReport['report']>(request: ViewerRequest, kind: K) =>
    new Promise<ViewerReport & { readonly report: K }>((resolve, reject) => {
      child.once('exit', (code, signal) => reject(new Error(`the receiver has ended: ${signal ?? code}`)));
      child.on('message', (message: ViewerReport) => {
        if (message.report === kind) resolve(message as ViewerReport & { readonly report: K });
      });
      child.send(request);
    });
  return {
    get packets() {
      return packets;
    },
    get state() {
      return state;
    },
    describe: (request) => ask(request, 'description'),
    async takeAnswer(sdp) {
      await ask({ do: 'take-answer', sdp }, 'done');
    },
    drop: () => void child.kill('SIGKILL'),
  };
}

export interface NodeViewer extends Receiver {
  readonly location: string;
}

/** Asks `/whep` of the camera at `url`. */
export async function watchFromNode(url: string): Promise<NodeViewer> {
  const receiver = startReceiver();
  try {
    const { sdp } = await receiver.describe({ do: 'offer' });
    const headers = { 'Content-Type': 'application/sdp' };
    const response = await fetch(new URL('/whep', url), { method: 'POST', headers, body: sdp });
    const answer = await response.text();
    assert.equal(response.status, 201, answer);
    await receiver.takeAnswer(answer);
    const location = new URL(response.headers.get('Location') ?? '', response.url).href;
    return Object.create(receiver, { location: { value: location } }) as NodeViewer;
  } catch (error) {
    receiver.drop();
    throw error;
  }
}
