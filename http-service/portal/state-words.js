// What the state of a camera is called: one status in, the words of the pill and the sentence below the picture out.
// Pure, and used twice: the server paints with it what the browser then keeps true. Words come from texts/*.json.

import { fill, formatDuration, formatNumber } from './format.js';

/** Colour families: `live` green, `wait` amber, `held` amber, `bad` red, `off` grey. */
const TONES = {
  lost: 'bad',
  full: 'wait',
  refused: 'wait',
  late: 'wait',
  hidden: 'off',
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
  unknown: 'off',
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
 * @param {import('./state-words.d.ts').Now} now what this page knows of itself: it speaks of its own picture
 * @param {object} texts the content of texts/en.json
 */
export function describeState(status, now, texts) {
  const key = stateKey(status, now);
  const words = texts.state[key];
  const cause = causeWords(status.cause, texts);
  const sentence = sentenceOf(words, cause);
  return {
    key,
    tone: TONES[key],
    title: titleOf(key, status, words),
    detail: detailOf(key, status, now, texts),
    sentence: [
      fill(sentence, { age: formatDuration(now.silentMs ?? 0), wait: waitWords(now) }),
      key !== 'held' || cause === null ? '' : `${cause}.`,
      nextTry(key, status, now, texts),
      key === 'lost' || status.versionDifference === null ? '' : `${status.versionDifference}.`,
    ]
      .filter((part) => part !== '')
      .join(' '),
  };
}

/** The name of a state alone, for what has no room for more. */
export function stateTitle(key, texts) {
  return texts.state[key].title;
}

function titleOf(key, { unknownState: word }, words) {
  return key === 'unknown' && word ? word[0].toUpperCase() + word.slice(1) : words.title;
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

function sentenceOf(words, cause) {
  if (cause !== null && words.sentenceCause) return fill(words.sentenceCause, { cause });
  return words.sentence;
}

function stateKey(status, now) {
  if (now.silentMs !== undefined) return 'lost';
  if (now.refusal !== undefined) return now.refusal.isFull ? 'full' : 'refused';
  if (!status.captureReachable) return 'captureAway';
  if (status.state === 'held-off') return 'heldOff';
  if (status.state !== 'streaming') return status.state;
  const kind = status.picture.kind;
  if (kind === 'held') return 'held';
  if (kind === 'placeholder') return 'starting';
  if (now.isShown === false) return 'hidden';
  if (now.isLate) return 'late';
  return status.viewers === 0 && kind === null ? 'on' : 'live';
}

/** Whole seconds, and never none: "in 0 s" is no time to wait. */
function waitWords({ refusal }) {
  return refusal === undefined ? '' : formatDuration(Math.max(1, Math.ceil(refusal.waitMs / 1000)) * 1000);
}

function detailOf(key, status, now, texts) {
  if (key === 'full' || key === 'refused') return fill(texts.nextTry, { age: waitWords(now) });
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
