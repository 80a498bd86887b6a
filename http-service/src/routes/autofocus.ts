// `POST /autofocus`: starts a focus cycle, or joins the one that runs. For our own page and for programs, not for
// pages of other sites.

import type Router from '@koa/router';
import type { PortalCamera } from '../camera/portal-camera.ts';
import { HttpProblem } from '../errors/http-problem.ts';
import { isCrossSite, isForeignOrigin } from '../rules/same-origin.ts';

const ACCEPTED = 202;

export function registerAutofocus(router: Router, camera: PortalCamera): void {
  router.post('/autofocus', async (context) => {
    if (isCrossSite(context.headers) || isForeignOrigin(context.headers)) {
      throw new HttpProblem('ERR_FOREIGN_ORIGIN', 'Origin is not this host and port');
    }
    const { joined } = await camera.autofocus();
    context.set('Cache-Control', 'no-store');
    context.status = ACCEPTED;
    context.body = { accepted: true, joined };
  });
}
