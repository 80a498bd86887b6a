// `/webrtc` where it is switched on: the video alone, as long as somebody looks.

import { fill } from './format.js';
import { createVideoView } from './video-view.js';

const { words } = JSON.parse(document.getElementById('initial').textContent);
const [video, note] = ['video', 'note'].map((id) => document.getElementById(id));
const view = createVideoView({
  video,
  lastPicture: document.createElement('canvas'),
  url: 'whep',
  words,
  onChange: () => undefined,
  onGiveUp(reason) {
    note.textContent = fill(words.failed, { reason });
  },
  onRate(bitsPerSecond) {
    note.textContent = fill(words.rate, { rate: (bitsPerSecond / 1e6).toFixed(1) });
  },
});

document.addEventListener('visibilitychange', follow);
window.addEventListener('pagehide', () => view.set({ visible: false }));
window.addEventListener('pageshow', follow);
view.set({ wanted: true });

function follow() {
  view.set({ visible: document.visibilityState !== 'hidden' || document.pictureInPictureElement === video });
}
