// The live view as video: the same face as live-view.js. When no picture comes in time it says so once, and stops.

import { createVideoMeter, openVideoConnection } from './video-connection.js';

/** From the wish to the first picture; and between two looks at a video that has stopped. */
const PATIENCE_MS = 5000;
const LOOK_MS = 1000;
const KEPT_WIDTH = 640;
/** A start in which nothing has come for so long deserves a word. */
const LATE_MS = 1500;

/**
 * @param {{ video: HTMLVideoElement, lastPicture: HTMLCanvasElement, url: string, onChange(): void,
 *   onGiveUp(reason: string): void, onRate(bitsPerSecond: number): void, words: Record<string, string> }} options
 */
export function createVideoView({ video, lastPicture, url, onChange, onGiveUp, onRate, words }) {
  let attempt;
  const view = { wanted: false, visible: true, reachable: true, playing: false, refusal: undefined, isLate, set, keep };
  return view;

  function isLate() {
    return attempt !== undefined && !attempt.hasShown && performance.now() - attempt.movedMs > LATE_MS;
  }

  /** @param {{ wanted?: boolean, visible?: boolean, reachable?: boolean }} change */
  function set(change) {
    Object.assign(view, change);
    const shouldPlay = view.wanted && view.visible && view.reachable;
    if (shouldPlay && !view.playing) start();
    if (!shouldPlay && view.playing) stop();
    onChange();
  }

  function start() {
    view.playing = true;
    attempt = { ended: new AbortController(), connection: undefined, movedMs: performance.now(), hasShown: false };
    void play(attempt);
  }

  async function play(mine) {
    const meter = createVideoMeter();
    mine.timer = setInterval(() => void look(mine, meter), LOOK_MS);
    try {
      mine.connection = await openVideoConnection({
        url,
        signal: mine.ended.signal,
        onStream(stream) {
          video.srcObject = stream;
          void video.play().catch(() => undefined); // refused without a gesture: it is muted, so hardly ever
        },
        onLost: () => fail(mine, words.noConnection),
      });
      if (mine !== attempt) mine.connection.close();
    } catch (error) {
      fail(mine, error.message === 'WebRTC' ? words.noWebrtc : error.message || words.noAnswer);
    }
  }

  async function look(mine, meter) {
    const peer = mine.connection?.peer;
    const { isMoving, bitsPerSecond } = peer ? await meter.read(peer) : { isMoving: false };
    if (mine !== attempt) return;
    if (isMoving) {
      mine.movedMs = performance.now();
      mine.hasShown = true;
    }
    if (bitsPerSecond !== undefined) onRate(bitsPerSecond);
    if (performance.now() - mine.movedMs < PATIENCE_MS) return;
    if (!mine.hasShown) return fail(mine, peer?.connectionState === 'connected' ? words.noPicture : words.noConnection);
    // It has played: the service was restarted perhaps. One more attempt, with the same patience.
    stop();
    start();
  }

  function fail(mine, reason) {
    if (mine !== attempt) return;
    stop();
    view.wanted = false;
    onGiveUp(reason);
  }

  function stop() {
    keep();
    view.playing = false;
    clearInterval(attempt?.timer);
    attempt?.ended.abort(new Error('stopped'));
    attempt?.connection?.close();
    attempt = undefined;
    video.srcObject = null;
  }

  /** As in live-view.js: the last picture stays, dimmed, when the video is gone. */
  function keep() {
    if (!view.playing || video.videoWidth === 0) return;
    const width = Math.min(KEPT_WIDTH, video.videoWidth);
    const height = Math.round((video.videoHeight * width) / video.videoWidth);
    if (lastPicture.width !== width) lastPicture.width = width;
    if (lastPicture.height !== height) lastPicture.height = height;
    lastPicture.getContext('2d').drawImage(video, 0, 0, width, height);
  }
}
