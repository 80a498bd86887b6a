// A page in Chromium that plays our video as a client of its own, not as our page does.

import type { Page } from 'playwright-core';
import { type OpenedBrowser, visit } from '../browser/chromium.ts';
import { WHEP_CLIENT_SCRIPT } from './whep-client-script.ts';

export interface VideoViewer {
  readonly page: Page;
  /** ms from the offer to the first picture that was decoded */
  readonly firstFrameMs: number;
  /** path of the session, as a browser resolves Location */
  readonly location: string;
  /** track events, with the number of their streams */
  readonly tracks: readonly string[];
  stats(): Promise<VideoStats>;
  /** A fingerprint of what is shown. */
  pixels(): Promise<string>;
}

export interface VideoStats {
  readonly framesDecoded: number;
  readonly keyFramesDecoded: number;
  readonly framesDropped: number;
  /** s in which the picture stood still longer than it should */
  readonly freezeS: number;
  /** how often lost packets were asked for again */
  readonly nackCount: number;
  readonly bytesReceived: number;
  readonly frameWidth: number;
  readonly state: string;
}

export interface WatchVideoOptions {
  /** offers audio too, as Mainsail's card does */
  readonly audio?: boolean;
  /** where to go instead of the port that the answer names */
  readonly ports?: Readonly<Record<number, number>>;
}

/** @param url of the camera; its `/whep` is asked */
export async function watchVideo(
  browser: OpenedBrowser,
  url: string,
  options: WatchVideoOptions = {},
): Promise<VideoViewer> {
  const { page } = await browser.newPage();
  await visit(page, new URL('/healthz', url).href);
  await page.evaluate(WHEP_CLIENT_SCRIPT);
  const target = JSON.stringify({ url: new URL('/whep', url).href, ...options });
  const seen: { firstFrameMs: number; location: string; tracks: string[] } = await page.evaluate(`watch(${target})`);
  return {
    ...seen,
    page,
    stats: () => page.evaluate('stats()'),
    pixels: () => page.evaluate('draw(64, 36).join()'),
  };
}
