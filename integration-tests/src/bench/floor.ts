// The floor: the barest possible node:net server that writes prebuilt parts to every socket. No HTTP parser, no demand,
// no shared memory, no slow viewers: what any Node.js program has to pay for pushing these bytes.
// node floor.js PORT FPS

import { createServer, type Socket } from 'node:net';
import { frameTemplate, STAMP_END, stamp } from './stamped-frame.ts';

const [port = '0', fps = '30'] = process.argv.slice(2);
const template = frameTemplate(process.env['BENCH_RECORDING'] ?? '', Number(process.env['BENCH_FRAME_BYTES']));
const head = Buffer.from(
  `--FRAME\r\nContent-Type: image/jpeg\r\nContent-Length: ${template.length}\r\nX-Timestamp: 0.000000\r\nX-Frame-Kind: live\r\n\r\n`,
);
const prebuilt = Buffer.concat([head, template, Buffer.from('\r\n')]);
const viewers = new Set<Socket>();

createServer({ noDelay: true }, (socket) => {
  socket.once('data', () => {
    socket.write(
      'HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=FRAME\r\nConnection: close\r\n\r\n',
    );
    viewers.add(socket);
    if (viewers.size === 1) play();
  });
  socket.on('close', () => viewers.delete(socket));
  socket.on('error', () => socket.destroy());
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('floor listening\n'));

/** As long as somebody watches: beside the rows of the pair it costs nothing. */
function play(): void {
  const periodMs = 1000 / Number(fps);
  const startMs = performance.now();
  let number = 0;
  const next = () => {
    const part = Buffer.from(prebuilt);
    stamp(part.subarray(head.length, head.length + STAMP_END), number++);
    for (const viewer of viewers) if (viewer.writableLength === 0) viewer.write(part);
    if (viewers.size > 0) setTimeout(next, Math.max(0, startMs + number * periodMs - performance.now()));
  };
  next();
}
