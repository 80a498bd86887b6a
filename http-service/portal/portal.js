// The page comes alive here: one feed, one picture, and a clock that keeps ages true between two events.

import { showAddresses, showCameraLinks } from './addresses.js';
import { createAutofocusButton } from './autofocus-button.js';
import { updateFacts } from './facts.js';
import { fill } from './format.js';
import { createFullScreen } from './full-screen.js';
import { createLiveView } from './live-view.js';
import { createSnapshotDialog } from './snapshot-dialog.js';
import { describeState } from './state-words.js';
import { createStatusFeed } from './status-feed.js';

const { status: initial, texts } = JSON.parse(document.getElementById('initial').textContent);
const [pill, sentence, announce, stage, picture, veil, playButton] = [
  'pill',
  'sentence',
  'announce',
  'stage',
  'picture',
  'veil',
  'play',
].map((id) => document.getElementById(id));

/** Ages are told in whole seconds, so twice a second is true enough. */
const CLOCK_MS = 500;
let clockTimer;
let announced = pill.dataset.key;

const feed = createStatusFeed({ url: 'events', initial, onChange: update });
const pictures = {
  img: picture,
  lastPicture: document.getElementById('last-picture'),
  url: 'stream.mjpg',
  onChange: paint,
};
const live = await openView();
const autofocus = createAutofocusButton({
  button: document.getElementById('autofocus'),
  note: document.getElementById('note'),
  url: 'autofocus',
  texts,
});
createFullScreen({ stage, button: document.getElementById('full-screen'), labels: texts });
createSnapshotDialog({
  dialog: document.getElementById('still'),
  button: document.getElementById('snapshot'),
  url: 'snapshot.jpg',
  name: initial.name,
  texts,
});
showAddresses({ list: document.getElementById('addresses'), texts });
showCameraLinks(document.getElementById('cameras'));

playButton.addEventListener('click', () => live.set({ wanted: !live.wanted }));
veil.querySelector('button').addEventListener('click', () => {
  live.set({ wanted: true });
  playButton.focus();
});
document.addEventListener('visibilitychange', followVisibility);
window.addEventListener('pagehide', sleep);
window.addEventListener('pageshow', followVisibility);
document.body.classList.add('is-alive');
followVisibility();

/** The choice of video is loaded only where there is one. */
async function openView() {
  if (document.body.dataset.video !== 'on') return createLiveView(pictures);
  const { createViewChoice } = await import('./view-choice.js');
  return createViewChoice({ pictures, status: () => feed.status, texts });
}

function followVisibility() {
  if (document.visibilityState === 'hidden') return sleep();
  feed.open();
  live.set({ visible: true });
  clearInterval(clockTimer);
  clockTimer = setInterval(tick, CLOCK_MS);
}

function tick() {
  live.keep();
  paint();
}

/** Nobody looks: no stream, no events, no clock. Six tabs in the background must not fill the browser's six connections. */
function sleep() {
  clearInterval(clockTimer);
  live.set({ visible: false });
  feed.close();
}

function update() {
  const isHeard = feed.silentSinceMs === undefined;
  if (live.reachable !== isHeard) live.set({ reachable: isHeard });
  else paint();
}

function paint() {
  const sinceHeardMs = performance.now() - feed.heardAtMs;
  const nowMs = feed.status.nowMs + sinceHeardMs;
  const ageMs = feed.status.picture.ageMs === null ? null : feed.status.picture.ageMs + sinceHeardMs;
  const silent = feed.silentSinceMs === undefined ? {} : { silentMs: performance.now() - feed.silentSinceMs };
  const own = { isShown: live.wanted, isLate: live.isLate(), ...refusal() };
  const words = describeState(feed.status, { nowMs, pictureAgeMs: ageMs, ...own, ...silent }, texts);
  paintWords(words);
  paintStage(words);
  updateFacts(feed.status, nowMs, texts);
  autofocus.update(feed.status);
}

function refusal() {
  if (!live.wanted || live.refusal === undefined) return {};
  const waitMs = Math.max(0, live.refusal.untilMs - performance.now());
  return { refusal: { isFull: live.refusal.isFull, waitMs } };
}

function paintWords(words) {
  pill.dataset.tone = words.tone;
  pill.dataset.key = words.key;
  setText(pill.querySelector('.title'), words.title);
  setText(pill.querySelector('.detail'), words.detail);
  setText(sentence, words.sentence);
  setText(stage.querySelector('.corner'), [words.title, words.detail].filter(Boolean).join(' · '));
  stage.querySelector('.corner').dataset.tone = words.tone;
  if (announced === words.key) return;
  announced = words.key;
  announce.textContent = `${words.title}. ${words.sentence}`;
}

function paintStage(words) {
  const size = feed.status.negotiated ?? feed.status.requested;
  document.documentElement.style.setProperty('--ratio', `${size.width} / ${size.height}`);
  const reason = veilReason();
  stage.dataset.view = reason;
  veil.hidden = reason === 'playing';
  picture.alt = fill(reason === 'playing' ? texts.pictureAlt : texts.pictureAltStopped, { name: feed.status.name });
  setText(playButton.querySelector('.label'), live.wanted ? texts.stop : texts.start);
  playButton.dataset.action = live.wanted ? 'stop' : 'start';
  const [title, text] = veilWords(reason, words);
  setText(veil.querySelector('strong'), title);
  setText(veil.querySelector('p'), text);
  veil.querySelector('button').hidden = reason !== 'stopped';
}

function veilReason() {
  if (!live.wanted) return 'stopped';
  if (!live.reachable) return 'lost';
  return live.refusal === undefined ? 'playing' : 'refused';
}

function veilWords(reason, words) {
  if (reason === 'stopped') return [texts.stoppedTitle, texts.stoppedText];
  if (reason === 'lost') return [texts.lostTitle, lostText()];
  return reason === 'refused' ? [words.title, words.sentence] : ['', ''];
}

function lostText() {
  if (document.getElementById('last-picture').width <= 1) return texts.lostTextNoPicture;
  const takenAtMs = Date.now() - (performance.now() - feed.heardAtMs) - (feed.status.picture.ageMs ?? 0);
  return fill(texts.lostText, { time: new Date(takenAtMs).toLocaleTimeString() });
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
