// `/webrtc`: plays the video where it is switched on and possible; else says why there is none, and how to get it from a
// machine that can encode video.

import type Router from '@koa/router';
import { fill } from '../../portal/format.js';
import { setPageHeaders } from '../portal/page-headers.ts';
import { chooseTexts } from '../portal/page-texts.ts';
import { portalFiles } from '../portal/portal-files.ts';
import { fillTemplate, jsonForScriptBlock, lookUp } from '../portal/template.ts';
import type { CameraMonitor } from '../status/camera-monitor.ts';

export function registerWebrtc(router: Router, monitor: CameraMonitor): void {
  const files = portalFiles();

  router.get('/webrtc', (context) => {
    const { lang, texts } = chooseTexts(files.texts, context.get('Accept-Language'));
    setPageHeaders(context, monitor.app.frameAncestors);
    const { name } = monitor.config;
    const { isOn, missing } = monitor.video;
    if (isOn && missing === undefined) {
      const json = jsonForScriptBlock({ words: lookUp(texts, 'view') });
      context.body = fillTemplate(files.templates.player, { t: texts, lang, name, json });
      return;
    }
    const reason = missing === undefined ? '' : fill(String(lookUp(texts, 'player.missing')), { reason: missing });
    const streamUrl = `http://${context.host || `localhost:${monitor.config.port}`}/stream.mjpg`;
    context.body = fillTemplate(files.templates.webrtc, { t: texts, lang, name, reason, streamUrl });
  });
}
