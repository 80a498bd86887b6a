// The operator's socket asked directly: what `camctl status --json` prints, without a new process for every question.

import { join } from 'node:path';
import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import type { ControlMethods } from '@soft-stream/shared/api/control-api';
import { askControl } from '@soft-stream/shared/api/control-messages';
import { connectPeer } from '@soft-stream/shared/rpc/client';
import { createLogger } from '@soft-stream/shared/runtime/log';

const log = createLogger({ service: 'test', level: 'fatal', format: 'json' });

/** @throws RpcConnectionError ERR_RPC_UNREACHABLE while capture-service is unreachable */
export async function askStatus(runDir: string, camera: string): Promise<CameraStatus> {
  const peer = await connectPeer<ControlMethods>({ path: join(runDir, 'operator/control.sock'), log });
  try {
    const { cameras } = await askControl(peer, 'status', { camera });
    const [status] = cameras;
    if (status === undefined) throw new Error(`capture-service told nothing about ${camera}`);
    return status;
  } finally {
    peer.close();
  }
}
