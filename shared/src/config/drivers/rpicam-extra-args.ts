// camN_extra_args: options for rpicam-apps beside those that have a setting. Split like a shell's words, never run by one.

import { visibleText, visibleWord } from '../../runtime/visible-text.ts';
import type { Format } from '../formats/formats.ts';

/** Options that have a setting of their own: given twice, rpicam-apps end with an error. */
const HAS_SETTING: Readonly<Record<string, string>> = {
  width: 'width',
  height: 'height',
  framerate: 'fps',
  quality: 'quality',
  rotation: 'rotation',
  hflip: 'hflip',
  vflip: 'vflip',
  mode: 'mode',
  roi: 'roi',
  exposure: 'exposure',
  shutter: 'exposure',
  gain: 'gain',
  analoggain: 'gain',
  awb: 'awb',
  brightness: 'brightness',
  contrast: 'contrast',
  sharpness: 'sharpness',
  saturation: 'saturation',
  denoise: 'denoise',
  hdr: 'hdr',
  'tuning-file': 'tuning_file',
  'autofocus-mode': 'autofocus',
  'autofocus-range': 'autofocus_range',
  'autofocus-speed': 'autofocus_speed',
  'autofocus-window': 'autofocus_window',
  'autofocus-on-capture': 'autofocus',
  'lens-position': 'lens_position',
};

/** Options by which this program itself drives rpicam-apps, or that would take frames, output or the end away from it. */
const OURS = [
  'camera',
  'output',
  'codec',
  'timeout',
  'nopreview',
  'preview',
  'fullscreen',
  'qt-preview',
  'flush',
  'list-cameras',
  'info-text',
  'metadata',
  'metadata-format',
  'signal',
  'keypress',
  'initial',
  'pause',
  'split',
  'segment',
  'circular',
  'frames',
  'wrap',
  'listen',
  'save-pts',
  'config',
  'immediate',
  'encoding',
  'thumb',
  'timelapse',
  'datetime',
  'timestamp',
  'framestart',
  'latest',
  'raw',
  'verbose',
  'version',
  'help',
];

/** Options without a value: the word after one would be positional, which rpicam-apps ignore in silence. */
const FLAGS: ReadonlySet<string> = new Set(['no-raw', 'low-latency', 'inline', 'zsl', 'libav-audio', 'audio']);

export const extraArguments = {
  allowed: 'long options of rpicam-apps such as --ev 0.5 --metering spot',
  read: (text: string) => {
    const words = splitWords(text);
    return words !== undefined && findFault(words) === undefined ? words : undefined;
  },
  explain(text: string) {
    const words = splitWords(text);
    return words === undefined ? 'a quote is never closed, or a backslash ends it' : findFault(words);
  },
} satisfies Format<readonly string[]>;

/** Words of a POSIX shell (quotes and backslash; no expansion of any kind). @returns undefined for an open quote */
export function splitWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  const pattern = /\s+|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)/gy;
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    end = match.index + match[0].length;
    const part = match[1] ?? match[2]?.replace(/\\(["\\`$])/g, '$1') ?? match[3] ?? match[4];
    if (part !== undefined) word = (word ?? '') + part;
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (word !== undefined) words.push(word);
  return end === text.length ? words : undefined;
}

function findFault(words: readonly string[]): string | undefined {
  let mayTakeValue = false;
  for (const word of words) {
    if (/\p{Cc}/u.test(word)) return 'control characters are not allowed';
    const isOption = word.startsWith('-') && !/^-\.?\d/.test(word);
    if (!isOption) {
      if (!mayTakeValue) return `${visibleText(word)} belongs to no option`;
      mayTakeValue = false;
      continue;
    }
    const fault = checkOption(word);
    if (fault !== undefined) return fault;
    mayTakeValue = !word.includes('=') && !FLAGS.has(word.slice(2));
  }
  return undefined;
}

function checkOption(word: string): string | undefined {
  const name = /^--([a-z][a-z0-9-]*)(=[\s\S]*)?$/.exec(word)?.[1];
  if (name === undefined) return `${visibleWord(word.slice(0, 40))}: only long options such as --ev are taken`;
  // rpicam-apps take the beginning of an option's name for the whole where it is clear: --outp is --output.
  const setting = Object.keys(HAS_SETTING).find((option) => option.startsWith(name));
  const ours = OURS.find((option) => option.startsWith(name));
  if (ours === name || (ours !== undefined && setting !== name)) return `--${ours} belongs to this program`;
  if (setting !== undefined) return `--${setting} has a setting of its own: camN_${HAS_SETTING[setting]}`;
  return undefined;
}
