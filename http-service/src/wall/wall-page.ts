// The page of the wall as HTML: a tile for each camera with its name and state; the script brings the pictures.

import { PRODUCT_VERSION } from '@soft-stream/shared/api/versions';
import { fill } from '../../portal/format.js';
import { liveForMs } from '../frames/frame-age.ts';
import type { PageTexts } from '../portal/page-texts.ts';
import { portalFiles } from '../portal/portal-files.ts';
import { escapeHtml, fillTemplate, jsonForScriptBlock, lookUp } from '../portal/template.ts';
import type { Wall, WallCamera } from './wall.ts';
import { tileStatus } from './wall.ts';
import { inGroups } from './wall-order.ts';

export function renderWallPage(
  { lang, texts }: PageTexts,
  wall: Wall,
  { isKiosk }: { readonly isKiosk: boolean },
): string {
  const { templates } = portalFiles();
  const word = (path: string, values: Record<string, string> = {}) => fill(String(lookUp(texts, path)), values);
  const groups = inGroups(wall.cameras);
  const title = word('wall.title');
  const sections = groups.map(({ name, cameras }, index) => {
    const id = `group-${index}`;
    const heading =
      name === undefined
        ? `<h2 id="${id}" class="unseen">${escapeHtml(groups.length > 1 ? word('wall.others') : word('cameras'))}</h2>`
        : `<h2 id="${id}">${escapeHtml(name)}</h2>`;
    const tiles = cameras.map((camera) => renderTile(camera, wall, texts, word)).join('');
    return `<section aria-labelledby="${id}">${heading}<ul class="tiles">${tiles}</ul></section>`;
  });
  return fillTemplate(templates.wall, {
    t: texts,
    lang,
    title,
    version: PRODUCT_VERSION,
    kiosk: isKiosk ? 'on' : 'off',
    groups: sections.join('\n'),
    json: jsonForScriptBlock({
      version: PRODUCT_VERSION,
      cameras: wall.cameras.map((camera) => ({
        camera: camera.config.camera,
        name: camera.config.name,
        status: tileStatus(camera.status()),
        // As old as this, a picture has missed its turn.
        heldAfterMs: wall.app.wall.intervalMs + liveForMs(camera.config.fps),
      })),
      texts: { wall: lookUp(texts, 'wall'), state: lookUp(texts, 'state') },
    }),
  });
}

function renderTile(
  { config }: WallCamera,
  wall: Wall,
  texts: unknown,
  word: (path: string, values?: Record<string, string>) => string,
): string {
  const { camera, name, width, height, publicUrl, port } = config;
  const page =
    publicUrl === undefined ? `hidden data-port-difference="${port - wall.port}"` : `href="${escapeHtml(publicUrl)}"`;
  return fillTemplate(portalFiles().templates.wallTile, {
    t: texts,
    camera,
    name,
    page,
    width: String(width),
    height: String(height),
    watch: word('wall.watch', { name }),
    openPage: word('wall.openPage', { name }),
  });
}
