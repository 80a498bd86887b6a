#!/usr/bin/env node
// http-service: opens everything in order, waits for the signal, closes in reverse.

import { fileURLToPath } from 'node:url';
import { PRODUCT_VERSION } from '@soft-stream/shared/api/versions';
import { readCommandLine } from '@soft-stream/shared/command-line/command-line';
import { serviceProgram } from '@soft-stream/shared/command-line/service-program';
import type { AppConfig } from '@soft-stream/shared/config/camera-config';
import { type CaptureRole, configOfRole, neededRoles, roleOf } from '@soft-stream/shared/config/capture-roles';
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
import { type BrokerLink, openBrokerLink } from './broker/broker-link.ts';
import { openCamera, type PortalCameraHandle } from './camera/open-camera.ts';
import { connectionBudget, readMaxOpenFiles } from './server/connection-budget.ts';
import { readInheritedSockets, warnAboutLeftSockets } from './server/inherited-sockets.ts';
import { serveCamera } from './server/serve-camera.ts';
import { countServers } from './server/serve-site.ts';
import { serveWall } from './server/serve-wall.ts';
import { createWorkQueue } from './snapshot/work-queue.ts';
import { statusLine } from './status/portal-status.ts';
import { createVideoService } from './video/host/video-service.ts';
import { createWall } from './wall/wall.ts';

/** Scaling takes one core at most, however many cameras and visitors. */
const SCALING = { concurrency: 1, waiting: 16 } as const;

// Read by sharp's text when it is loaded: see fonts/fonts.conf.
process.env['FONTCONFIG_FILE'] ??= fileURLToPath(new URL('../fonts/fonts.conf', import.meta.url));

const DUTY = 'Serves a page, a stream and snapshots for each camera.';

async function main(): Promise<void> {
  const signalled = runUntilSignal();
  const { values } = readCommandLine(serviceProgram('http-service', DUTY));
  const app = loadConfig({ env: process.env, envFile: values['env-file'], cwd: process.cwd() });
  const log = createLogger({ service: 'http-service', level: app.logLevel, format: app.logFormat });
  for (const warning of app.warnings) log.warn({ warning }, 'configuration');
  const clock = guardTimers(systemClock, log);

  await using stack = createResourceStack();
  const names = stack.use(createNameKeeper({ clock, log }));
  const owners = new Map<CaptureRole, { readonly app: AppConfig; readonly link: BrokerLink }>();
  for (const role of neededRoles(app.cameras)) {
    const own = configOfRole(app, role);
    owners.set(role, { app: own, link: stack.use(openBrokerLink({ runDir: own.runDir, role, clock, log })) });
  }
  const inherited = readInheritedSockets(process.env['SOFT_STREAM_LISTENERS']);
  const scaling = createWorkQueue(SCALING);
  const video = stack.use(createVideoService({ app, env: process.env, clock, log }));
  const cameras: PortalCameraHandle[] = [];
  const totalViewers = () => cameras.reduce((sum, camera) => sum + camera.viewerCount, 0);
  const service = { version: PRODUCT_VERSION, startedAtMs: clock.nowMs() };
  const openFiles = {
    maxOpenFiles: readMaxOpenFiles(),
    cameras: app.cameras.length,
    servers: countServers(app.wall.isOn ? [...app.cameras, app.wall] : app.cameras),
  };
  for (const configured of app.cameras) {
    const { maxViewers } = configured;
    const budget = connectionBudget({ ...openFiles, maxViewers });
    if (budget.viewers < maxViewers) {
      log.warn(
        { camera: configured.camera, ...openFiles, maxViewers, ...budget },
        'fewer viewers: too few file descriptors',
      );
    }
    const config = { ...configured, maxViewers: budget.viewers };
    const owner = owners.get(roleOf(config.driver));
    if (owner === undefined) throw new Error(`${config.camera} has no owner`);
    const camera = openCamera({
      config,
      app: owner.app,
      link: owner.link,
      scaling,
      video,
      totalViewers,
      service,
      clock,
      log,
    });
    cameras.push(camera);
    stack.use(await serveCamera({ camera, maxConnections: budget.connections, inherited, names, clock, log }));
  }
  if (app.wall.isOn) {
    const wall = createWall({ app, cameras, version: PRODUCT_VERSION, scaling, clock, log });
    const { connections: maxConnections } = connectionBudget({ ...openFiles, maxViewers: app.maxViewers });
    stack.use(await serveWall({ wall, maxConnections, inherited, names, clock, log }));
  }
  warnAboutLeftSockets(inherited, log);
  const describe = () => statusLine(cameras.map((camera) => camera.status()));
  const manager = stack.use(openServiceManager({ env: process.env, describe, clock, log }));
  for (const camera of cameras) camera.onStatus(manager.changed);
  log.info({ signal: await signalled }, 'http-service stopping');
}

main().catch(async (error: unknown) => {
  // Before and beside the log: people and service managers read it from stderr.
  process.stderr.write(`http-service: ${errorMessage(error)}\n`);
  process.exitCode = error instanceof FatalError ? error.exitCode : EXIT.failed;
  await endSlowly(process.exitCode, process.env['SOFT_STREAM_RESTART']);
});
