// Who is notified of what the cameras do: the broker, the operator's socket. In the order of events, at once.

import type { FrameNotification } from '@soft-stream/shared/api/broker-api';
import type { CameraStatus } from '@soft-stream/shared/api/camera-status';
import type { ControlEvent } from '@soft-stream/shared/api/control-api';
import type { ControlChanges } from '@soft-stream/shared/api/controls';
import type { CameraListener } from '../camera/camera-api.ts';

export interface CameraEventSubscriber {
  frame?(frame: FrameNotification): void;
  status?(status: CameraStatus): void;
  controls?(changes: ControlChanges): void;
  event?(camera: string, event: ControlEvent['event'], message: string): void;
}

export interface CameraEvents {
  listenerFor(camera: string): CameraListener;
  add(subscriber: CameraEventSubscriber): void;
}

export function createCameraEvents(): CameraEvents {
  const subscribers: CameraEventSubscriber[] = [];
  return {
    listenerFor: (camera) => ({
      frame(frame) {
        for (const subscriber of subscribers) subscriber.frame?.(frame);
      },
      status(status) {
        for (const subscriber of subscribers) subscriber.status?.(status);
      },
      controls(changes, status) {
        for (const subscriber of subscribers) subscriber.controls?.({ camera, changes });
        for (const subscriber of subscribers) subscriber.status?.(status);
        const message = changes.map(({ name, from, to, by }) => `${name} ${from} -> ${to} by ${by}`).join(', ');
        for (const subscriber of subscribers) subscriber.event?.(camera, 'controls', message);
      },
      event(event, message) {
        for (const subscriber of subscribers) subscriber.event?.(camera, event, message);
      },
    }),
    add: (subscriber) => subscribers.push(subscriber),
  };
}
