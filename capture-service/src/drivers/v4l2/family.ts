// All USB cameras of this machine: found programs, the watch on /dev, listing and doctor.

import { errorMessage } from '@soft-stream/shared/runtime/errors';
import type { Environment } from '../child-process/programs.ts';
import { watchDevices } from '../device-nodes/watch-devices.ts';
import type { DriverFamily, DriverFamilyOptions, OpenDriverFamily } from '../driver-family.ts';
import { examineV4l2 } from './devices/doctor.ts';
import { createV4l2Host, type V4l2Host } from './devices/host.ts';
import type { Roots } from './devices/read-devices.ts';
import { describeUsbCameras } from './devices/seen-cameras.ts';
import { createV4l2Driver } from './driver.ts';
import { findV4l2Programs } from './process/programs.ts';

const VIDEO_NODE = /^video\d/;

/**
 * @param env of this process: PATH finds the programs; `SOFT_STREAM_DEV_DIR` and `SOFT_STREAM_SYS_DIR` stand for /dev
 *   and /sys where a test needs others
 */
export function v4l2Family(env: Environment): OpenDriverFamily {
  return async (options) => openFamily(env, options);
}

/** Where sysfs and the nodes are. */
export function rootsOf(env: Environment): Roots {
  return { sys: env['SOFT_STREAM_SYS_DIR'] ?? '/sys', dev: env['SOFT_STREAM_DEV_DIR'] ?? '/dev' };
}

/** @throws FatalError 78 ERR_PROGRAM_MISSING */
function openFamily(env: Environment, options: DriverFamilyOptions): DriverFamily {
  const { cameras, allCameras, clock, log, devicesChanged } = options;
  const roots = rootsOf(env);
  const programs = findV4l2Programs(env, cameras);
  if (programs.setpriv === undefined) {
    log.warn('setpriv is missing (package util-linux): a camera program could outlive this service if it is killed');
  }
  const host = createV4l2Host({ programs, roots, clock, log });
  const drivers = new Map(
    cameras.map((config) => [config.camera, createV4l2Driver(host, config, log.child({ camera: config.camera }))]),
  );
  const onChange = () => {
    endUnplugged(host);
    devicesChanged();
  };
  const watching = watchDevices({ folder: roots.dev, names: VIDEO_NODE, clock, log, onChange });

  return {
    kind: 'v4l2',
    driverFor(config) {
      const driver = drivers.get(config.camera);
      if (driver === undefined) throw new Error(`${config.camera} is not a USB camera`);
      return driver;
    },
    listCameras: (signal) => describeUsbCameras(host, allCameras, signal),
    async doctor(signal) {
      try {
        return await examineV4l2(host, allCameras, signal);
      } catch (error) {
        const what = `listing the USB cameras failed: ${errorMessage(error)}`;
        return [{ level: 'fail', what, advice: 'see the log' }];
      }
    },
    [Symbol.asyncDispose]: () => watching[Symbol.asyncDispose](),
  };
}

/** The program notices by itself, but for one that hangs in the kernel's queue. */
function endUnplugged(host: V4l2Host): void {
  for (const each of host.running) {
    const presence = host.presenceOf(each.device);
    if (presence === 'there') continue;
    each.end({ cause: 'unplugged', message: 'the camera was unplugged', cameraMissing: true });
  }
}
