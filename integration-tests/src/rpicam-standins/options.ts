// Command line of rpicam-apps as boost::program_options takes it: unknown or repeated options are errors,
// a stray word is silently ignored.

import { failWith } from './program.ts';

/** Options of rpicam-vid and rpicam-still 1.12; true = takes a value. */
const OPTIONS: Readonly<Record<string, boolean>> = {
  help: false,
  version: false,
  'list-cameras': false,
  camera: true,
  verbose: true,
  config: true,
  'info-text': true,
  width: true,
  height: true,
  timeout: true,
  output: true,
  'post-process-file': true,
  nopreview: false,
  preview: true,
  fullscreen: false,
  hflip: false,
  vflip: false,
  rotation: true,
  roi: true,
  shutter: true,
  analoggain: true,
  gain: true,
  metering: true,
  exposure: true,
  ev: true,
  awb: true,
  awbgains: true,
  flush: false,
  wrap: true,
  brightness: true,
  contrast: true,
  saturation: true,
  sharpness: true,
  framerate: true,
  denoise: true,
  'viewfinder-width': true,
  'viewfinder-height': true,
  'tuning-file': true,
  lores: true,
  mode: true,
  'viewfinder-mode': true,
  'buffer-count': true,
  'no-raw': false,
  'autofocus-mode': true,
  'autofocus-range': true,
  'autofocus-speed': true,
  'autofocus-window': true,
  'lens-position': true,
  hdr: true,
  metadata: true,
  'metadata-format': true,
  'flicker-period': true,
  // rpicam-vid
  bitrate: true,
  profile: true,
  level: true,
  intra: true,
  inline: false,
  codec: true,
  'save-pts': true,
  quality: true,
  listen: false,
  keypress: false,
  signal: false,
  initial: true,
  split: false,
  segment: true,
  circular: true,
  frames: true,
  'low-latency': false,
  sync: true,
  // rpicam-still
  encoding: true,
  thumb: true,
  exif: true,
  timelapse: true,
  framestart: true,
  datetime: false,
  timestamp: false,
  restart: true,
  raw: false,
  latest: true,
  immediate: false,
  'autofocus-on-capture': false,
  zsl: false,
};

const SHORT: Readonly<Record<string, string>> = {
  h: 'help',
  v: 'verbose',
  c: 'config',
  t: 'timeout',
  o: 'output',
  n: 'nopreview',
  p: 'preview',
  f: 'fullscreen',
  b: 'bitrate',
  g: 'intra',
  q: 'quality',
  l: 'listen',
  k: 'keypress',
  s: 'signal',
  i: 'initial',
  e: 'encoding',
  x: 'exif',
  r: 'raw',
};

export type Options = ReadonlyMap<string, string>;

export function parseOptions(argv: readonly string[]): Options {
  const options = new Map<string, string>();
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    const long = /^--([^=]+)(?:=(.*))?$/s.exec(word);
    const short = /^-([a-z])(.*)$/s.exec(word);
    if (!long && !short) continue;
    const name = long ? (long[1] ?? '') : SHORT[short?.[1] ?? ''];
    if (name === undefined || !(name in OPTIONS)) failWith(`unrecognised option '${word}'`);
    if (options.has(name)) failWith(`option '--${name}' cannot be specified more than once`);
    let value = long ? long[2] : short?.[2] || undefined;
    if (OPTIONS[name] && value === undefined) {
      value = argv[++at];
      if (value === undefined) failWith(`the required argument for option '--${name}' is missing`);
    }
    options.set(name, value ?? '');
  }
  return options;
}

/** `700`, `700ms`, `0.7s`, `5sec`, `700000us`, in milliseconds. */
export function parseDurationMs(text: string): number {
  const match = /^([\d.]+)(us|ms|s|sec|min)?$/.exec(text);
  if (!match) failWith(`invalid timeout ${text}`);
  const scale = { us: 0.001, ms: 1, s: 1000, sec: 1000, min: 60_000 }[match[2] ?? 'ms'] ?? 1;
  return Number(match[1]) * scale;
}
