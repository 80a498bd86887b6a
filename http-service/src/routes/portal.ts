// `/` and what it loads below `/portal/`.

import type Router from '@koa/router';
import { setPageHeaders } from '../portal/page-headers.ts';
import { chooseTexts } from '../portal/page-texts.ts';
import { portalFiles } from '../portal/portal-files.ts';
import { renderPortalPage } from '../portal/portal-page.ts';
import type { CameraMonitor } from '../status/camera-monitor.ts';
import { registerPageFiles } from './page-files.ts';

export function registerPortal(router: Router, monitor: CameraMonitor): void {
  const files = portalFiles();

  router.get('/', (context) => {
    const texts = chooseTexts(files.texts, context.get('Accept-Language'));
    setPageHeaders(context, monitor.app.frameAncestors);
    context.body = renderPortalPage(files.templates.index, texts, monitor, monitor.status());
  });

  registerPageFiles(router);
}
