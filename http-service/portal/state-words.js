// What the state of a camera is called: one status in, the words of the pill and the sentence below the picture out.
// Pure, and used twice: the server paints with it what the browser then keeps true. Words come from texts/*.json.

import { fill, formatDuration, formatNumber } from './format.js';

/** Colour families: `live` green, `wait` amber, `held` amber, `bad` red, `off` grey. */
const TONES = {
  lost: 'bad',
  captureAway: 'bad',
  absent: 'bad',
  failed: 'bad',
  restarting: 'wait',
  focusing: 'wait',
  starting: 'wait',
  capturing: 'wait',
  held: 'held',
  heldOff: 'off',
  live: 'live',
  on: 'off',
  idle: 'off',
};

/** States in which an old picture on the screen deserves its age in the pill. */
const SHOWS_AGE = new Set([
  'captureAway',
  'absent',
  'failed',
  'restarting',
  'focusing',
  'starting',
  'capturing',
  'held',
]);

/**
 * @param {object} status as `/status` answers
 * @param {{ silentMs?: number, pictureAgeMs?: number | null, nowMs: number, isShown?: boolean }} now `silentMs`: the feed is broken, and
 *   this long nothing was heard; `nowMs`: the server's wall clock; `isShown: false`: the viewer stopped the picture
 * @param {object} texts the content of texts/en.json
 */
export function describeState(status, now, texts) {
  const key = stateKey(status, now);
  const words = texts.state[key];
  const cause = causeWords(status.cause, texts);
  const sentence = sentenceOf(words, cause, now);
  return {
    key,
    tone: TONES[key],
    title: words.title,
    detail: detailOf(key, status, now, texts),
    sentence: [
      fill(sentence, { age: formatDuration(now.silentMs ?? 0) }),
      key !== 'held' || cause === null ? '' : `${cause}.`,
      nextTry(key, status, now, texts),
    ]
      .filter((part) => part !== '')
      .join(' '),
  };
}

/** `stalled: no frame for 4 s` is a known cause with a detail; anything else is told as it is. */
function causeWords(cause, texts) {
  if (cause === null) return null;
  const end = cause.indexOf(': ');
  const known = texts.cause[end === -1 ? cause : cause.slice(0, end)];
  if (known === undefined) return cause;
  if (known === null) return null; // the state's own sentence says it already
  return end === -1 ? known : `${known} (${cause.slice(end + 2)})`;
}

function sentenceOf(words, cause, now) {
  if (cause !== null && words.sentenceCause) return fill(words.sentenceCause, { cause });
  return now.isShown === false && words.sentenceHidden ? words.sentenceHidden : words.sentence;
}

function stateKey(status, now) {
  if (now.silentMs !== undefined) return 'lost';
  if (!status.captureReachable) return 'captureAway';
  if (status.state === 'held-off') return 'heldOff';
  if (status.state !== 'streaming') return status.state;
  const kind = status.picture.kind;
  if (kind === 'held') return 'held';
  if (kind === 'placeholder') return 'starting';
  return status.viewers === 0 && kind === null ? 'on' : 'live';
}

function detailOf(key, status, now, texts) {
  if (key === 'live') return fill(texts.fps, { fps: formatNumber(status.fps, 1) });
  if (SHOWS_AGE.has(key) && status.picture.kind === 'held' && now.pictureAgeMs != null)
    return fill(texts.held, { age: formatDuration(now.pictureAgeMs) });
  return '';
}

function nextTry(key, status, now, texts) {
  const waits = key === 'failed' || key === 'restarting' || key === 'absent';
  if (!waits || status.nextTryAtMs === null || status.nextTryAtMs < now.nowMs + 1000) return '';
  const words = fill(texts.nextTry, { age: formatDuration(status.nextTryAtMs - now.nowMs) });
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
