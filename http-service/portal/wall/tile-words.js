// What a tile says: its camera's state, and how old the picture is where it is not live. Pure.

const TONES = {
  absent: 'bad',
  failed: 'bad',
  captureAway: 'bad',
  lost: 'bad',
  restarting: 'wait',
  focusing: 'wait',
  starting: 'wait',
  capturing: 'wait',
  held: 'held',
  live: 'live',
  heldOff: 'off',
  idle: 'off',
  unknown: 'off',
};

/**
 * @param {import('./tile-words.d.ts').SeenTile} seen
 * @returns `view`: `live`, `old` (dimmed, with its age), `waiting` (no picture yet) or `watched`
 */
export function tileWords({ status, ageMs, heldAfterMs, isLinked, isWatched }, texts) {
  // The stream of a watched tile says by itself when it is not live.
  const hasPicture = isWatched || ageMs !== undefined;
  const isYoung = isWatched || ageMs <= heldAfterMs;
  const key = keyOf(status, { isLinked, hasPicture, isYoung });
  const isLive = key === 'live';
  return {
    key,
    tone: TONES[key] ?? 'off',
    title: titleOf(key, status, texts),
    view: isWatched ? 'watched' : viewOf(hasPicture, isLive),
    ageMs: isLive || isWatched ? undefined : ageMs,
    note: hasPicture || key === 'starting' ? '' : texts.wall.noPicture,
  };
}

function viewOf(hasPicture, isLive) {
  if (!hasPicture) return 'waiting';
  return isLive ? 'live' : 'old';
}

function keyOf(status, { isLinked, hasPicture, isYoung }) {
  if (!isLinked) return 'lost';
  if (!status.captureReachable) return 'captureAway';
  if (status.state === 'held-off') return 'heldOff';
  if (status.state !== 'streaming') return status.state;
  if (!hasPicture) return 'starting';
  return isYoung ? 'live' : 'held';
}

function titleOf(key, { unknownState }, texts) {
  if (key === 'unknown' && unknownState) return unknownState;
  return texts.state[key].title;
}
