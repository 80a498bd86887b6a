#!/usr/bin/env node
// capture-service: opens everything in order, waits for the signal, closes in reverse.

import { configOfRole, kindsOf } from '@soft-stream/shared/config/capture-roles';
import { loadConfig } from '@soft-stream/shared/config/load';
import { createNameKeeper } from '@soft-stream/shared/names/name-keeper';
import { systemClock } from '@soft-stream/shared/runtime/clock';
import { endSlowly } from '@soft-stream/shared/runtime/end-slowly';
import { EXIT, errorMessage, FatalError } from '@soft-stream/shared/runtime/errors';
import { guardTimers } from '@soft-stream/shared/runtime/guarded-timers';
import { createLogger } from '@soft-stream/shared/runtime/log';
import { createResourceStack } from '@soft-stream/shared/runtime/resource-stack';
import { runUntilSignal } from '@soft-stream/shared/runtime/run-until-signal';
import { openServiceManager } from '@soft-stream/shared/runtime/service-manager';
import { openBroker } from './broker/broker.ts';
import { createWebVersions } from './broker/web-versions.ts';
import type { Camera } from './camera/camera-api.ts';
import { statusLine } from './camera/report/status.ts';
import { openControl } from './control/control.ts';
import { examine } from './doctor/doctor.ts';
import { createCameraEvents } from './events/camera-events.ts';
import { refuseSecondInstance } from './service/already-running.ts';
import { readCaptureCommandLine } from './service/command-line.ts';
import { openFamilies } from './service/driver-families.ts';
import { lookForAll } from './service/first-look.ts';
import { listAllCameras } from './service/list-cameras.ts';
import { openCameras, removeLeftoverFrames } from './service/open-cameras.ts';

async function main(): Promise<void> {
  const ending = new AbortController();
  const signalled = runUntilSignal().finally(() => ending.abort());
  const { role, envFile } = readCaptureCommandLine();
  const configured = loadConfig({ env: process.env, envFile, cwd: process.cwd() });
  const app = configOfRole(configured, role);
  const log = createLogger({ service: 'capture-service', level: app.logLevel, format: app.logFormat });
  for (const warning of app.warnings) log.warn({ warning }, 'configuration');
  await refuseSecondInstance(app.runDir);
  const clock = guardTimers(systemClock, log);
  const cameraEvents = createCameraEvents();
  const versions = createWebVersions();
  const cameras = new Map<string, Camera>();
  const lookAgain = () => {
    for (const camera of cameras.values()) void camera.look();
  };

  await using stack = createResourceStack();
  const allCameras = configured.cameras;
  const kinds = kindsOf(role);
  const familiesOptions = { env: process.env, kinds, allCameras, clock, log, devicesChanged: lookAgain };
  const families = stack.use(await openFamilies(familiesOptions));
  const names = stack.use(createNameKeeper({ clock, log }));
  await removeLeftoverFrames(app, log);
  // Listening here is what tells the next instance, and the owner of leftovers, that we live.
  const listCameras = (signal: AbortSignal) => listAllCameras(families.families, familiesOptions, signal);
  const doctor = async (signal: AbortSignal) => [
    ...(await examine(app, families.families, signal, names)),
    ...versions.lines(),
  ];
  stack.use(await openControl({ runDir: app.runDir, cameras, cameraEvents, names, listCameras, doctor, clock, log }));
  const opened = stack.use(await openCameras({ app, drivers: families, cameraEvents, names, clock, log }));
  for (const [name, camera] of opened.cameras) cameras.set(name, camera);
  await lookForAll([...cameras.values()], role === 'network' ? 'wait' : app.exit66, ending.signal);
  stack.use(await openBroker({ runDir: app.runDir, cameras, cameraEvents, names, versions, clock, log }));
  const describe = () => statusLine([...cameras.values()].map((camera) => camera.status()));
  const manager = stack.use(openServiceManager({ env: process.env, describe, clock, log }));
  cameraEvents.add({ status: manager.changed });
  log.info({ role, runDir: app.runDir, cameras: [...cameras.keys()] }, 'capture-service ready');

  log.info({ signal: await signalled }, 'capture-service stopping');
}

main().catch(async (error: unknown) => {
  // Before and beside the log: people and service managers read it from stderr.
  process.stderr.write(`capture-service: ${errorMessage(error)}\n`);
  process.exitCode = error instanceof FatalError ? error.exitCode : EXIT.failed;
  await endSlowly(process.exitCode, process.env['SOFT_STREAM_RESTART']);
});
