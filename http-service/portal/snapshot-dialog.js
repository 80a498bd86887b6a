// The snapshot: taken at once with what was chosen last, shown with the time of its exposure, opened or saved from there.

import { fill, formatBytes, formatSize } from './format.js';

export function createSnapshotDialog({ dialog, button, url, name, texts }) {
  const words = texts.still;
  const [form, img, result, open, save] = ['form', '.still-image', '.result', '.open', '.save'].map((each) =>
    dialog.querySelector(each),
  );
  const take = form.querySelector('.take');
  let objectUrl;
  let asked = 0;

  button.addEventListener('click', () => {
    dialog.showModal();
    void takeSnapshot();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void takeSnapshot();
  });
  form.elements.size.addEventListener('change', showNote);
  dialog.querySelector('.close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener('close', () => {
    asked++;
    forget();
  });
  forget();
  showNote();

  function showNote() {
    dialog.querySelector('.note').hidden = form.elements.size.value !== 'full';
  }

  async function takeSnapshot() {
    const turn = ++asked;
    take.disabled = true;
    dialog.dataset.phase = 'taking';
    result.textContent = `${words.taking} …`;
    const outcome = await fetchPicture(query());
    if (turn !== asked) return;
    take.disabled = false;
    dialog.dataset.phase = outcome.blob ? 'done' : 'failed';
    if (outcome.blob) await show(outcome);
    else fail(outcome.reason);
  }

  /** `fresh=1`: exposed after the button was pressed. */
  function query() {
    const params = new URLSearchParams({ fresh: '1' });
    const size = form.elements.size.value;
    if (size === 'full') params.set('full', '1');
    else if (size !== '') params.set('width', size);
    if (form.elements.quality.value !== '') params.set('quality', form.elements.quality.value);
    return params;
  }

  async function fetchPicture(params) {
    try {
      const response = await fetch(`${url}?${params}`, { cache: 'no-store' });
      if (!response.ok) return { reason: await reasonOf(response) };
      const takenAtMs = Number(response.headers.get('X-Timestamp')) * 1000 || Date.now();
      return { blob: await response.blob(), takenAtMs };
    } catch {
      return { reason: words.failedNetwork }; // fetch rejects with TypeError when nobody answers
    }
  }

  /** The picture of before would look like the one that was asked for. */
  function fail(reason) {
    forget();
    result.textContent = fill(words.failed, { reason });
  }

  async function show({ blob, takenAtMs }) {
    forget();
    objectUrl = URL.createObjectURL(blob);
    img.src = objectUrl;
    await img.decode().catch(() => undefined); // a picture that cannot be decoded shows as broken by itself
    const taken = new Date(takenAtMs);
    const time = taken.toLocaleTimeString();
    img.alt = fill(words.alt, { name, time });
    result.textContent = fill(words.result, {
      size: formatSize({ width: img.naturalWidth, height: img.naturalHeight }),
      bytes: formatBytes(blob.size),
      time,
    });
    for (const link of [open, save]) {
      link.href = objectUrl;
      link.removeAttribute('aria-disabled');
    }
    save.download = fileName(taken);
  }

  function fileName(taken) {
    const two = (value) => String(value).padStart(2, '0');
    const day = `${taken.getFullYear()}-${two(taken.getMonth() + 1)}-${two(taken.getDate())}`;
    const time = `${two(taken.getHours())}-${two(taken.getMinutes())}-${two(taken.getSeconds())}`;
    const plain = name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'camera';
    return `${plain} ${day} ${time}.jpg`;
  }

  function forget() {
    if (objectUrl !== undefined) URL.revokeObjectURL(objectUrl);
    objectUrl = undefined;
    img.removeAttribute('src');
    img.alt = '';
    for (const link of [open, save]) {
      link.removeAttribute('href');
      link.setAttribute('aria-disabled', 'true');
    }
  }
}

/** Errors are one line of text or JSON with `error` or `message`; a proxy's HTML page says only its status. */
export async function reasonOf(response) {
  const text = (await response.text()).trim();
  const type = response.headers.get('Content-Type') ?? '';
  if (type.includes('json')) {
    try {
      const body = JSON.parse(text);
      const said = body.message ?? body.error;
      if (typeof said === 'string') return said;
    } catch {
      // not JSON after all: fall through to the status
    }
  }
  return type.startsWith('text/plain') && text !== '' ? text : `${response.status} ${response.statusText}`;
}
