// The pair with video on, on a UDP port of its own.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Pair, startPair } from '../harness/start-pair.ts';

export async function startVideoPair(env: Readonly<Record<string, string>> = {}): Promise<Pair> {
  const port = await freeUdpPort();
  return await startPair({
    cameras: 1,
    env: { cam0_webrtc: '1', cam0_linger: '1', webrtc_port: String(port), ...env },
  });
}

export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** The worker and its children, by their command lines. */
export function videoWorkerPid(pair: Pair): number {
  const line = pair.http.log.lines.findLast(({ msg }) => msg === 'video worker started');
  return Number(line?.['pid']);
}
