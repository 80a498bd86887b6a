// `POST /autofocus`: starts a focus cycle, or joins the one that runs. For our own page and for programs, not for
// pages of other sites.

import type Router from '@koa/router';
import type { PortalCamera } from '../camera/portal-camera.ts';
import { HttpProblem } from '../errors/http-problem.ts';
import { isCrossSite, isForeignOrigin } from '../rules/same-origin.ts';

const ACCEPTED = 202;
/** Our own page meets this behind a proxy that puts its own name into Host. */
const NOT_THIS_HOST =
  'the requesting page has another host or port than this request names; a proxy in front must pass Host on as it ' +
  'came: "proxy_set_header Host $http_host" in nginx, "ProxyPreserveHost On" in Apache';

export function registerAutofocus(router: Router, camera: PortalCamera): void {
  router.post('/autofocus', async (context) => {
    if (isCrossSite(context.headers))
      throw new HttpProblem('ERR_FOREIGN_ORIGIN', 'not allowed for pages of other sites');
    if (isForeignOrigin(context.headers)) throw new HttpProblem('ERR_FOREIGN_ORIGIN', NOT_THIS_HOST);
    const { joined } = await camera.autofocus();
    context.set('Cache-Control', 'no-store');
    context.status = ACCEPTED;
    context.body = { accepted: true, joined };
  });
}
