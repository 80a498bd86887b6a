// The page of one camera as HTML: its state is painted in it already, the script only keeps it true.

import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { settingsInForce } from '@soft-stream/shared/config/drivers/driver-settings';
import type { SettingsInForce } from '@soft-stream/shared/config/drivers/driver-settings-module';
import { fill, formatDuration, formatSize } from '../../portal/format.js';
import { describeState } from '../../portal/state-words.js';
import type { CameraMonitor } from '../status/camera-monitor.ts';
import type { PortalStatus } from '../status/portal-status.ts';
import type { PageTexts } from './page-texts.ts';
import { portalFiles } from './portal-files.ts';
import { escapeHtml, fillTemplate, jsonForScriptBlock, lookUp } from './template.ts';

/** Rows of "use it elsewhere": the text's key, and the path that the browser completes to an address. */
const ADDRESSES = [
  ['printerStream', './?action=stream'],
  ['printerSnapshot', './?action=snapshot'],
  ['homeAssistantStream', 'stream.mjpg'],
  ['homeAssistantSnapshot', 'snapshot.jpg?width=1280&max_age=5000'],
] as const;

export function renderPortalPage(
  template: string,
  { lang, texts }: PageTexts,
  monitor: CameraMonitor,
  status: PortalStatus,
): string {
  const word = (path: string, values: Record<string, string | number> = {}) => fill(text(texts, path), values);
  const size = status.negotiated ?? status.requested;
  const { config } = monitor;
  const inForce = settingsInForce(config);
  const hasVideo = monitor.video.isOn && monitor.video.missing === undefined;
  return fillTemplate(template, {
    t: texts,
    lang,
    name: status.name,
    version: status.http.version,
    autofocus: status.autofocus === null ? 'off' : 'on',
    video: hasVideo ? 'on' : 'off',
    viewChoice: hasVideo ? fillTemplate(portalFiles().templates.viewChoice, { t: texts }) : '',
    width: String(size.width),
    height: String(size.height),
    pictureAlt: word('pictureAlt', { name: status.name }),
    state: describeState(status, { nowMs: status.nowMs, pictureAgeMs: status.picture.ageMs }, texts),
    settings: {
      requested: formatSize(status.requested),
      rate: word('fps', { fps: status.requested.fps }),
      quality: qualityOf(config, inForce, word),
      snapshot: snapshotOf(inForce, word),
      autofocus: word(inForce.focusesByItself ? 'settings.on' : 'settings.off'),
      port: status.http.port === null ? word('settings.portNone') : String(status.http.port),
      linger: formatDuration(config.lingerMs),
    },
    still: { wide1280: word('still.sizeWide', { width: 1280 }), wide640: word('still.sizeWide', { width: 640 }) },
    json: jsonForScriptBlock({ status: withoutControls(status), texts: textsForBrowser(texts, hasVideo) }),
    others: otherCameras(monitor).join(''),
    addresses: ADDRESSES.map(([key, path]) => addressRow(key, path, word)).join(''),
  });
}

type Word = (path: string, values?: Record<string, string | number>) => string;

function qualityOf({ quality, qualityText }: CameraConfig, { usesQuality }: SettingsInForce, word: Word): string {
  if (!usesQuality) return word('settings.qualityOfCamera');
  return qualityText === String(quality) ? qualityText : `${qualityText} (${quality})`;
}

function snapshotOf({ stillSize, stillQuality }: SettingsInForce, word: Word): string {
  if (stillSize === undefined) return word('settings.snapshotLargest');
  const size = formatSize(stillSize);
  return stillQuality === undefined ? size : word('settings.snapshotValue', { size, quality: stillQuality });
}

/** Every other camera: its own address if it has one, else the distance of its port, which the browser adds to ours. */
function otherCameras({ app, config }: CameraMonitor): string[] {
  return app.cameras
    .filter((other) => other.camera !== config.camera)
    .map((other) => {
      const target =
        other.publicUrl === undefined
          ? `hidden data-port-difference="${other.port - config.port}"`
          : `href="${escapeHtml(other.publicUrl)}"`;
      return `<a ${target}>${escapeHtml(other.name)}</a>`;
    });
}

function addressRow(
  key: string,
  path: string,
  word: (path: string, values?: Record<string, string>) => string,
): string {
  const what = word(`addresses.${key}`);
  const id = `address-${key}`;
  return [
    `<li data-path="${escapeHtml(path)}"><label for="${id}">${escapeHtml(what)}</label><div>`,
    `<input id="${id}" readonly value="${escapeHtml(path)}">`,
    `<button type="button" aria-label="${escapeHtml(word('addresses.copyLabel', { what }))}">`,
    `<span class="label">${escapeHtml(word('addresses.copy'))}</span></button></div></li>`,
  ].join('');
}

/** The words of other pages and of the template itself are of no use to the script. */
function textsForBrowser(texts: unknown, hasVideo: boolean): unknown {
  const unused = [
    'webrtc',
    'player',
    'wall',
    'skip',
    'noScript',
    'noScriptStream',
    'noScriptSnapshot',
    ...(hasVideo ? [] : ['view']),
  ];
  return Object.fromEntries(Object.entries(texts ?? {}).filter(([key]) => !unused.includes(key)));
}

function text(texts: unknown, path: string): string {
  const value = lookUp(texts, path);
  if (typeof value !== 'string') throw new TypeError(`texts have no ${path}`);
  return value;
}

/** The page asks `/controls` for them once somebody opens that panel. */
function withoutControls(status: PortalStatus): Omit<PortalStatus, 'controls' | 'focusFigure'> {
  const { controls: _controls, focusFigure: _focusFigure, ...rest } = status;
  return rest;
}
