import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { PortalStatus } from '../status/portal-status.ts';
import { statusLine } from './status-line.ts';

it('the line for systemctl status says who watches what, and that capture-service is unreachable', () => {
  const cam0 = { camera: 'cam0', state: 'streaming', captureReachable: true, http: { viewers: 1 } } as PortalStatus;
  const cam1 = { ...cam0, camera: 'cam1', state: 'idle', http: { ...cam0.http, viewers: 0 } } as PortalStatus;

  assert.equal(statusLine([cam0, cam1]), 'cam0 streaming, 1 viewer; cam1 idle, 0 viewers');
  assert.match(statusLine([{ ...cam0, captureReachable: false }]), /^capture-service unreachable; cam0 /);
});
