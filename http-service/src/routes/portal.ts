// `/` and what it loads below `/portal/`.

import type Router from '@koa/router';
import { setPageHeaders } from '../portal/page-headers.ts';
import { chooseTexts } from '../portal/page-texts.ts';
import { portalFiles } from '../portal/portal-files.ts';
import { renderPortalPage } from '../portal/portal-page.ts';
import type { CameraMonitor } from '../status/camera-monitor.ts';

export function registerPortal(router: Router, monitor: CameraMonitor): void {
  const files = portalFiles();

  router.get('/', (context) => {
    const texts = chooseTexts(files.texts, context.get('Accept-Language'));
    setPageHeaders(context, monitor.app.frameAncestors);
    context.body = renderPortalPage(files.templates.index, texts, monitor, monitor.status());
  });

  router.get('/portal/:name', (context) => {
    const file = files.assets.get(context.params['name'] ?? '');
    if (file === undefined) return;
    context.set({
      'Content-Type': file.contentType,
      'Cache-Control': 'no-cache',
      ETag: file.etag,
      'X-Content-Type-Options': 'nosniff',
      Vary: 'Accept-Encoding',
    });
    context.status = 200;
    if (context.fresh) {
      context.status = 304;
    } else if (context.acceptsEncodings('gzip', 'identity') === 'gzip') {
      context.set('Content-Encoding', 'gzip');
      context.body = file.gzipped;
    } else {
      context.body = file.body;
    }
  });
}
