// `/stream.mjpg`: the endless answer. Its head is Node's own; after it the socket belongs to the camera's hub, which
// writes one part per frame, without chunks and without a response object in between.

import type { Socket } from 'node:net';
import type Router from '@koa/router';
import { BOUNDARY, type Boundary, multipartContentType } from '@soft-stream/shared/mjpeg/multipart-writer';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Context } from 'koa';
import type { PortalCamera } from '../camera/portal-camera.ts';
import { HttpProblem } from '../errors/http-problem.ts';
import { wantsAdvance } from '../frames/painting-rule.ts';
import { badParameter } from '../snapshot/snapshot-parameters.ts';

export function registerStream(router: Router, camera: PortalCamera, clock: Clock): void {
  // `/stream`: what ustreamer, camera-streamer and spyglass call it.
  router.get(['/stream.mjpg', '/stream'], (context) => answerStream(context, camera, { clock }));
}

export interface StreamAnswerOptions {
  readonly clock: Clock;
  readonly boundary?: Boundary;
}

/** What a stream needs of its camera. */
export type StreamedCamera = Pick<PortalCamera, 'config' | 'admitViewer' | 'assertAdmissible' | 'watch'>;

const streaming = new WeakSet<Socket>();

/** A request behind an endless answer can never have its own: it ends the connection. */
export function endsStream({ req }: Context): boolean {
  if (!streaming.has(req.socket)) return false;
  req.socket.destroy();
  return true;
}

/** @throws {HttpProblem} ERR_BAD_PARAMETER, ERR_TOO_MANY_VIEWERS */
export function answerStream(
  context: Context,
  camera: StreamedCamera,
  { clock, boundary = BOUNDARY }: StreamAnswerOptions,
): void {
  const requestedAtMs = clock.monotonicMs();
  const fps = parseFps(context.query['fps'], camera.config.fps);
  const { advance } = context.query;
  context.set({
    'Content-Type': multipartContentType(boundary),
    'Cache-Control': 'no-store, no-transform',
    Connection: 'close',
    // nginx would gather frames
    'X-Accel-Buffering': 'no',
  });
  context.status = 200;
  if (context.method === 'HEAD') {
    camera.assertAdmissible();
    return;
  }
  const { res } = context;
  const { socket } = res;
  // Behind another answer on the same connection (pipelining) there is no socket to stream to.
  if (socket === null) throw new HttpProblem('ERR_PIPELINED', 'a stream needs a connection of its own');
  camera.admitViewer();
  context.respond = false;
  streaming.add(socket);
  // Silent viewers are the hub's to judge, and what drains is nothing that node:http waits for.
  socket.setTimeout(0);
  socket.removeAllListeners('drain');
  // Without a length and without chunks: the end of the connection ends it (RFC 9112 section 6.3, 8.)
  res.removeHeader('Transfer-Encoding');
  // Head and first picture leave in one packet.
  socket.cork();
  res.flushHeaders();
  camera.watch({
    socket,
    advance: wantsAdvance(context.headers, typeof advance === 'string' ? advance : undefined),
    boundary,
    fps,
    requestedAtMs,
  });
  socket.uncork();
}

function parseFps(value: string | string[] | undefined, cameraFps: number): number | undefined {
  if (value === undefined) return undefined;
  const fps = typeof value === 'string' && /^\d{1,4}(\.\d{1,4})?$/.test(value) ? Number(value) : Number.NaN;
  if (fps > 0 && fps <= cameraFps) return fps;
  throw badParameter('fps', value, `a number above 0 and up to ${cameraFps}`);
}
