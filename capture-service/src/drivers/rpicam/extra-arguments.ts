// The owner's own rpicam arguments (`camN_extra_args`): told apart by option, since rpicam-vid and rpicam-still
// refuse an option given twice or one that only the other knows, and silently ignore stray words.

export interface ExtraArgument {
  /** as the owner wrote it: `--ev`, `-0.5` */
  readonly words: readonly string[];
  /** long name without dashes; undefined for a stray word */
  readonly name: string | undefined;
  /** the only program that knows it; undefined = both */
  readonly onlyFor: 'rpicam-vid' | 'rpicam-still' | undefined;
  /** boost accepts every unambiguous beginning of a name, so `--qual` is `--quality` */
  replaces(name: string): boolean;
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
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

/** What the reading side stands on: with these changed there would be no stream, or the wrong camera. */
const RESERVED = (
  'help version list-cameras camera verbose info-text timeout output nopreview preview fullscreen flush codec ' +
  'metadata listen keypress signal initial split segment circular frames encoding thumb timelapse framestart ' +
  'datetime timestamp raw latest immediate autofocus-on-capture'
).split(' ');
/** Whole names that happen to begin a reserved one: no abbreviations. */
const WHOLE_NAMES = new Set(['config']);

/** Known to one program alone, or meant for the stream's size and pace. */
const STREAM_ONLY = new Set(
  (
    'bitrate profile level intra inline save-pts low-latency sync quality width height framerate mode buffer-count ' +
    'libav-video-codec libav-video-codec-opts libav-format libav-audio audio-codec audio-source audio-device ' +
    'audio-channels audio-bitrate audio-samplerate alsa-period-size av-sync'
  ).split(' '),
);
const STILL_ONLY = new Set('exif restart zsl'.split(' '));

export function parseExtraArguments(words: readonly string[]): ExtraArgument[] {
  const groups: string[][] = [];
  for (const word of words) {
    const startsOption = /^--[^=]|^-[a-zA-Z]/.test(word);
    const last = groups.at(-1);
    if (startsOption || last === undefined) groups.push([word]);
    else last.push(word);
  }
  return groups.map((group) => {
    const first = group[0] ?? '';
    const name = first.startsWith('-') ? optionName(first) : undefined;
    return {
      words: group,
      name,
      onlyFor: programOf(name),
      replaces: (other) => name !== undefined && other.startsWith(name),
    };
  });
}

/** `--codec=x`, `-q50` and `-q` to their long name without dashes. */
export function optionName(word: string): string {
  if (word.startsWith('--')) return word.slice(2).split('=')[0] ?? '';
  return SHORT_NAMES[word.charAt(1)] ?? word.slice(1, 2);
}

/** @returns one sentence for each argument that must not be given; empty = all fine */
export function extraArgumentProblems(words: readonly string[]): string[] {
  return parseExtraArguments(words).flatMap(({ words: [first = ''], name }) => {
    if (name === undefined) return [`"${first}" is not an option; rpicam-apps would silently ignore it`];
    const reserved = RESERVED.find((each) => each === name || (name.length > 2 && each.startsWith(name)));
    if (reserved === undefined || WHOLE_NAMES.has(name)) return [];
    return [`"${first}" is set by this program (--${reserved}) and cannot be changed`];
  });
}

function programOf(name: string | undefined): ExtraArgument['onlyFor'] {
  if (name === undefined) return undefined;
  if (STREAM_ONLY.has(name)) return 'rpicam-vid';
  return STILL_ONLY.has(name) ? 'rpicam-still' : undefined;
}
