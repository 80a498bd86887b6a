// Sharp pictures or video: what the viewer chose, remembered, with what each costs. To the page it is one live view.

import { fill } from './format.js';
import { createLiveView } from './live-view.js';
import { createVideoView } from './video-view.js';

const KEY = 'soft-stream-view';

/**
 * @param {{ pictures: object, status(): object, texts: object }} options `pictures` is what live-view.js takes
 * @returns the view that is chosen, with the face of live-view.js
 */
export function createViewChoice({ pictures: given, status, texts }) {
  const { img, lastPicture, onChange } = given;
  const [form, video] = ['view-choice', 'video'].map((id) => document.getElementById(id));
  const words = texts.view;
  const [cost, note] = ['.cost', '.why'].map((name) => form.querySelector(name));
  const pip = form.querySelector('.pip');
  const state = { wanted: true, visible: true, reachable: true };
  let bitsPerSecond;
  let facade;
  // The page knows of this view only once it is made.
  const changed = () => facade && onChange();
  const pictures = createLiveView({ ...given, onChange: changed });
  const videoView = createVideoView({
    video,
    lastPicture,
    url: 'whep',
    words,
    onChange: changed,
    onGiveUp(reason) {
      note.textContent = fill(words.gaveUp, { reason });
      choose('pictures');
    },
    onRate(rate) {
      bitsPerSecond = rate;
      showCost();
    },
  });
  let kind = remembered() === 'video' ? 'video' : 'pictures';

  form.addEventListener('change', (event) => {
    note.textContent = '';
    remember(event.target.value);
    choose(event.target.value);
  });
  pip.addEventListener('click', () => void togglePictureInPicture());
  video.addEventListener('leavepictureinpicture', () => {
    if (document.visibilityState === 'hidden') facade.set({ visible: false });
  });
  pip.hidden = true;
  show();

  facade = {
    get wanted() {
      return state.wanted;
    },
    get reachable() {
      return state.reachable;
    },
    get playing() {
      return current().playing;
    },
    get refusal() {
      return current().refusal;
    },
    isLate: () => current().isLate(),
    set(change) {
      // The small window is looked at while the page is not.
      if (change.visible === false && document.pictureInPictureElement === video) return;
      Object.assign(state, change);
      current().set(state);
    },
    keep() {
      current().keep();
      showCost();
    },
  };
  return facade;

  function current() {
    return kind === 'video' ? videoView : pictures;
  }

  function choose(next) {
    if (next === kind) return;
    current().set({ wanted: false });
    kind = next;
    bitsPerSecond = undefined;
    show();
    current().set(state);
  }

  function show() {
    const isVideo = kind === 'video';
    form.querySelector(`input[value="${kind}"]`).checked = true;
    video.hidden = !isVideo;
    img.hidden = isVideo;
    pip.hidden = !isVideo || !document.pictureInPictureEnabled;
    if (isVideo) pictures.set({ wanted: false });
    else videoView.set({ wanted: false });
    showCost();
  }

  /** Of video as it comes in; of pictures as the camera gives them. */
  function showCost() {
    const { fps, frames } = status();
    const ofPictures = frames.published > 0 ? (frames.bytes / frames.published) * 8 * fps : 0;
    const rate = kind === 'video' ? bitsPerSecond : ofPictures;
    const text = rate ? fill(words.rate, { rate: (rate / 1e6).toFixed(1) }) : '';
    if (cost.textContent !== text) cost.textContent = text;
  }

  async function togglePictureInPicture() {
    try {
      if (document.pictureInPictureElement === video) await document.exitPictureInPicture();
      else await video.requestPictureInPicture();
    } catch {
      // NotAllowedError, or no picture yet: nothing happens
    }
  }
}

/** Storage may be refused altogether. */
function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(kind) {
  try {
    localStorage.setItem(KEY, kind);
  } catch {
    // for this visit alone
  }
}
