// `/?action=stream` and `/?action=snapshot`: the names of mjpg-streamer, which OctoPrint and Mainsail use.

import type { Middleware } from 'koa';
import type { Camera } from '../camera/camera.ts';
import { answerSnapshot } from './snapshot.ts';
import { answerStream } from './stream.ts';

export function mjpgStreamerNames(camera: Camera): Middleware {
  return (context, next) => {
    const isAsked = context.path === '/' && (context.method === 'GET' || context.method === 'HEAD');
    const action = isAsked ? context.query['action'] : undefined;
    if (action === 'stream') return answerStream(context, camera);
    if (action === 'snapshot') return answerSnapshot(context, camera);
    return next();
  };
}
