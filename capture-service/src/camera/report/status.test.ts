import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import { statusLine } from './status.ts';

it('the line for systemctl status says state, cause and viewers of every camera', () => {
  const cam0 = { camera: 'cam0', state: 'streaming', cause: null, viewers: 1 } as CameraStatus;
  const cam1 = { camera: 'cam1', state: 'absent', cause: 'camera not connected', viewers: 2 } as CameraStatus;

  assert.equal(statusLine([cam0, cam1]), 'cam0 streaming, 1 viewer; cam1 absent (camera not connected), 2 viewers');
});
