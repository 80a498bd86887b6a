// All rpicam cameras of this machine: found programs, the shared lock, the watch on /dev, listing and doctor.

import { dirname } from 'node:path';
import { errorMessage } from '@soft-stream/shared/runtime/errors';
import type { Environment } from '../child-process/programs.ts';
import { watchDevices } from '../device-nodes/watch-devices.ts';
import type { DriverFamily, DriverFamilyOptions, OpenDriverFamily } from '../driver-family.ts';
import { examineRpicam } from './devices/doctor.ts';
import { describeSeenCameras } from './devices/seen-cameras.ts';
import { createRpicamDriver } from './driver.ts';
import { createRpicamHost } from './listing/host.ts';
import { findRpicamPrograms } from './process/programs.ts';

/**
 * @param env of this process: PATH finds the programs, most of it is passed on to them, and `SOFT_STREAM_DEV_DIR`
 *   stands for /dev where a test needs another one
 */
export function rpicamFamily(env: Environment): OpenDriverFamily {
  return async (options) => openFamily(env, options);
}

/** @throws FatalError 78 ERR_PROGRAM_MISSING */
function openFamily(env: Environment, options: DriverFamilyOptions): DriverFamily {
  const { cameras, allCameras, clock, log, devicesChanged } = options;
  const programs = findRpicamPrograms(env);
  if (programs.setpriv === undefined) {
    log.warn('setpriv is missing (package util-linux): a camera program could outlive this service if it is killed');
  }
  const host = createRpicamHost({ programs, clock, log });
  const drivers = new Map(
    cameras.map((config) => [config.camera, createRpicamDriver(host, config, log.child({ camera: config.camera }))]),
  );
  const folder = env['SOFT_STREAM_DEV_DIR'] ?? '/dev';
  const { lastListing } = host;
  const onNode = () => lastListing.outdated();
  const onLost = () => lastListing.devicesAreWatched(false);
  const watching = watchDevices({ folder, clock, log, onNode, onLost, onChange: devicesChanged });
  lastListing.devicesAreWatched(watching.isWatching);

  return {
    kind: 'rpicam',
    driverFor(config) {
      const driver = drivers.get(config.camera);
      if (driver === undefined) throw new Error(`${config.camera} is not an rpicam camera`);
      return driver;
    },
    async listCameras(signal) {
      return describeSeenCameras(await host.list(signal), allCameras, host.identify);
    },
    async doctor(signal) {
      try {
        return await examineRpicam({ host, cameras: allCameras, root: dirname(folder), signal });
      } catch (error) {
        return [{ level: 'fail', what: `listing the cameras failed: ${errorMessage(error)}`, advice: 'see the log' }];
      }
    },
    [Symbol.asyncDispose]: () => watching[Symbol.asyncDispose](),
  };
}
