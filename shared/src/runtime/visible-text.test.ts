import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visibleText } from './visible-text.ts';

const table: readonly [what: string, text: string, shown: string][] = [
  ['plain text', 'Printer #2', '"Printer #2"'],
  ['letters of any language and emoji', 'Drucker für Zoë 打印机 📷', '"Drucker für Zoë 打印机 📷"'],
  ['a zero-width space', '15\u200b', '"15\\u200b"'],
  ['a no-break space', '12\u00a080', '"12\\u00a080"'],
  ['a byte order mark', '\ufeff15', '"\\ufeff15"'],
  ['a soft hyphen', 'me\u00addium', '"me\\u00addium"'],
  ['a change of direction', '\u202e51', '"\\u202e51"'],
  ['a Hangul filler, which is drawn as nothing', '\u3164', '"\\u3164"'],
  ['an invisible tag beyond 16 bits', '1\u{e0041}', '"1\\u{e0041}"'],
  ['a tab and a line break', 'a\tb\n', '"a\\tb\\n"'],
  ['a control character of ISO 6429', '\u009b31m', '"\\u009b31m"'],
  ['half a pair', '\ud83d', '"\\ud83d"'],
];
for (const [what, text, shown] of table)
  test(`${what} is shown as ${shown}`, () => {
    assert.equal(visibleText(text), shown);
  });
