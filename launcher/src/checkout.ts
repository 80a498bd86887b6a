// Where the programs are in a checkout of this repository, seen from the compiled launcher (launcher/dist).

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, FatalError } from '@soft-stream/shared/runtime/errors';

const root = join(import.meta.dirname, '../..');

export const checkout = {
  root,
  capture: join(root, 'capture-service/dist/main.js'),
  http: join(root, 'http-service/dist/main.js'),
  camctl: join(root, 'capture-service/dist/camctl/main.js'),
  detect: join(root, 'capture-service/dist/detect/main.js'),
} as const;

/** @throws FatalError 78 ERR_NOT_BUILT */
export function assertBuilt(): void {
  const missing = [checkout.capture, checkout.http].filter((path) => !existsSync(path));
  if (missing.length > 0) {
    throw new FatalError(EXIT.config, 'ERR_NOT_BUILT', `not built yet: ${missing.join(', ')}. Run: npm ci`);
  }
}
