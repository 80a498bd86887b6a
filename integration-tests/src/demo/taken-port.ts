// Says before anything starts that a port is taken, and by which setting another one is chosen.

import { createServer } from 'node:net';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { EXIT, errorCode, FatalError } from '@soft-stream/shared/runtime/errors';

/** @throws FatalError 69 ERR_PORT_TAKEN naming the port */
export async function assertPortFree({
  camera,
  port,
  bind,
}: Pick<CameraConfig, 'camera' | 'port' | 'bind'>): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, host: bind, exclusive: true }, resolve);
    });
  } catch (cause) {
    if (errorCode(cause) !== 'EADDRINUSE') throw cause;
    const message =
      `port ${port} of ${bind} is taken, ${camera} cannot listen there. Is another demo running?\n` +
      `Choose another port: ${camera}_port=${port + 10} npm run demo`;
    throw new FatalError(EXIT.unavailable, 'ERR_PORT_TAKEN', message, { cause });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
