// Who is told what the cameras do: the broker, the operator's socket. Told in the order of events, at once.

import type { FrameNotification } from '@soft-stream/shared/api/broker-api';
import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import type { ControlEvent } from '@soft-stream/shared/api/control-api';
import type { CameraListener } from '../camera/camera-api.ts';

export interface Audience {
  frame?(frame: FrameNotification): void;
  status?(status: CameraStatus): void;
  event?(camera: string, event: ControlEvent['event'], message: string): void;
}

export interface Announcer {
  listenerFor(camera: string): CameraListener;
  add(audience: Audience): void;
}

export function createAnnouncer(): Announcer {
  const audiences: Audience[] = [];
  return {
    listenerFor: (camera) => ({
      frame(frame) {
        for (const audience of audiences) audience.frame?.(frame);
      },
      status(status) {
        for (const audience of audiences) audience.status?.(status);
      },
      event(event, message) {
        for (const audience of audiences) audience.event?.(camera, event, message);
      },
    }),
    add: (audience) => audiences.push(audience),
  };
}
