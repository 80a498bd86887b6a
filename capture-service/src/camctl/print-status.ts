// `camctl status` for people: one line per camera, and what there is to know below it. Pure.

import type { CameraStatus } from '@soft-stream/shared/api/camera-status';

export function printStatus(cameras: readonly CameraStatus[], nowMs: number): string {
  const rows = cameras.map((camera) => [
    camera.camera,
    camera.state,
    `for ${duration(nowMs - camera.sinceMs)}`,
    plural(camera.viewers, 'viewer'),
    plural(camera.leases, 'lease'),
    `${camera.fps.toFixed(1)} fps`,
    camera.name,
  ]);
  const lines = align(rows);
  return cameras.map((camera, at) => [lines[at], ...details(camera, nowMs)].join('\n')).join('\n');
}

function details(camera: CameraStatus, nowMs: number): string[] {
  const { cause, nextTryAtMs, hold, autofocus, restarts, stills, frames } = camera;
  const found: (string | undefined)[] = [
    cause === null ? undefined : `cause      ${cause}`,
    nextTryAtMs === null ? undefined : `next try   in ${duration(Math.max(0, nextTryAtMs - nowMs))}`,
    hold === 'auto' ? undefined : `held       ${hold} (until camctl auto)`,
    `size       ${sizeText(camera)}`,
    autofocus === null ? undefined : `autofocus  ${focusText(autofocus)}`,
    restarts.total === 0 ? undefined : `restarts   ${restarts.total} (${counts(restarts.byCause)})`,
    `frames     ${frames.published} published${dropText(frames.dropped)}`,
    stills.taken + stills.failed === 0 ? undefined : `stills     ${stillText(stills)}`,
    camera.cameraId === null ? undefined : `camera     ${camera.model ?? ''} ${camera.cameraId}`,
  ];
  return found.filter((line) => line !== undefined).map((line) => `      ${line}`);
}

function sizeText({ requested, negotiated }: CameraStatus): string {
  const wanted = `${requested.width}x${requested.height} at ${requested.fps} fps`;
  if (negotiated === null) return wanted;
  const isSame = negotiated.width === requested.width && negotiated.height === requested.height;
  return isSame ? wanted : `${negotiated.width}x${negotiated.height}, requested ${wanted}`;
}

function focusText(autofocus: NonNullable<CameraStatus['autofocus']>): string {
  const { state, lensPosition, lastResult, lastDurationMs } = autofocus;
  const lens = lensPosition === null ? '' : ` at ${lensPosition.toFixed(2)} dioptres`;
  const last = lastResult === null ? '' : `; last cycle ${lastResult} in ${lastDurationMs ?? '?'} ms`;
  return `${state}${lens}${last}`;
}

function stillText({ taken, failed, lastError }: CameraStatus['stills']): string {
  const failures = failed === 0 ? '' : `, ${failed} failed`;
  return `${taken} taken${failures}${lastError === null ? '' : ` (last: ${lastError})`}`;
}

function dropText(dropped: CameraStatus['frames']['dropped']): string {
  const some = Object.entries(dropped).filter(([, count]) => count > 0);
  return some.length === 0 ? '' : `, dropped: ${counts(Object.fromEntries(some))}`;
}

function counts(byName: Readonly<Record<string, number | undefined>>): string {
  return Object.entries(byName)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

/** Columns as wide as their widest cell; the last one as it is. */
export function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** `850 ms`, `12 s`, `3 min`, `5 h`, `2 d`: as exact as anybody wants to know. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  const units = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1_000, 's'],
  ] as const;
  const [length, name] = units.find(([unitMs]) => ms >= unitMs * (unitMs === 1_000 ? 1 : 2)) ?? [1_000, 's'];
  return `${Math.floor(ms / length)} ${name}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
