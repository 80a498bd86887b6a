// What the kernel still has to send: bytes that the viewer's machine has not acknowledged, from /proc/net/tcp.
// The kernel's send buffer holds a megabyte and takes more only when a third of it is free: for a viewer at 20 KB/s half
// a minute passes in which Node.js sees nothing move. Only this number tells it from one that takes nothing.

import { readFile } from 'node:fs/promises';

/** By `local port:remote port`; several remote hosts with the same port are joined, so that any movement counts. */
export type SendQueues = ReadonlyMap<string, string>;

export function sendQueueKey(localPort: number, remotePort: number): string {
  return `${localPort}:${remotePort}`;
}

/** Empty where /proc is not readable: then only what Node.js sees counts. */
export async function readSendQueues(): Promise<SendQueues> {
  const texts = await Promise.all(
    ['/proc/self/net/tcp', '/proc/self/net/tcp6'].map((path) => readFile(path, 'latin1').catch(() => '')),
  );
  return parseSendQueues(texts.join('\n'));
}

/** @see proc(5): `sl local_address rem_address st tx_queue:rx_queue ...`, everything in hexadecimal */
export function parseSendQueues(text: string): SendQueues {
  const queues = new Map<string, string>();
  const line = /^ *\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]{2} ([0-9A-F]{8}):/gm;
  for (const [, local = '', remote = '', queue = ''] of text.matchAll(line)) {
    const key = sendQueueKey(Number.parseInt(local, 16), Number.parseInt(remote, 16));
    const others = queues.get(key);
    queues.set(key, others === undefined ? queue : `${others},${queue}`);
  }
  return queues;
}
