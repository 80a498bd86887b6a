// What `camctl doctor` looks at besides the cameras: Node.js, run directory, sockets, shared memory, leftovers.

import { accessSync, constants, existsSync, readdirSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DoctorLine } from '@soft-stream/shared/api/control-api';
import type { AppConfig } from '@soft-stream/shared/config/camera-config';
import { isObjectOf, objectName, objectPath, SHM_DIR } from '@soft-stream/shared/frames/names';
import { slotSizes } from '@soft-stream/shared/frames/space';
import { probeSocket } from '@soft-stream/shared/rpc/socket-path';
import { errorCode } from '@soft-stream/shared/runtime/errors';
import { brokerPath } from '../broker/broker.ts';
import { controlPath } from '../control/control.ts';
import { processListeningIn } from '../control/listening-process.ts';
import { ownNameDangers } from './name-checks.ts';

const MIB = 1024 * 1024;

/** Never throws. */
export async function examineHost(app: AppConfig): Promise<readonly DoctorLine[]> {
  return [
    { level: 'ok', what: `Node.js ${process.version} on ${process.arch}, user ${process.getuid?.() ?? '?'}` },
    configLine(app),
    ...app.warnings.map(
      (what): DoctorLine => ({ level: 'warn', what: `configuration: ${what}`, advice: 'correct it' }),
    ),
    runDirLine(app.runDir),
    ...ownNameDangers(app.runDir),
    await socketLine('control socket', controlPath(app.runDir)),
    await socketLine('broker socket', brokerPath(app.runDir)),
    spaceLine(app),
    ...(await leftoverLines(app)),
  ];
}

function configLine({ envFile, cameras }: AppConfig): DoctorLine {
  const names = cameras.map(({ camera, name }) => `${camera} "${name}"`).join(', ');
  return { level: 'ok', what: `configured by ${envFile ?? 'the process environment'}: ${names}` };
}

function runDirLine(runDir: string): DoctorLine {
  try {
    accessSync(runDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return { level: 'ok', what: `run directory ${runDir}` };
  } catch (error) {
    const advice = 'start capture-service, which makes it, or choose another with SOFT_STREAM_RUN_DIR';
    return { level: 'warn', what: `run directory ${runDir}: ${errorCode(error)}`, advice };
  }
}

async function socketLine(what: string, path: string): Promise<DoctorLine> {
  const answer = await probeSocket(path);
  if (answer === 'alive') return { level: 'ok', what: `${what} ${path} answers` };
  if (answer === 'ENOENT' || answer === 'ENOTDIR') return missingSocketLine(what, path);
  if (answer === 'ECONNREFUSED') {
    const advice = 'start capture-service, which removes it';
    return { level: 'fail', what: `${what} ${path} is left over from a dead process`, advice };
  }
  return {
    level: 'fail',
    what: `${what} ${path}: ${answer}`,
    advice: 'run this as the user that runs capture-service',
  };
}

/** The service may live all the same: its log says why it cannot make the name anew. */
function missingSocketLine(what: string, path: string): DoctorLine {
  const pid = processListeningIn(dirname(path));
  if (pid === undefined) return { level: 'fail', what: `${what} ${path} not found`, advice: 'start capture-service' };
  const advice = 'its log says why it cannot be recreated; correct that, or restart capture-service';
  return { level: 'fail', what: `${what} ${path} was deleted while process ${pid} listens on it`, advice };
}

/** What is taken by our own objects counts as free: they are made anew at a start. */
function spaceLine({ cameras, runDir }: AppConfig): DoctorLine {
  const needed = cameras.reduce((sum, config) => sum + slotSizes(config).byteLength, 0);
  const isTaken = cameras.some(({ camera }) => existsSync(objectPath(objectName(runDir, camera))));
  const { bavail, bsize } = statfsSync(SHM_DIR);
  const free = bavail * bsize + (isTaken ? needed : 0);
  const what = `frames need ${(needed / MIB).toFixed(1)} MiB of ${SHM_DIR}, which has ${(free / MIB).toFixed(1)} MiB`;
  if (free >= needed) return { level: 'ok', what };
  const advice = 'raise the size of the volume (compose.yaml), or lower camN_slot_bytes and camN_still_slot_bytes';
  return { level: 'fail', what, advice };
}

async function leftoverLines({ cameras, runDir }: AppConfig): Promise<DoctorLine[]> {
  const ours = new Set(cameras.map(({ camera }) => objectPath(objectName(runDir, camera))));
  const found = readdirSync(SHM_DIR)
    .filter((name) => isObjectOf(runDir, name))
    .map((name) => objectPath(`/${name}`));
  const control = controlPath(runDir);
  const isRunning = (await probeSocket(control)) === 'alive' || processListeningIn(dirname(control)) !== undefined;
  const leftover = found.filter((path) => !isRunning || !ours.has(path));
  if (leftover.length === 0) return [{ level: 'ok', what: 'no frames are left over from dead processes' }];
  const what = `left over in shared memory: ${leftover.join(', ')}`;
  return [{ level: 'warn', what, advice: 'start capture-service, which removes them' }];
}
