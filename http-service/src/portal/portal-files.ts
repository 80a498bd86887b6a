// The files of the page, read once at start: few and small, so they are served from memory with an ETag, and
// compressed where the browser takes it. Browsers ask again each time (no-cache) and get a 304.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export interface PortalFile {
  readonly body: Buffer;
  readonly gzipped: Buffer;
  readonly contentType: string;
  readonly etag: string;
}

export interface PortalFiles {
  /** what the browser fetches below `portal/`, by name: `portal.js`, `wall/wall.js` */
  readonly assets: ReadonlyMap<string, PortalFile>;
  readonly templates: Readonly<Record<'index' | 'viewChoice' | 'webrtc' | 'player' | 'wall' | 'wallTile', string>>;
  /** by language tag: the content of texts/*.json */
  readonly texts: ReadonlyMap<string, unknown>;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};

/** http-service/portal, seen from src/portal as from dist/portal. */
const PORTAL_FOLDER = new URL('../../portal/', import.meta.url);

/** Of portal/style, in the order of the cascade: widths of the window change what stands above. */
const STYLE_PARTS = ['base', 'bar', 'picture', 'buttons', 'facts', 'snapshot', 'text-pages', 'windows'] as const;

let loaded: PortalFiles | undefined;

/** The same for every camera; read at the first call. */
export function portalFiles(): PortalFiles {
  loaded ??= loadPortalFiles(PORTAL_FOLDER);
  return loaded;
}

export function loadPortalFiles(folder: URL): PortalFiles {
  const assets = new Map<string, PortalFile>();
  for (const below of ['', 'wall/']) {
    for (const name of readdirSync(fileURLToPath(new URL(below, folder)))) {
      const contentType = CONTENT_TYPES[extname(name)];
      const path = `${below}${name}`;
      if (contentType !== undefined) assets.set(path, toPortalFile(readFileSync(new URL(path, folder)), contentType));
    }
  }
  assets.set('style.css', toPortalFile(joinStyle(new URL('style/', folder)), CONTENT_TYPES['.css'] ?? ''));
  const textsFolder = new URL('texts/', folder);
  const texts = new Map<string, unknown>();
  for (const name of readdirSync(fileURLToPath(textsFolder))) {
    if (extname(name) === '.json')
      texts.set(name.slice(0, -'.json'.length), JSON.parse(readFileSync(new URL(name, textsFolder), 'utf8')));
  }
  return {
    assets,
    templates: {
      index: readFileSync(new URL('index.html', folder), 'utf8'),
      viewChoice: readFileSync(new URL('view-choice.html', folder), 'utf8'),
      webrtc: readFileSync(new URL('webrtc.html', folder), 'utf8'),
      player: readFileSync(new URL('webrtc-player.html', folder), 'utf8'),
      wall: readFileSync(new URL('wall/wall.html', folder), 'utf8'),
      wallTile: readFileSync(new URL('wall/tile.html', folder), 'utf8'),
    },
    texts,
  };
}

/** One file for the browser, one file a part of the page for us. */
function joinStyle(folder: URL): Buffer {
  return Buffer.from(STYLE_PARTS.map((part) => readFileSync(new URL(`${part}.css`, folder), 'utf8')).join('\n'));
}

function toPortalFile(body: Buffer, contentType: string): PortalFile {
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { body, gzipped: gzipSync(body), contentType, etag };
}
