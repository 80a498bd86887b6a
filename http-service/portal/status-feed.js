// The one EventSource of the page: knows the newest status, and whether it is still being told.
// EventSource itself gives up after an HTTP error and cannot see a silent line, so both are watched here.

/** The server says something every 5 s (heartbeat), and every second while pictures flow. */
const SILENCE_MS = 12_000;
const SILENCE_STREAMING_MS = 3_500;
const RETRY_MS = [500, 1000, 2000, 3000];

/**
 * @param {{ url: string, initial: object, onChange(): void }} options
 * `status` is the newest status, `silentSinceMs` is set while the feed is broken (performance.now() of the last word).
 */
export function createStatusFeed({ url, initial, onChange }) {
  let source;
  let retryTimer;
  let silenceTimer;
  let failures = 0;
  let lastEventId = '';
  const feed = { status: initial, heardAtMs: performance.now(), silentSinceMs: undefined, open, close };
  return feed;

  function open() {
    if (source !== undefined || retryTimer !== undefined) return;
    feed.heardAtMs = performance.now();
    connect();
  }

  function close() {
    clearTimeout(retryTimer);
    clearTimeout(silenceTimer);
    retryTimer = undefined;
    source?.close();
    source = undefined;
    failures = 0;
    feed.silentSinceMs = undefined;
  }

  function connect() {
    retryTimer = undefined;
    source = new EventSource(lastEventId === '' ? url : `${url}?after=${encodeURIComponent(lastEventId)}`);
    source.addEventListener('status', (event) => heard(JSON.parse(event.data), event.lastEventId));
    source.addEventListener('rates', (event) => heard({ ...feed.status, ...JSON.parse(event.data) }));
    source.addEventListener('heartbeat', () => heard(feed.status));
    source.onerror = lose;
    watchSilence();
  }

  function heard(status, id) {
    if (id) lastEventId = id;
    failures = 0;
    feed.status = status;
    feed.heardAtMs = performance.now();
    feed.silentSinceMs = undefined;
    watchSilence();
    onChange();
  }

  function watchSilence() {
    clearTimeout(silenceTimer);
    silenceTimer = setTimeout(lose, feed.status.http.viewers > 0 ? SILENCE_STREAMING_MS : SILENCE_MS);
  }

  /** Ours reconnects instead of the browser's: it also comes back after a 502 of a proxy, and it has no 3 s of its own. */
  function lose() {
    if (source === undefined) return;
    clearTimeout(silenceTimer);
    source.close();
    source = undefined;
    feed.silentSinceMs ??= feed.heardAtMs;
    retryTimer = setTimeout(connect, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
    onChange();
  }
}
