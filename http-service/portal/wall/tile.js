// One tile: the newest picture on its canvas, the state in words, an age where the picture is not live.

import { fill, formatDuration } from '../format.js';
import { tileWords } from './tile-words.js';

/**
 * @param {{ element: HTMLElement, camera: object, texts: object, onGo(tile: object): void }} options
 */
export function createTile({ element, camera, texts, onGo }) {
  const canvas = element.querySelector('canvas');
  const age = element.querySelector('.age');
  const state = element.querySelector('.state');
  const go = element.querySelector('.go');
  const pages = element.querySelectorAll('.page');
  let decoding = false;
  let capturedMs;
  let img;
  const tile = {
    camera: camera.camera,
    name: camera.name,
    element,
    status: camera.status,
    isWatched: false,
    show,
    paint,
    watch,
    leave,
  };
  go.addEventListener('click', () => onGo(tile));
  return tile;

  /** Skipped while the last one is still being decoded: the next one will do. */
  async function show(record, bytes) {
    if (decoding) return;
    decoding = true;
    try {
      const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
      if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
      if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
      canvas.getContext('2d', { alpha: false }).drawImage(bitmap, 0, 0);
      bitmap.close();
      capturedMs = record.capturedMs;
    } catch {
      // InvalidStateError: not a picture that this browser can read; the last one stays and grows old
    } finally {
      decoding = false;
    }
  }

  /** @param {{ farClock: object, nowMs: number, isLinked: boolean }} now */
  function paint({ farClock, nowMs, isLinked }) {
    const ageMs = capturedMs === undefined ? undefined : farClock.ageMs(capturedMs, nowMs);
    const seen = { status: tile.status, ageMs, heldAfterMs: camera.heldAfterMs, isLinked, isWatched: tile.isWatched };
    const words = tileWords(seen, texts);
    element.dataset.tone = words.tone;
    element.dataset.view = words.view;
    setText(state, words.title);
    setText(age, words.ageMs === undefined ? words.note : fill(texts.wall.age, { age: formatDuration(words.ageMs) }));
    const label = [tile.name, words.title, age.textContent].filter(Boolean).join(', ');
    if (canvas.getAttribute('aria-label') !== label) canvas.setAttribute('aria-label', label);
  }

  /** The live stream over the tile, as the camera's own page has it. */
  function watch() {
    tile.isWatched = true;
    element.classList.add('is-watched');
    img = document.createElement('img');
    img.alt = fill(texts.wall.liveAlt, { name: tile.name });
    img.addEventListener('error', leave, { once: true });
    img.src = `cameras/${tile.camera}/stream.mjpg?view=${Date.now().toString(36)}`;
    canvas.after(img);
    const hadFocus = document.activeElement === go;
    go.hidden = true;
    if (hadFocus) pages[0]?.focus();
  }

  /** Taking the source away closes the connection. */
  function leave() {
    if (!tile.isWatched) return;
    tile.isWatched = false;
    element.classList.remove('is-watched');
    img.removeAttribute('src');
    img.remove();
    go.hidden = false;
  }
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
