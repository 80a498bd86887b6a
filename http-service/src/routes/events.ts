// `/events`: server-sent events (HTML Living Standard, 9.2). `status` on every change and at once, `rates` once a second
// while something streams, `heartbeat` every 5 s, `focus-figure` at most five a second for those who ask (`?focus=1`).

import type Router from '@koa/router';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { createEventFeed, type EventFeed } from '../events/event-feed.ts';
import type { FocusMeter } from '../focus-meter/focus-meter.ts';
import type { CameraMonitor } from '../status/camera-monitor.ts';

/** Seconds: a full house empties when somebody closes a tab. */
const RETRY_AFTER_S = 10;

/** @returns the feed; whoever closes the camera closes it */
export function registerEvents(
  router: Router,
  monitor: CameraMonitor,
  focusMeter: FocusMeter,
  clock: Clock,
): EventFeed {
  const feed = createEventFeed(monitor, clock);

  router.get('/events', (context) => {
    context.set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
      'X-Content-Type-Options': 'nosniff',
    });
    context.status = 200;
    if (context.method === 'HEAD') {
      context.res.end();
      return;
    }
    // `?after=`: a page that opens a new EventSource by itself cannot set the header
    const lastEventId = context.get('Last-Event-ID') || String(context.query['after'] ?? '');
    context.req.socket.setNoDelay(true);
    if (feed.add(context.res, lastEventId)) {
      context.respond = false;
      if (context.query['focus'] === '1') {
        const stop = focusMeter.listen((reading) => feed.send(context.res, 'focus-figure', reading));
        context.res.once('close', stop);
      }
      return;
    }
    context.status = 503;
    context.set({ 'Content-Type': 'text/plain; charset=utf-8', 'Retry-After': String(RETRY_AFTER_S) });
    context.body = 'too many listeners on this camera';
  });
  return feed;
}
