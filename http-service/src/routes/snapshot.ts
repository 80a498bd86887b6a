// `/snapshot.jpg`: one picture, as fresh as it says.

import type Router from '@koa/router';
import { unixSeconds } from '@soft-stream/shared/mjpeg/multipart-writer';
import type { Context } from 'koa';
import type { PortalCamera } from '../camera/portal-camera.ts';
import { HttpProblem } from '../errors/http-problem.ts';
import { isCrossSite } from '../rules/same-origin.ts';
import { parseSnapshotRequest } from '../snapshot/snapshot-parameters.ts';

export function registerSnapshot(router: Router, camera: PortalCamera): void {
  router.get(['/snapshot.jpg', '/snapshot'], (context) => answerSnapshot(context, camera));
}

/** @throws {HttpProblem} */
export async function answerSnapshot(context: Context, camera: PortalCamera): Promise<void> {
  const request = parseSnapshotRequest(context.query);
  if (request.full && isCrossSite(context.headers)) {
    throw new HttpProblem(
      'ERR_FOREIGN_ORIGIN',
      'full=1 is not allowed for pages of other sites: it interrupts the stream',
    );
  }
  context.set('Cache-Control', 'no-store');
  if (context.method === 'HEAD') {
    context.status = 200;
    // Its length is not known before it is taken.
    context.type = 'image/jpeg';
    return;
  }
  const { jpeg, capturedAtMs } = await camera.snapshot(request);
  context.type = 'image/jpeg';
  context.set({ 'X-Timestamp': unixSeconds(capturedAtMs), 'X-Frame-Kind': 'live' });
  context.body = jpeg;
}
