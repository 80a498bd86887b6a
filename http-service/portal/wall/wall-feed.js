// The one connection of the wall: reads records, says what was received and what is in view, and comes back by itself.
// Nothing is open while nobody looks.

import { createRecordReader } from './records.js';

/** The service says something every 10 s. */
const SILENCE_MS = 25_000;
const RETRY_MS = [500, 1000, 2000, 5000, 10_000];
/** Acknowledgements go out together. */
const SAY_AFTER_MS = 80;
/** One that is not answered is said again. */
const SAID_WITHIN_MS = 5_000;
const NOT_FOUND = 404;

/**
 * @param {{ onRecord(record: object, picture: Uint8Array | undefined): void, onLink(isUp: boolean): void }} options
 * @returns `wants` is told what is in view; `open` and `close` may be called at any time
 */
export function createWallFeed({ onRecord, onLink }) {
  let connection;
  let retryTimer;
  let failures = 0;
  let view = { cameras: [], width: 320 };
  return { open, close, wants };

  function open() {
    if (connection === undefined && retryTimer === undefined) connect();
  }

  function close() {
    clearTimeout(retryTimer);
    retryTimer = undefined;
    connection?.end();
    connection = undefined;
    failures = 0;
  }

  function wants(next) {
    view = next;
    connection?.viewChanged();
  }

  function connect() {
    retryTimer = undefined;
    const mine = createConnection({
      view: () => view,
      onRecord(record, picture) {
        if (connection !== mine) return;
        if (record.type === 'hello') {
          failures = 0;
          onLink(true);
        }
        onRecord(record, picture);
      },
      onEnd() {
        if (connection !== mine) return;
        connection = undefined;
        onLink(false);
        retryTimer = setTimeout(connect, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
      },
    });
    connection = mine;
  }
}

function createConnection({ view, onRecord, onEnd }) {
  const ending = new AbortController();
  let session;
  let received = 0;
  let hasNews = false;
  let isViewNew = true;
  let isSaying = false;
  let sayTimer;
  let silenceTimer;

  const reader = createRecordReader((record, picture) => {
    received += 1;
    if (record.type === 'hello') session = record.session;
    onRecord(record, picture);
    hasNews = true;
  });
  void read();
  return { end, viewChanged };

  async function read() {
    try {
      const response = await fetch('pictures', { cache: 'no-store', signal: ending.signal });
      if (!response.ok) return;
      listen();
      const body = response.body.getReader();
      for (let piece = await body.read(); !piece.done; piece = await body.read()) {
        listen();
        reader.push(piece.value);
        sayLater();
      }
    } catch {
      // TypeError: the connection broke; AbortError: we did it; RangeError: these are no records
    } finally {
      end();
      onEnd();
    }
  }

  function end() {
    clearTimeout(silenceTimer);
    clearTimeout(sayTimer);
    session = undefined;
    ending.abort();
  }

  function listen() {
    clearTimeout(silenceTimer);
    silenceTimer = setTimeout(end, SILENCE_MS);
  }

  function viewChanged() {
    isViewNew = true;
    hasNews = true;
    sayLater();
  }

  function sayLater() {
    if (sayTimer !== undefined || isSaying || session === undefined) return;
    sayTimer = setTimeout(say, SAY_AFTER_MS);
  }

  /** One at a time, so that none overtakes another; what has changed meanwhile is said by the next. */
  async function say() {
    sayTimer = undefined;
    if (session === undefined) return;
    isSaying = true;
    hasNews = false;
    const says = isViewNew ? { received, ...view() } : { received };
    isViewNew = false;
    try {
      const response = await fetch(`walls/${session}`, {
        method: 'POST',
        body: JSON.stringify(says),
        signal: AbortSignal.any([ending.signal, AbortSignal.timeout(SAID_WITHIN_MS)]),
      });
      if (response.status === NOT_FOUND) end();
      else if (!response.ok) throw new TypeError(`status ${response.status}`);
    } catch {
      // TypeError or TimeoutError: lost on its way; what it said is said again
      hasNews = true;
      isViewNew = true;
    } finally {
      isSaying = false;
      if (hasNews) sayLater();
    }
  }
}
