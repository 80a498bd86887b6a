// The one picture stream of the page: it runs only while it is wanted (button), looked at (tab visible) and possible
// (the feed is heard). A browser has six connections to a host: a stream too many, and nothing loads any more.

const RETRY_MS = [500, 2000, 5000, 10_000];
/** The last picture is only shown dimmed: half the pixels do. */
const KEPT_WIDTH = 640;
/** One transparent pixel: an image without a source shows its alternative text across the stage. */
const BLANK = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';

/**
 * @param {{ img: HTMLImageElement, lastPicture: HTMLCanvasElement, url: string, onChange(): void }} options
 */
export function createLiveView({ img, lastPicture, url, onChange }) {
  let retryTimer;
  let failures = 0;
  let opened = 0;
  const view = { wanted: true, visible: true, reachable: true, playing: false, refusedUntilMs: undefined, set, keep };

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

  /** Taking the source away closes the connection. */
  function stop() {
    keep();
    view.playing = false;
    img.src = BLANK;
  }

  /** Copies the picture to the canvas below; called now and then, since a connection that breaks takes it along. */
  function keep() {
    if (!view.playing || img.naturalWidth <= 1) return;
    const width = Math.min(KEPT_WIDTH, img.naturalWidth);
    const height = Math.round((img.naturalHeight * width) / img.naturalWidth);
    if (lastPicture.width !== width) lastPicture.width = width;
    if (lastPicture.height !== height) lastPicture.height = height;
    lastPicture.getContext('2d').drawImage(img, 0, 0, width, height);
  }
}
