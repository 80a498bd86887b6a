// What a camera program writes its frames into, read into one buffer that is used again and again. A pipe of
// child_process takes a new 64 KiB buffer for every read, and a frame through it costs 2.4 times as much CPU
// (docs/PERFORMANCE.md). Node.js reads into a given buffer only on sockets that it connects itself, so this is a
// connection of ours to ourselves, and the child gets its far end. Both ends are as good as a pipe: they end with
// whoever holds them, and nothing is left in a folder.

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';

export interface OutputSocket {
  /** for the child; to be destroyed here when it runs */
  readonly far: Socket;
  /** closes when nobody holds the far end any more, all that was written being read */
  readonly near: Socket;
}

/** More than a unix socket holds by default (net.core.wmem_default is 208 KiB): a frame is seldom cut. */
const BUFFER_BYTES = 256 * 1024;
const NAME_BYTES = 16;

/**
 * @param onData a view that is valid until it returns
 * @throws what the system says: EMFILE and the like
 */
export function openOutputSocket(onData: (chunk: Buffer) => void): Promise<OutputSocket> {
  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  // An abstract name: in no folder, but known to all in this network namespace. What they connect does not have the token.
  const path = `\0soft-stream-output-${randomBytes(NAME_BYTES).toString('hex')}`;
  const token = randomBytes(NAME_BYTES);
  const callback = (byteLength: number) => {
    onData(buffer.subarray(0, byteLength));
    return true;
  };

  return new Promise((resolve, reject) => {
    const callers = new Set<Socket>();
    const server = createServer((far) => {
      callers.add(far);
      far.on('error', () => far.destroy());
      far.once('data', (bytes) => {
        if (bytes.byteLength !== NAME_BYTES || !timingSafeEqual(bytes, token)) return;
        far.pause();
        callers.delete(far);
        near.off('error', fail);
        finish();
        resolve({ far, near });
      });
    });
    const finish = () => {
      server.close();
      for (const caller of callers) caller.destroy();
    };
    const fail = (error: Error) => {
      near.destroy();
      finish();
      reject(error);
    };
    server.once('error', fail);
    server.listen(path);
    const near = connect({ path, onread: { buffer, callback } });
    near.once('error', fail);
    // Later ones are followed by its end, which is what counts.
    near.on('error', () => near.destroy());
    near.write(token);
  });
}
