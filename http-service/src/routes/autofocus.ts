// `POST /autofocus`: starts a focus cycle, or joins the one that runs. For our own page and for programs, not for
// pages of other sites.

import type Router from '@koa/router';
import type { PortalCamera } from '../camera/portal-camera.ts';
import { requireOwnPage } from '../rules/own-page.ts';

const ACCEPTED = 202;

export function registerAutofocus(router: Router, camera: PortalCamera): void {
  router.post('/autofocus', async (context) => {
    requireOwnPage(context.headers);
    const { joined } = await camera.autofocus();
    context.set('Cache-Control', 'no-store');
    context.status = ACCEPTED;
    context.body = { accepted: true, joined };
  });
}
