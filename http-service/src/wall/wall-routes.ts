// The addresses of the wall: its page, its one answer of records, what it says of itself, and what a click needs.

import type Router from '@koa/router';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Context } from 'koa';
import { HttpProblem } from '../errors/http-problem.ts';
import { setPageHeaders } from '../portal/page-headers.ts';
import { chooseTexts } from '../portal/page-texts.ts';
import { portalFiles } from '../portal/portal-files.ts';
import { answerStream } from '../routes/stream.ts';
import { requireOwnPage } from '../rules/own-page.ts';
import { readBody } from '../rules/read-body.ts';
import { TILE_WIDTHS } from './tile-width.ts';
import type { Wall, WallCamera } from './wall.ts';
import { parseAsk } from './wall-ask.ts';
import { renderWallPage } from './wall-page.ts';

const NO_CONTENT = 204;

export function registerWall(router: Router, wall: Wall, clock: Clock): void {
  const files = portalFiles();
  const byName = new Map(wall.cameras.map((camera) => [camera.config.camera, camera]));
  const cameraOf = (context: Context & { params: Record<string, string> }): WallCamera => {
    const camera = byName.get(context.params['camera'] ?? '');
    if (camera === undefined) throw new HttpProblem('ERR_NOT_FOUND', 'there is no camera of this name');
    return camera;
  };

  router.get('/', (context) => {
    const texts = chooseTexts(files.texts, context.get('Accept-Language'));
    setPageHeaders(context, wall.app.frameAncestors);
    context.body = renderWallPage(texts, wall, { isKiosk: context.query['kiosk'] === '1' });
  });

  router.get('/pictures', (context) => answerPictures(context, wall));

  router.post('/walls/:id', async (context) => {
    requireOwnPage(context.headers);
    wall.ask(context.params['id'] ?? '', parseAsk(await readBody(context.req, clock)));
    context.set('Cache-Control', 'no-store');
    context.status = NO_CONTENT;
  });

  // The portal's own live view, at the wall's address: a page may show pictures of no other port.
  router.get('/cameras/:camera/stream.mjpg', (context) => answerStream(context, cameraOf(context), { clock }));

  router.get('/cameras/:camera/picture.jpg', async (context) => {
    const { config } = cameraOf(context);
    const tile = await wall.picture(config.camera, widthOf(context.query['width']));
    if (tile === undefined) throw new HttpProblem('ERR_CAMERA_UNAVAILABLE', 'this camera has given no picture yet');
    context.set({
      'Content-Type': 'image/jpeg',
      'Cache-Control': 'no-store',
      'X-Timestamp': (tile.capturedAtMs / 1000).toFixed(6),
    });
    context.body = Buffer.from(tile.jpeg);
  });

  router.get('/status', async (context) => {
    context.set('Cache-Control', 'no-store');
    context.body = { version: 1, cameras: await Promise.all(wall.cameras.map((camera) => camera.freshStatus())) };
  });

  router.get('/healthz', (context) => {
    context.set('Cache-Control', 'no-store');
    context.body = { ok: true, cameras: wall.cameras.length, walls: wall.openCount };
  });
}

/** An answer without an end: records, until the visitor leaves. */
function answerPictures(context: Context, wall: Wall): void {
  context.set({
    'Content-Type': 'application/octet-stream',
    'Cache-Control': 'no-store, no-transform',
    // nginx would keep the last part of a buffer until the next picture fills it
    'X-Accel-Buffering': 'no',
  });
  context.status = 200;
  if (context.method === 'HEAD') return;
  const { res } = context;
  const opened = wall.open({
    write: (bytes, taken) => res.write(bytes, (error) => error ?? taken()),
    end: () => res.destroy(),
  });
  context.respond = false;
  // A page that ends its side is gone. Others may go on reading (see http-server.ts); to this one much time may pass
  // without a word, which would tell.
  const leave = () => res.destroy();
  const { socket } = context.req;
  socket.once('end', leave);
  res.once('close', () => {
    socket.off('end', leave);
    opened.close();
  });
}

function widthOf(value: string | string[] | undefined) {
  if (value === undefined) return 480;
  const width = TILE_WIDTHS.find((each) => String(each) === value);
  if (width === undefined) throw new HttpProblem('ERR_BAD_PARAMETER', `width must be one of ${TILE_WIDTHS.join(', ')}`);
  return width;
}
