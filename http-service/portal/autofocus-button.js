// The focus button: asks, then tells from the status how the cycle ended.

import { focusWords } from './facts.js';
import { fill } from './format.js';
import { reasonOf } from './snapshot-dialog.js';

const NOTE_MS = 8000;
/** What was refused says what to do, at length. */
const REFUSAL_MS = 30_000;

export function createAutofocusButton({ button, note, url, texts }) {
  const words = texts.focus;
  let waiting = false;
  let hasScanned = false;
  let timer;
  button.addEventListener('click', ask);
  return { update };

  async function ask() {
    say(`${words.asked} …`);
    waiting = true;
    hasScanned = false;
    try {
      const response = await fetch(url, { method: 'POST' });
      if (response.ok) return;
      waiting = false;
      const seconds = response.headers.get('Retry-After');
      if (response.status === 429) say(fill(words.wait, { seconds: seconds ?? '10' }));
      else say(fill(words.refused, { reason: await reasonOf(response) }), REFUSAL_MS);
    } catch {
      waiting = false;
      say(fill(words.refused, { reason: texts.still.failedNetwork }));
    }
  }

  function update(status) {
    const autofocus = status.autofocus;
    button.hidden = autofocus === null || autofocus.state === 'fixed';
    if (autofocus === null) return;
    const isScanning = autofocus.state === 'scanning' || status.state === 'focusing';
    button.setAttribute('aria-busy', String(isScanning));
    if (isScanning) hasScanned = true;
    if (!waiting || !hasScanned || isScanning) return;
    waiting = false;
    say(fill(words.done, { result: focusWords(autofocus, texts) }));
  }

  function say(text, forMs = NOTE_MS) {
    clearTimeout(timer);
    note.textContent = text;
    timer = setTimeout(() => {
      note.textContent = '';
    }, forMs);
  }
}
