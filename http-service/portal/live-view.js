// The one picture stream of the page: it runs only while it is wanted (button), looked at (tab visible) and possible
// (the feed is heard). A browser has six connections to a host: a stream too many, and nothing loads any more.

const RETRY_MS = [1000, 2000, 5000, 10_000];
/** One transparent pixel: an image without a source shows its alternative text across the stage. */
const BLANK = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';

/**
 * @param {{ img: HTMLImageElement, lastPicture: HTMLCanvasElement, url: string, onChange(): void }} options
 */
export function createLiveView({ img, lastPicture, url, onChange }) {
  let retryTimer;
  let failures = 0;
  let opened = 0;
  const view = { wanted: true, visible: true, reachable: true, playing: false, refusedUntilMs: undefined, set };

  img.addEventListener('load', () => {
    if (view.playing) failures = 0;
  });
  img.addEventListener('error', () => {
    if (!view.playing) return;
    stop();
    const waitMs = RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)];
    view.refusedUntilMs = performance.now() + waitMs;
    retryTimer = setTimeout(() => {
      view.refusedUntilMs = undefined;
      apply();
    }, waitMs);
    onChange();
  });
  return view;

  /** @param {{ wanted?: boolean, visible?: boolean, reachable?: boolean }} change */
  function set(change) {
    Object.assign(view, change);
    if (change.wanted || change.visible) forgive();
    apply();
    onChange();
  }

  function forgive() {
    clearTimeout(retryTimer);
    view.refusedUntilMs = undefined;
    failures = 0;
  }

  function apply() {
    const shouldPlay = view.wanted && view.visible && view.reachable && view.refusedUntilMs === undefined;
    if (shouldPlay && !view.playing) start();
    if (!shouldPlay && view.playing) stop();
  }

  /** The number keeps the browser from joining a stream of before that it still has in its image cache. */
  function start() {
    view.playing = true;
    img.src = `${url}?view=${Date.now().toString(36)}${opened++}`;
  }

  /** Keeps the last picture on the canvas below, then takes the source away: that closes the connection. */
  function stop() {
    view.playing = false;
    if (img.naturalWidth > 1) {
      lastPicture.width = img.naturalWidth;
      lastPicture.height = img.naturalHeight;
      lastPicture.getContext('2d').drawImage(img, 0, 0);
    }
    img.src = BLANK;
  }
}
