import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { CameraConfig } from '@soft-stream/shared/config/camera-config';
import { sampleCamera, sampleMonitor, sampleStatus } from '../testing/sample-monitor.ts';
import { renderPortalPage } from './portal-page.ts';

const texts: unknown = JSON.parse(readFileSync(new URL('../../portal/texts/en.json', import.meta.url), 'utf8'));
const TEMPLATE = '{{settings.quality}} | {{settings.snapshot}} | {{settings.autofocus}}';

function settingsOf(change: Partial<CameraConfig>): string {
  const config = sampleCamera(0, change);
  return renderPortalPage(TEMPLATE, { lang: 'en', texts }, { ...sampleMonitor(), config }, sampleStatus());
}

const rows: [string, Partial<CameraConfig>, string][] = [
  ['a CSI camera', {}, 'medium (50) | 4608 × 2592, quality 95 | on'],
  [
    'a USB camera, which makes its JPEGs by itself',
    { driver: 'v4l2', autofocus: false },
    'as the camera makes it | the camera&#39;s largest | off',
  ],
  [
    'a USB camera with settings of its own',
    {
      ...{ driver: 'v4l2', autofocus: false },
      v4l2: {
        ...{ format: 'yuyv', stillSize: { width: 640, height: 480 } },
        controls: [{ name: 'autofocus', value: '1' }],
      },
    },
    'medium (50) | 640 × 480 | on',
  ],
];
for (const [title, change, expected] of rows) {
  test(`the settings in force of ${title}`, { timeout: 10_000 }, () => {
    assert.equal(settingsOf(change), expected);
  });
}
