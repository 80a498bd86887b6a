// What the pages load below `/portal/`: scripts, style, icon.

import type Router from '@koa/router';
import { portalFiles } from '../portal/portal-files.ts';

export function registerPageFiles(router: Router): void {
  const { assets } = portalFiles();

  router.get(['/portal/:name', '/portal/:folder/:name'], (context) => {
    const { folder, name = '' } = context.params;
    const file = assets.get(folder === undefined ? name : `${folder}/${name}`);
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
