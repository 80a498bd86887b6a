// The one picture stream of the page: it runs only while it is wanted (button), looked at (tab visible) and possible
// (the feed is heard). A browser has six connections to a host: a stream too many, and nothing loads any more.

const RETRY_MS = [500, 2000, 5000, 10_000];
/** The last picture is only shown dimmed: half the pixels do. */
const KEPT_WIDTH = 640;
/** A start in which nothing has come for so long deserves a word. */
const LATE_MS = 1500;
/** With these the server (or a proxy) says that there are too many, and when to come again. */
const TOO_MANY = [429, 503];

/**
 * @param {{ img: HTMLImageElement, lastPicture: HTMLCanvasElement, url: string, onChange(): void }} options
 */
export function createLiveView({ img, lastPicture, url, onChange }) {
  let retryTimer;
  let failures = 0;
  let opened = 0;
  let startedAtMs = 0;
  /** `refusal`: no picture until then, and whether that is because the camera is full */
  const view = { wanted: true, visible: true, reachable: true, playing: false, refusal: undefined, isLate, set, keep };

  img.addEventListener('load', () => {
    if (view.playing) failures = 0;
  });
  img.addEventListener('error', () => {
    if (!view.playing) return;
    stop();
    refuse({ isFull: false, waitMs: RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] });
    void askWhy(view.refusal);
  });
  return view;

  function refuse({ isFull, waitMs }) {
    clearTimeout(retryTimer);
    view.refusal = { isFull, untilMs: performance.now() + waitMs };
    retryTimer = setTimeout(() => {
      view.refusal = undefined;
      apply();
      onChange();
    }, waitMs);
    onChange();
  }

  /** An image does not tell why it failed. HEAD is answered as the stream would be, and takes nobody's place. */
  async function askWhy(refusal) {
    try {
      const response = await fetch(url, { method: 'HEAD', cache: 'no-store' });
      const seconds = Number(response.headers.get('Retry-After'));
      if (view.refusal !== refusal || !TOO_MANY.includes(response.status)) return;
      refuse({ isFull: true, waitMs: seconds > 0 ? seconds * 1000 : RETRY_MS.at(-1) });
    } catch {
      // TypeError: nobody answers; the event feed says so
    }
  }

  /** It should be on the screen, and nothing has come yet. */
  function isLate() {
    return view.playing && img.naturalWidth <= 1 && performance.now() - startedAtMs > LATE_MS;
  }

  /** @param {{ wanted?: boolean, visible?: boolean, reachable?: boolean }} change */
  function set(change) {
    const isAskedAnew = (change.wanted && !view.wanted) || (change.visible && !view.visible);
    Object.assign(view, change);
    if (isAskedAnew) forgive();
    apply();
    onChange();
  }

  function forgive() {
    clearTimeout(retryTimer);
    view.refusal = undefined;
    failures = 0;
  }

  function apply() {
    const shouldPlay = view.wanted && view.visible && view.reachable && view.refusal === undefined;
    if (shouldPlay && !view.playing) start();
    if (!shouldPlay && view.playing) stop();
  }

  /** The number keeps the browser from joining a stream of before that it still has in its image cache. */
  function start() {
    view.playing = true;
    startedAtMs = performance.now();
    img.src = `${url}?view=${Date.now().toString(36)}${opened++}`;
  }

  /** Taking the source away closes the connection; another source would be loaded even while the page is closed. */
  function stop() {
    keep();
    view.playing = false;
    img.removeAttribute('src');
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
