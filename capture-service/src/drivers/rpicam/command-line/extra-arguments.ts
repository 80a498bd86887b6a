// The owner's own rpicam arguments (`camN_extra_args`, checked by the configuration), told apart by option:
// rpicam-vid and rpicam-still end with an error for an option given twice or one that only the other knows.

export interface ExtraArgument {
  /** as the owner wrote it: `--ev`, `-0.5` */
  readonly words: readonly string[];
  /** without dashes and value */
  readonly name: string;
  /** the only program that it is for; undefined = both */
  readonly onlyFor: 'rpicam-vid' | 'rpicam-still' | undefined;
}

/** Unknown to rpicam-still, or meant for the stream's size and pace. */
const STREAM_ONLY = new Set(
  (
    'bitrate profile level intra inline low-latency sync quality width height framerate mode buffer-count ' +
    'libav-video-codec libav-video-codec-opts libav-format libav-audio audio-codec audio-source audio-device ' +
    'audio-channels audio-bitrate audio-samplerate alsa-period-size av-sync'
  ).split(' '),
);
const STILL_ONLY = new Set(['exif', 'restart', 'zsl']);

export function parseExtraArguments(words: readonly string[]): ExtraArgument[] {
  const groups: string[][] = [];
  for (const word of words) {
    const last = groups.at(-1);
    if (word.startsWith('--') || last === undefined) groups.push([word]);
    else last.push(word);
  }
  return groups.map((group) => {
    const name = optionName(group[0] ?? '');
    return { words: group, name, onlyFor: programOf(name) };
  });
}

/** `--ev=0.5` is `ev`. */
export function optionName(word: string): string {
  return word.replace(/^--?/, '').split('=')[0] ?? '';
}

function programOf(name: string): ExtraArgument['onlyFor'] {
  if (STREAM_ONLY.has(name)) return 'rpicam-vid';
  return STILL_ONLY.has(name) ? 'rpicam-still' : undefined;
}
