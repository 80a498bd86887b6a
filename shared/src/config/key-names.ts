// Which keys are ours, whose typing errors are reported, and which belong to the programs around us.

import { nearestName } from './nearest-name.ts';
import { CAMERA_SETTINGS, GLOBAL_SETTINGS, PROCESS_SETTINGS } from './settings.ts';

const CAMERA_KEY = /^cam(0|[1-9]\d{0,3})_(.*)$/;

/**
 * Keys that compose, the units and the deploy scripts read from the same file (`docker compose --env-file`), or that
 * our tools read from the process environment. Here they mean nothing.
 */
const KEYS_OF_OTHERS: ReadonlySet<string> = new Set([
  ...Object.keys(PROCESS_SETTINGS),
  'DEBIAN_RELEASE',
  'SOFT_STREAM_BASE_IMAGE',
  'SOFT_STREAM_CAPTURE_MEMORY',
  'SOFT_STREAM_DEV_DIR',
  'SOFT_STREAM_EDGE_BIND',
  'SOFT_STREAM_EDGE_PORT0',
  'SOFT_STREAM_EDGE_PORT1',
  'SOFT_STREAM_FFMPEG',
  'SOFT_STREAM_FRAMES_MB',
  'SOFT_STREAM_FUZZ_RUNS',
  'SOFT_STREAM_HTPASSWD',
  'SOFT_STREAM_HTTP_MEMORY',
  'SOFT_STREAM_RESTART',
  'SOFT_STREAM_REVISION',
  'SOFT_STREAM_RPICAM',
  'SOFT_STREAM_SOCKETS',
  'SOFT_STREAM_SYS_DIR',
  'SOFT_STREAM_TAG',
  'SOFT_STREAM_VERSION',
  'SOFT_STREAM_VIDEO_GID',
]);

/** `cam12_width` -> 12 and `width`; undefined for anything else. */
export function splitCameraKey(key: string): { readonly number: number; readonly name: string } | undefined {
  const match = CAMERA_KEY.exec(key);
  return match?.[2] === undefined ? undefined : { number: Number(match[1]), name: match[2] };
}

export function isKnownKey(key: string): boolean {
  const cameraKey = splitCameraKey(key);
  return cameraKey ? Object.hasOwn(CAMERA_SETTINGS, cameraKey.name) : Object.hasOwn(GLOBAL_SETTINGS, key);
}

/** @returns what to say about a key in the file, undefined = nothing is wrong with it */
export function checkFileKey(key: string): string | undefined {
  if (isKnownKey(key) || isKeyOfOthers(key)) return undefined;
  return `unknown key; did you mean ${suggestKey(key)}?`;
}

/** The process environment is full of foreign keys: only those that look like ours are reported. */
export function checkEnvironmentKey(key: string): string | undefined {
  if (isKnownKey(key) || isKeyOfOthers(key)) return undefined;
  const isCameraKey = /^cam\d+_/.test(key) || isKnownKey(key.toLowerCase());
  const isTypingError = key.startsWith('SOFT_STREAM_') && (nearestName(key, processKeys())?.distance ?? 99) <= 2;
  return isCameraKey || isTypingError ? `unknown key; did you mean ${suggestKey(key)}?` : undefined;
}

function isKeyOfOthers(key: string): boolean {
  return KEYS_OF_OTHERS.has(key) || key.startsWith('COMPOSE_') || key.startsWith('DOCKER_');
}

function suggestKey(key: string): string {
  const lower = key.toLowerCase();
  const camera = /^(cam\d+)_/.exec(lower)?.[1] ?? /^cam(era)?_?(\d+)/.exec(lower)?.[0].replace(/\D+/, 'cam') ?? 'cam0';
  const number = Math.min(Number(camera.slice(3)), 9_999);
  const cameraKeys = Object.keys(CAMERA_SETTINGS).map((name) => `cam${number}_${name}`);
  const candidates = key.startsWith('SOFT_STREAM_') ? processKeys() : [...cameraKeys, ...Object.keys(GLOBAL_SETTINGS)];
  return nearestName(key.startsWith('SOFT_STREAM_') ? key : lower, candidates)?.name ?? '';
}

function processKeys(): string[] {
  const ours = [...Object.keys(GLOBAL_SETTINGS), ...KEYS_OF_OTHERS];
  return ours.filter((key) => key.startsWith('SOFT_STREAM_'));
}
