// A bad line between a browser and the service's UDP port: every datagram is passed on, except for a share of them.

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export interface LossyRelay extends AsyncDisposable {
  readonly port: number;
  readonly passed: number;
  readonly lost: number;
}

/** @param lossShare 0..1 of the datagrams in either direction, evenly spread */
export async function startLossyRelay(servicePort: number, lossShare: number): Promise<LossyRelay> {
  const front = createSocket('udp4').bind(0, '127.0.0.1');
  await once(front, 'listening');
  /** by the client's port: what the service knows as this client */
  const backs = new Map<number, Socket>();
  let passed = 0;
  let lost = 0;
  let due = 0;
  const isLost = () => {
    due += lossShare;
    if (due < 1) {
      passed++;
      return false;
    }
    due -= 1;
    lost++;
    return true;
  };
  const backOf = (clientPort: number) => {
    const known = backs.get(clientPort);
    if (known !== undefined) return known;
    const back = createSocket('udp4').bind(0, '127.0.0.1');
    back.on('message', (datagram) => {
      if (!isLost()) front.send(datagram, clientPort, '127.0.0.1');
    });
    backs.set(clientPort, back);
    return back;
  };
  front.on('message', (datagram, { port }) => {
    if (!isLost()) backOf(port).send(datagram, servicePort, '127.0.0.1');
  });
  return {
    port: front.address().port,
    get passed() {
      return passed;
    },
    get lost() {
      return lost;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of [front, ...backs.values()]) socket.close();
    },
  };
}
