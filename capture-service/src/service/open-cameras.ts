// Every configured camera with its ring in shared memory.

import type { AppConfig } from '@soft-stream/shared/config/camera-config';
import { cleanLeftover, sweepLeftovers } from '@soft-stream/shared/frames/janitor';
import { objectName, objectPath } from '@soft-stream/shared/frames/names';
import { type FramePublisher, openPublisher } from '@soft-stream/shared/frames/publisher';
import { checkSpace, slotSizes } from '@soft-stream/shared/frames/space';
import type { KeptName, NameKeeper } from '@soft-stream/shared/names/name-keeper';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { createResourceStack } from '@soft-stream/shared/runtime/resource-stack';
import type { Logger } from 'pino';
import { createCamera } from '../camera/camera.ts';
import type { Camera } from '../camera/camera-api.ts';
import { controlPath } from '../control/control.ts';
import { openControls } from '../controls/open-controls.ts';
import type { CameraEvents } from '../events/camera-events.ts';
import type { DriverFamilies } from './driver-families.ts';

export interface OpenCamerasOptions {
  readonly app: AppConfig;
  readonly drivers: DriverFamilies;
  readonly cameraEvents: CameraEvents;
  readonly names: NameKeeper;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface OpenCameras extends AsyncDisposable {
  /** by `camN`, in the order of configuration */
  readonly cameras: ReadonlyMap<string, Camera>;
}

/**
 * Removes the frames of a dead predecessor. Before listening on our own sockets: its objects name the same ones.
 * @throws {FatalError} 69 when their owner lives
 */
export async function removeLeftoverFrames({ cameras, runDir }: AppConfig, log: Logger): Promise<void> {
  const names = cameras.map(({ camera }) => objectName(runDir, camera));
  for (const name of names) await cleanLeftover({ objectName: name, log });
  await sweepLeftovers({ runDir, keep: names, log });
}

/** @throws {FatalError} 78 for too little shared memory */
export async function openCameras(options: OpenCamerasOptions): Promise<OpenCameras> {
  const { app, drivers, cameraEvents, names, clock, log } = options;
  const sizes = app.cameras.map((config) => slotSizes(config));
  const byteLength = sizes.reduce((sum, each) => sum + each.byteLength, 0);
  checkSpace(byteLength);
  log.info({ byteLength, cameras: app.cameras.length }, 'shared memory for frames');

  const stack = createResourceStack();
  const cameras = new Map<string, Camera>();
  try {
    for (const [at, config] of app.cameras.entries()) {
      const { streamSlotBytes, stillSlotBytes } = sizes[at] ?? slotSizes(config);
      const name = objectName(app.runDir, config.camera);
      const slots = { streamSlotBytes, stillSlotBytes };
      const publisher = openPublisher({ objectName: name, controlSocketPath: controlPath(app.runDir), ...slots });
      stack.defer(() => publisher.close());
      stack.defer(names.keep(framesOf(config.camera, { name, publisher, names, runDir: app.runDir, log })));
      const controls = await openControls({ base: config, dir: app.stateDir, clock, log }, stack);
      const camera = createCamera({
        controls,
        driver: drivers.driverFor(config),
        ring: publisher,
        object: { name, byteLength: publisher.byteLength },
        clock,
        log,
        listener: cameraEvents.listenerFor(config.camera),
      });
      stack.defer(() => camera.close());
      cameras.set(config.camera, camera);
      log.debug({ camera: config.camera, objectName: name, ...slots }, 'ring of frames made');
    }
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
  return { cameras, [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() };
}

interface Frames {
  readonly name: string;
  readonly publisher: FramePublisher;
  readonly names: NameKeeper;
  readonly runDir: string;
  readonly log: Logger;
}

function framesOf(camera: string, { name, publisher, names, runDir, log }: Frames): KeptName {
  const own = controlPath(runDir);
  // While the control socket is ours, whatever else is under our name is nobody's.
  const isOwnSocket = (path: string) => path === own && !names.lost().some((lost) => lost.path === own);
  return {
    what: `frames of ${camera}`,
    path: objectPath(name),
    isInMountPoint: true,
    get inode() {
      return publisher.inode;
    },
    async renew() {
      await cleanLeftover({ objectName: name, isOwnSocket, log });
      publisher.renew();
    },
  };
}
