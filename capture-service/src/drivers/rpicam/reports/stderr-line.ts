// What rpicam-vid and rpicam-still say on stderr, line by line: pure. Lines of the apps have no prefix; libcamera's
// are `[H:MM:SS.nnnnnnnnn] [tid] LEVEL Category file:line text`, with line numbers that differ per version.

import type { AutofocusState, Size } from '@soft-stream/shared/api/camera-status';

export type StderrEvent =
  /** the line of one frame: INFO_TEXT filled in */
  | {
      readonly kind: 'focus';
      readonly state: AutofocusState;
      readonly lensPosition: number | null;
      readonly figure?: number;
    }
  /** the camera is acquired; the last of these lines holds the negotiated size */
  | { readonly kind: 'configured'; readonly size: Size }
  /** which camera was really opened; said right after `configured`, before any frame, on every Raspberry Pi */
  | { readonly kind: 'sensor'; readonly id: string }
  /** the sensor stopped delivering; the program restarts it for ever and does not look at SIGINT meanwhile */
  | { readonly kind: 'device timeout'; readonly text: string }
  /** why the program is about to end */
  | { readonly kind: 'error'; readonly text: string }
  /** something an operator can act on */
  | { readonly kind: 'hint'; readonly text: string }
  | { readonly kind: 'other'; readonly text: string };

const AF_STATES: Readonly<Record<string, AutofocusState>> = {
  idle: 'idle',
  scanning: 'scanning',
  focused: 'focused',
  failed: 'failed',
};

export function readStderrLine(line: string): StderrEvent {
  if (line.startsWith('#')) return readInfoText(line) ?? { kind: 'other', text: line };
  const configured = /configuring streams: \(0\) (\d{1,6})x(\d{1,6})-/.exec(line);
  if (configured) return { kind: 'configured', size: { width: Number(configured[1]), height: Number(configured[2]) } };
  const sensor = / Sensor: (\/\S+) - Selected sensor format/.exec(line);
  if (sensor) return { kind: 'sensor', id: sensor[1] ?? '' };
  if (line.startsWith('ERROR: Device timeout')) return { kind: 'device timeout', text: line.slice('ERROR: '.length) };
  const thrown = /^ERROR: \*\*\* (.*) \*\*\*\s*$/.exec(line);
  if (thrown) return { kind: 'error', text: thrown[1] ?? '' };
  if (line.startsWith('ERROR: ')) return { kind: 'error', text: line.slice('ERROR: '.length).trim() };
  if (line.startsWith('setpriv: ')) return { kind: 'error', text: line };
  const what = /^\s*what\(\):\s+(.*)$/.exec(line);
  if (what) return { kind: 'error', text: what[1] ?? '' };
  const hint = hintOf(line);
  return hint === undefined ? { kind: 'other', text: line } : { kind: 'hint', text: hint };
}

/** `lp=-1.00` is what a camera without a lens motor reports. */
export function readInfoText(line: string): (StderrEvent & { kind: 'focus' }) | undefined {
  const match = / lp=(-?\d+(?:\.\d+)?) af=([a-z]+)(?: focus=(\d+(?:\.\d+)?))?\s*$/.exec(line);
  const state = AF_STATES[match?.[2] ?? ''];
  if (!match || state === undefined) return undefined;
  const lensPosition = Number(match[1]);
  const figure = match[3] === undefined ? {} : { figure: Number(match[3]) };
  if (lensPosition >= 0) return { kind: 'focus', state, lensPosition, ...figure };
  return { kind: 'focus', state: state === 'idle' ? 'fixed' : state, lensPosition: null, ...figure };
}

const NO_HEAP =
  'no usable /dev/dma_heap: give the service read and write access to its nodes (group video; in a container mount /dev/dma_heap)';
const NO_MEMORY =
  'memory for camera buffers (CMA) ran out: raise it with cma-256 behind dtoverlay=vc4-kms-v3d in /boot/firmware/config.txt (or cma=256M in cmdline.txt) and reboot, or take smaller pictures; camctl doctor shows CmaTotal and CmaFree';

/** The advice to keep when there is another already: without a heap its allocation fails too, and the heap is the reason. */
export function keepHint(known: string | undefined, found: string): string {
  return known === NO_HEAP && found === NO_MEMORY ? known : found;
}

/** What libcamera itself calls an error, without time, thread and source line: `DmaBufAllocator Could not open any ...`. */
export function libcameraError(line: string): string | undefined {
  if (!line.startsWith('[')) return undefined;
  const match = /^\[[\d:.]+\] \[\d+\]\s+(?:ERROR|FATAL) (\S+) \S+:\d+ (.+)$/.exec(line);
  return match ? `${match[1]}: ${match[2]}` : undefined;
}

function hintOf(line: string): string | undefined {
  if (line.includes('Could not open any dmaHeap')) return NO_HEAP;
  if (line.includes('dmaHeap allocation failure')) return NO_MEMORY;
  if (line.includes('Pipeline handler in use by another process')) return 'another process holds the camera';
  if (line.includes('Camera frontend has timed out')) return 'the sensor stopped delivering: check its cable';
  return undefined;
}
