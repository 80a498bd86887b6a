// `/?action=stream` and `/?action=snapshot`: the names of mjpg-streamer, which OctoPrint and Mainsail use. Whoever sends
// an action is a program that wants a picture: it never gets the page, which it would take for a broken one.

import { MJPG_STREAMER_BOUNDARY } from '@soft-stream/shared/mjpeg/multipart-writer';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Context, Middleware } from 'koa';
import type { PortalCamera } from '../camera/portal-camera.ts';
import { actionOf } from '../rules/request-path.ts';
import { answerSnapshot } from './snapshot.ts';
import { answerStream } from './stream.ts';

const NOT_FOUND = 404;

export type Action = 'stream' | 'snapshot';

/**
 * What follows a second question mark is no part of the name (OpenCV's users write `?action=stream?dummy=param.mjpg`, so
 * that the address ends like a video), and `_0` is mjpg-streamer's first input: this camera.
 */
export function parseAction(value: string): Action | undefined {
  const [name = ''] = value.split('?', 1);
  const action = /^(stream|snapshot)(?:_0)?$/.exec(name.trim().replace(/\/+$/, '').toLowerCase())?.[1];
  return action === 'stream' || action === 'snapshot' ? action : undefined;
}

export function mjpgStreamerNames(camera: PortalCamera, clock: Clock): Middleware {
  return (context, next) => {
    const value = actionOf(context);
    if (value === undefined) return next();
    const action = parseAction(value);
    if (action === undefined) return answerUnknown(context);
    if (context.method !== 'GET' && context.method !== 'HEAD') return next();
    if (action === 'snapshot') return answerSnapshot(context, camera);
    return answerStream(context, camera, { clock, boundary: MJPG_STREAMER_BOUNDARY });
  };
}

/** Plain text for everybody: it is read by a person in the log of a program. */
function answerUnknown(context: Context): void {
  context.status = NOT_FOUND;
  context.set({ 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
  context.body =
    'unknown action; available: /?action=stream and /?action=snapshot (also as stream_0 and snapshot_0), ' +
    '/stream.mjpg, /snapshot.jpg and /status. Each camera has a port of its own.\n';
}
