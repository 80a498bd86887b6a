// The device nodes that libcamera opens, and whether this user may: /dev/media*, /dev/video*, /dev/v4l-subdev* and
// a dma heap; in a container also /run/udev, without which libcamera finds no camera at all.

import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DoctorLine } from '@soft-stream/shared/api/control-api';
import { errorCode } from '@soft-stream/shared/runtime/errors';

const KINDS = [
  { folder: 'dev', pattern: /^media\d+$/, name: '/dev/media*' },
  { folder: 'dev', pattern: /^video\d+$/, name: '/dev/video*' },
  { folder: 'dev', pattern: /^v4l-subdev/, name: '/dev/v4l-subdev*' },
  // rpicam-apps open vidbuf_cached, then linux,cma: one of them is enough.
  { folder: 'dev/dma_heap', pattern: /^(vidbuf_cached|linux,cma|system)$/, name: '/dev/dma_heap/*', oneIsEnough: true },
] as const;

const MOUNT_ADVICE = 'in a container bind /dev and allow its majors (see compose.yaml); on the host check dtoverlay';
const RIGHTS_ADVICE =
  'run the service as a member of group video (in a container the numeric group of the host), and see that udev gives the nodes to it';

export function deviceNodeLines(root: string): DoctorLine[] {
  return [...KINDS.map((kind) => nodesLine(root, kind)), ...udevLines(root)];
}

function nodesLine(root: string, kind: (typeof KINDS)[number]): DoctorLine {
  const found = namesIn(join(root, kind.folder)).filter((name) => kind.pattern.test(name));
  if (found.length === 0) return { level: 'fail', what: `${kind.name}: none found`, advice: MOUNT_ADVICE };
  const refused = found.filter((name) => !mayUse(join(root, kind.folder, name)));
  const isUsable = refused.length === 0 || ('oneIsEnough' in kind && refused.length < found.length);
  if (isUsable) return { level: 'ok', what: `${kind.name}: ${found.length} found, readable and writable` };
  const names = refused.slice(0, 4).join(', ');
  return { level: 'fail', what: `${kind.name}: no access to ${names} of ${found.length}`, advice: RIGHTS_ADVICE };
}

/** libcamera takes only devices that udev marked initialised. */
function udevLines(root: string): DoctorLine[] {
  if (existsSync(join(root, 'run/udev/data'))) return [{ level: 'ok', what: '/run/udev is there' }];
  const advice = 'in a container mount it: /run/udev:/run/udev:ro';
  return [{ level: 'fail', what: '/run/udev is missing: libcamera finds no camera without it', advice }];
}

function mayUse(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    // EACCES, EPERM: just that
    return false;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'EACCES' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}
