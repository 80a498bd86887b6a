// The wall comes alive here: one connection for all tiles, one live stream at most, and a clock that keeps ages true.

import { showPageLinks } from '../addresses.js';
import { keepColumns } from './columns.js';
import { createFarClock } from './far-clock.js';
import { watchView } from './in-view.js';
import { createTile } from './tile.js';
import { createWallFeed } from './wall-feed.js';

const { version, cameras, texts } = JSON.parse(document.getElementById('initial').textContent);
const isKiosk = document.documentElement.dataset.kiosk === 'on';
const link = document.getElementById('link');
const wall = document.getElementById('wall');
const CLOCK_MS = 500;

const farClock = createFarClock();
const tiles = new Map();
let visible = new Set();
let isLinked = false;
let clockTimer;
let watched;

for (const camera of cameras) {
  const element = document.querySelector(`[data-camera="${camera.camera}"]`);
  tiles.set(camera.camera, createTile({ element, camera, texts, onGo: watch }));
}
const elements = [...tiles.values()].map(({ element }) => element);
const feed = createWallFeed({ onRecord, onLink });
if (isKiosk) joinGroups();
keepColumns({ element: wall, count: elements.length, isKiosk });
showPageLinks(wall);
watchView({
  elements,
  onChange(now) {
    visible = now;
    tellView();
  },
});
addEventListener('resize', tellView);
document.addEventListener('visibilitychange', followVisibility);
addEventListener('pagehide', sleep);
addEventListener('pageshow', followVisibility);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') stopWatching();
});
document.body.classList.add('is-alive');
followVisibility();

/** One grid for all: a television has no room for headings. */
function joinGroups() {
  const grid = document.createElement('ul');
  grid.className = 'tiles';
  grid.append(...elements);
  wall.replaceChildren(grid);
}

function followVisibility() {
  if (document.visibilityState === 'hidden') return sleep();
  feed.open();
  clearInterval(clockTimer);
  clockTimer = setInterval(paint, CLOCK_MS);
  paint();
}

/** Nobody looks: no connection, no stream, no clock. */
function sleep() {
  clearInterval(clockTimer);
  stopWatching();
  feed.close();
  isLinked = false;
}

function onRecord(record, picture) {
  const nowMs = performance.now();
  farClock.heard(record.sentMs, nowMs);
  const tile = tiles.get(record.camera);
  if (record.type === 'picture' && picture !== undefined) void tile?.show(record, picture).then(paint);
  else if (record.type === 'camera' && tile !== undefined) {
    tile.status = record.status;
    paint();
  } else if (record.type === 'hello' && record.version !== version) location.reload();
}

function onLink(isUp) {
  isLinked = isUp;
  paint();
}

function paint() {
  const now = { farClock, nowMs: performance.now(), isLinked };
  for (const tile of tiles.values()) tile.paint(now);
  const words = isLinked ? texts.wall.linked : texts.state.lost.title;
  if (link.querySelector('.title').textContent !== words) link.querySelector('.title').textContent = words;
  link.dataset.tone = isLinked ? 'live' : 'bad';
}

/** The tile that plays by itself needs no pictures from here. */
function tellView() {
  const seen = [...tiles.values()].filter((tile) => visible.has(tile.element) && tile !== watched);
  const width = Math.max(0, ...seen.map(({ element }) => element.clientWidth)) * Math.min(devicePixelRatio, 2);
  feed.wants({ cameras: seen.map(({ camera }) => camera), width: Math.min(Math.ceil(width), 16_384) });
}

function watch(tile) {
  stopWatching();
  watched = tile;
  tile.watch();
  tellView();
  paint();
}

function stopWatching() {
  if (watched === undefined) return;
  watched.leave();
  watched = undefined;
  tellView();
  paint();
}
