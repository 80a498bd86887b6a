// The two lists of facts: what is true right now, and the settings in force. Values only change where they differ, so
// that a selection or a screen reader's place in the list survives the next second.

import { fill, formatDuration, formatLens, formatNumber, formatSize } from './format.js';

export function updateFacts(status, nowMs, texts) {
  const facts = { ...nowFacts(status, nowMs, texts), ...settingFacts(status, texts) };
  for (const [id, text] of Object.entries(facts)) {
    const element = document.getElementById(`fact-${id}`);
    if (element === null) continue;
    const row = element.parentElement;
    if (row.hidden !== (text === '')) row.hidden = text === '';
    if (element.textContent !== text) element.textContent = text;
  }
}

export function focusWords(autofocus, texts) {
  const words = texts.focus;
  return [
    focusStateWords(autofocus, words),
    autofocus.lensPosition === null ? '' : formatLens(autofocus.lensPosition, words),
    autofocus.lastDurationMs === null
      ? ''
      : fill(words.took, { seconds: formatNumber(autofocus.lastDurationMs / 1000, 1) }),
  ]
    .filter((part) => part !== '')
    .join(', ');
}

function focusStateWords({ state, lastResult }, words) {
  if (state === 'failed' && lastResult === 'timeout') return words.timeout;
  if (state === 'idle' && lastResult !== null) return fill(words.last, { result: words[lastResult] });
  return words[state];
}

function nowFacts(status, nowMs, texts) {
  const words = texts.now;
  return {
    since: formatDuration(nowMs - status.sinceMs),
    viewers: viewersWords(status.viewers, words),
    fps: status.state === 'streaming' ? fill(texts.fps, { fps: formatNumber(status.fps, 1) }) : '',
    focus: status.autofocus === null ? '' : focusWords(status.autofocus, texts),
    restarts: restartWords(status.restarts, texts),
    uptime: formatDuration(nowMs - status.http.startedAtMs),
  };
}

function viewersWords(count, words) {
  if (count === 0) return words.viewersNone;
  return count === 1 ? words.viewersOne : fill(words.viewersMany, { count });
}

function restartWords(restarts, texts) {
  if (restarts.total === 0) return texts.now.restartsNone;
  return Object.entries(restarts.byCause)
    .filter(([, count]) => count > 0)
    .map(([cause, count]) => fill(texts.now.restartCount, { count, cause: texts.cause[cause] ?? cause }))
    .join('\n');
}

function settingFacts(status, texts) {
  const words = texts.settings;
  const model = status.model ?? '';
  return {
    negotiated: status.negotiated === null ? words.negotiatedUnknown : formatSize(status.negotiated),
    sensor: fill(words.sensorOf[status.driver] ?? '{model}', { model }).trim(),
  };
}
