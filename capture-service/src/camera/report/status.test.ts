import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import { cameraConfig } from '@soft-stream/shared/testing/camera-config';
import { createRecord, type StatusNow, statusLine } from './status.ts';

it('the line for systemctl status says state, cause and viewers of every camera', () => {
  const cam0 = { camera: 'cam0', state: 'streaming', cause: null, viewers: 1 } as CameraStatus;
  const cam1 = { camera: 'cam1', state: 'absent', cause: 'camera not connected', viewers: 2 } as CameraStatus;

  assert.equal(statusLine([cam0, cam1]), 'cam0 streaming, 1 viewer; cam1 absent (camera not connected), 2 viewers');
});

it('starts are counted, and which of them skipped the listing or had to make up for it', () => {
  const camera = { id: 'a', model: 'imx', index: 0 };
  const record = createRecord(cameraConfig({}), 'rpicam', { name: 'object', byteLength: 1 });

  record.located(camera); // looked for, and not opened
  record.started(camera);
  record.started({ ...camera, isAssumed: true });
  record.started({ ...camera, isAssumed: true });
  record.startCorrected();

  assert.deepEqual(record.status({} as StatusNow).starts, { total: 3, withoutListing: 2, corrected: 1 });
});
