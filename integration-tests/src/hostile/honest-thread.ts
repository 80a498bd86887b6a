// An honest web side in a thread of its own: it holds a lease, reads what it is told, and counts the frames.
// What the thread beside it wastes must not keep it from reading: capture-service closes who does not.

import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

const { runDir } = workerData as { readonly runDir: string };
let rest = '';
const socket = connect(join(runDir, 'broker.sock'));
socket.setEncoding('utf8').on('data', (text: string) => {
  const lines = (rest + text).split('\n');
  rest = lines.pop() ?? '';
  const frames = lines.filter((line) => line.includes('"method":"frame"')).length;
  if (frames > 0) parentPort?.postMessage(frames);
});
socket.on('close', () => {
  throw new Error('the honest one was cut off');
});
await once(socket, 'connect');
socket.write('{"jsonrpc":"2.0","id":1,"method":"lease.open","params":{"camera":"cam0","viewers":1}}\n');
