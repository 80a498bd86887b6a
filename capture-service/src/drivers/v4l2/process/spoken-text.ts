// What a program said for people, bounded: its last kilobytes without the marks that v4l2-ctl prints per frame.

export interface SpokenText {
  push(bytes: Uint8Array): void;
  text(): string;
}

const KEPT_CHARACTERS = 4_096;
/** v4l2-ctl 1.22 tells the rate at the start, marks each frame with `<`, and now and then prints the rate again. */
const MARKS = /Frame rate set to[^\n]*\n?|<+| ?\d+\.\d+ fps[^\n]*\n/g;

export function createSpokenText(): SpokenText {
  let text = '';
  return {
    push(bytes) {
      const words = Buffer.from(bytes).toString('latin1').replace(MARKS, '');
      if (words !== '') text = `${text}${words}`.slice(-KEPT_CHARACTERS);
    },
    text: () => text.trim(),
  };
}
