// A TCP port that nobody uses at this moment, drawn below those that the kernel gives to outgoing connections (32768 on,
// ip_local_port_range): one of these may be somebody's before the service under test has bound it.

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

const FIRST_PORT = 20_000;
const END_PORT = 28_000;

/** All are held open together, so that no two of them are the same. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  const servers: Server[] = [];
  while (ports.length < count) {
    const port = randomInt(FIRST_PORT, END_PORT);
    const server = createServer();
    try {
      await once(server.listen(port, '127.0.0.1'), 'listening');
    } catch {
      continue; // EADDRINUSE
    }
    ports.push(port);
    servers.push(server);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
