// One viewer of the load generator: reads parts off a raw socket, verifies every byte of every frame, and keeps the
// time from the stamp in the frame to its last byte here. It shares one receive buffer with all other viewers.

import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { readStamp, STAMP_END } from './stamped-frame.ts';

export interface ViewerResult {
  frames: number;
  bytes: number;
  /** frames whose bytes, length or framing were wrong */
  damaged: number;
  /** numbers that never came, between the first and the last frame seen */
  missed: number;
  held: number;
  /** ms from connecting to the last byte of the first live frame */
  firstFrameMs: number | undefined;
  closed: boolean;
}

export interface ViewerTarget {
  readonly port?: number;
  readonly path?: string;
}

export interface Viewer {
  readonly result: ViewerResult;
  readonly socket: Socket;
  /** from now on latencies count */
  reset(): void;
}

const receiveBuffer = Buffer.alloc(256 * 1024);
const SLOW_READ_BYTES = 2048;
const RATIONS_PER_SECOND = 20;
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * @param onLatency ms from stamp to last byte, for every whole frame
 * @param bytesPerSecond reads no more than this; 0 never reads; undefined as fast as it comes
 */
export function openViewer(
  target: ViewerTarget,
  template: Buffer,
  onLatency: (ms: number) => void,
  bytesPerSecond?: number,
): Viewer {
  const startedMs = nowMs();
  const buffer = bytesPerSecond === undefined ? receiveBuffer : Buffer.alloc(SLOW_READ_BYTES);
  let allowance = bytesPerSecond ?? Number.POSITIVE_INFINITY;
  const empty = (): ViewerResult => ({
    frames: 0,
    bytes: 0,
    damaged: 0,
    missed: 0,
    held: 0,
    firstFrameMs: undefined,
    closed: false,
  });
  let result = empty();
  let head = '';
  let inBody = false;
  let live = false;
  let bodyLength = 0;
  let bodyDone = 0;
  let good = true;
  let lastNumber = -1;
  let responseSeen = false;
  const start = Buffer.alloc(STAMP_END);

  const endOfPart = () => {
    inBody = false;
    if (!live) {
      result.held++;
      return;
    }
    const mark = readStamp(start);
    if (!good || mark === undefined || bodyLength !== template.length) {
      result.damaged++;
      return;
    }
    if (mark.number <= lastNumber) return; // the same frame again
    if (lastNumber >= 0) result.missed += mark.number - lastNumber - 1;
    lastNumber = mark.number;
    result.frames++;
    const endMs = nowMs();
    result.firstFrameMs ??= endMs - startedMs;
    onLatency(endMs - mark.atMs);
  };

  const body = (chunk: Buffer, from: number): number => {
    const take = Math.min(chunk.length - from, bodyLength - bodyDone);
    if (bodyDone < STAMP_END) chunk.copy(start, bodyDone, from, from + Math.min(take, STAMP_END - bodyDone));
    if (live && bodyLength === template.length) {
      const skip = Math.max(0, Math.min(take, STAMP_END - bodyDone));
      if (take > skip && chunk.compare(template, bodyDone + skip, bodyDone + take, from + skip, from + take) !== 0)
        good = false;
    }
    bodyDone += take;
    if (bodyDone === bodyLength) endOfPart();
    return from + take;
  };

  const beginPart = (text: string) => {
    const length = /content-length: (\d+)/i.exec(text);
    if (!responseSeen) {
      responseSeen = true;
      if (!text.startsWith('HTTP/1.1 200')) result.damaged++;
      return;
    }
    if (!length || !text.includes('--FRAME')) {
      result.damaged++;
      return;
    }
    live = /x-frame-kind: live/i.test(text);
    bodyLength = Number(length[1]);
    bodyDone = 0;
    good = true;
    inBody = true;
  };

  const take = (chunk: Buffer) => {
    result.bytes += chunk.length;
    for (let at = 0; at < chunk.length; ) {
      if (inBody) {
        at = body(chunk, at);
        continue;
      }
      const end = head === '' ? chunk.indexOf(HEAD_END, at) : -1;
      const stop = end < 0 ? Math.min(chunk.length, at + 1) : end + 4;
      head += chunk.toString('latin1', at, stop);
      at = stop;
      if (head.endsWith('\r\n\r\n')) {
        beginPart(head);
        head = '';
      }
    }
  };

  const options: NetConnectOpts = {
    ...(target.path === undefined ? { port: target.port ?? 0, host: '127.0.0.1' } : { path: target.path }),
    noDelay: true,
    onread: {
      buffer,
      callback: (length: number) => {
        take(buffer.subarray(0, length));
        allowance -= length;
        return allowance > 0;
      },
    },
  };
  const socket = connect(options);
  socket.write('GET /stream.mjpg HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\n\r\n');
  const ration =
    bytesPerSecond === undefined
      ? undefined
      : setInterval(() => {
          allowance = Math.min(bytesPerSecond / RATIONS_PER_SECOND, allowance + bytesPerSecond / RATIONS_PER_SECOND);
          if (allowance > 0) socket.resume();
        }, 1000 / RATIONS_PER_SECOND);
  socket.on('error', () => undefined);
  socket.on('close', () => {
    clearInterval(ration);
    result.closed = true;
  });
  return {
    get result() {
      return result;
    },
    socket,
    reset() {
      result = { ...empty(), firstFrameMs: result.firstFrameMs, closed: result.closed };
    },
  };
}
