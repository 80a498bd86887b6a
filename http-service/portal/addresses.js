// The addresses for other programs, as this browser reaches the camera (a proxy's path prefix included), with copy
// buttons. The clipboard API is missing on plain http, so copying falls back to selecting and execCommand.

import { fill } from './format.js';

export function showAddresses({ list, texts }) {
  for (const row of list.querySelectorAll('[data-path]')) {
    const field = row.querySelector('input');
    const button = row.querySelector('button');
    field.value = new URL(row.dataset.path, location.href).href;
    field.addEventListener('focus', () => field.select());
    button.addEventListener('click', () => copy(field, button, texts));
  }
}

/** Links to the other cameras: their own address, else the same host with the port as far away as theirs is from ours. */
export function showCameraLinks(links) {
  showPageLinks(links);
  links.hidden = links.querySelector('a:not([hidden])') === null;
}

export function showPageLinks(links) {
  for (const link of links.querySelectorAll('a[data-port-difference]')) {
    const port = Number(location.port) + Number(link.dataset.portDifference);
    const isGuessable = location.port !== '' && port > 0 && port < 65_536;
    link.hidden = !isGuessable;
    if (isGuessable) link.href = `${location.protocol}//${location.hostname}:${port}/`;
  }
}

async function copy(field, button, texts) {
  const isCopied = (await copyByClipboard(field.value)) || copyBySelection(field);
  const label = button.querySelector('.label');
  label.textContent = isCopied ? texts.addresses.copied : texts.addresses.copyFailed;
  button.classList.toggle('is-done', isCopied);
  setTimeout(() => {
    label.textContent = texts.addresses.copy;
    button.classList.remove('is-done');
  }, 2000);
  document.getElementById('announce').textContent = isCopied
    ? fill('{copied}: {address}', { copied: texts.addresses.copied, address: field.value })
    : texts.addresses.copyFailed;
}

async function copyByClipboard(text) {
  try {
    if (navigator.clipboard === undefined) return false;
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // NotAllowedError: no permission in this frame
  }
}

function copyBySelection(field) {
  field.focus();
  field.select();
  field.setSelectionRange(0, field.value.length);
  return document.execCommand('copy');
}
