// A page in Chromium that plays our video as a client of its own, not as our page does.

import type { Page } from 'playwright-core';
import { type OpenedBrowser, visit } from '../browser/chromium.ts';

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
  readonly bytesReceived: number;
  readonly frameWidth: number;
  readonly state: string;
}

/** What the two cards of Mainsail and Fluidd do, and any WHEP client. */
const SCRIPT = `
  window.watch = async ({ url, audio }) => {
    const startMs = performance.now();
    const tracks = [];
    const peer = new RTCPeerConnection();
    peer.addTransceiver('video', { direction: audio ? 'sendrecv' : 'recvonly' });
    if (audio) peer.addTransceiver('audio', { direction: 'sendrecv' });
    const video = document.createElement('video');
    video.muted = video.autoplay = video.playsInline = true;
    document.body.append(video);
    const isShown = new Promise((resolve, reject) => {
      video.requestVideoFrameCallback(() => resolve(performance.now() - startMs));
      setTimeout(() => reject(new Error('no picture in 20 s: ' + peer.connectionState)), 20_000);
    });
    peer.ontrack = (event) => {
      tracks.push(event.track.kind + ' ' + event.streams.length);
      video.srcObject = event.streams[0];
    };
    await peer.setLocalDescription();
    const headers = { 'Content-Type': 'application/sdp' };
    const answer = await fetch(url, { method: 'POST', headers, body: peer.localDescription.sdp });
    if (answer.status !== 201) throw new Error(answer.status + ' ' + (await answer.text()));
    await peer.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
    Object.assign(window, { peer, video });
    return { firstFrameMs: await isShown, location: new URL(answer.headers.get('Location'), answer.url).pathname, tracks };
  };
  window.stats = async () => {
    const all = [...(await peer.getStats()).values()];
    const { framesDecoded = 0, keyFramesDecoded = 0, bytesReceived = 0, frameWidth = 0 } =
      all.find((each) => each.type === 'inbound-rtp') ?? {};
    return { framesDecoded, keyFramesDecoded, bytesReceived, frameWidth, state: peer.connectionState };
  };
  window.draw = (width, height) => {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width, height });
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0, width, height);
    return context.getImageData(0, 0, width, height).data;
  };
`;

/** @param url of the camera; its `/whep` is asked */
export async function watchVideo(
  browser: OpenedBrowser,
  url: string,
  { audio = false }: { readonly audio?: boolean } = {},
): Promise<VideoViewer> {
  const { page } = await browser.newPage();
  await visit(page, new URL('/healthz', url).href);
  await page.evaluate(SCRIPT);
  const target = JSON.stringify({ url: new URL('/whep', url).href, audio });
  const seen: { firstFrameMs: number; location: string; tracks: string[] } = await page.evaluate(`watch(${target})`);
  return {
    ...seen,
    page,
    stats: () => page.evaluate('stats()'),
    pixels: () => page.evaluate('draw(64, 36).join()'),
  };
}
