// `/webrtc`: says why there is none, and how to get it from a machine that can encode video.

import type Router from '@koa/router';
import { setPageHeaders } from '../portal/page-headers.ts';
import { chooseTexts } from '../portal/page-texts.ts';
import { portalFiles } from '../portal/portal-files.ts';
import { fillTemplate } from '../portal/template.ts';
import type { CameraMonitor } from '../status/camera-monitor.ts';

export function registerWebrtc(router: Router, monitor: CameraMonitor): void {
  const files = portalFiles();

  router.get('/webrtc', (context) => {
    const { lang, texts } = chooseTexts(files.texts, context.get('Accept-Language'));
    setPageHeaders(context, monitor.app.frameAncestors);
    const streamUrl = `http://${context.host || `localhost:${monitor.config.port}`}/stream.mjpg`;
    context.body = fillTemplate(files.templates.webrtc, { t: texts, lang, name: monitor.config.name, streamUrl });
  });
}
