// `/webrtc`: says why there is none, and how to get it from a machine that can encode video.

import type Router from '@koa/router';
import type { CameraView } from '../camera/camera-view.ts';
import { setPageHeaders } from '../portal/page-headers.ts';
import { chooseTexts } from '../portal/page-texts.ts';
import { portalFiles } from '../portal/portal-files.ts';
import { fillTemplate } from '../portal/template.ts';

export function registerWebrtc(router: Router, view: CameraView): void {
  const files = portalFiles();

  router.get('/webrtc', (context) => {
    const { lang, texts } = chooseTexts(files.texts, context.get('Accept-Language'));
    setPageHeaders(context, view.app.frameAncestors);
    const streamUrl = `http://${context.host || `localhost:${view.config.port}`}/stream.mjpg`;
    context.body = fillTemplate(files.templates.webrtc, { t: texts, lang, name: view.config.name, streamUrl });
  });
}
