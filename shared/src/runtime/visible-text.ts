// Somebody else's text in a message for people: what cannot be seen, and so not found by its owner, is written out.

/** Control, format and unassigned characters, blanks of every kind but the space, and what is drawn as nothing. */
const INVISIBLE = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;

/** In double quotes, with a backslash before what JSON escapes and `\u200b` in place of what is invisible. */
export function visibleText(text: string): string {
  return JSON.stringify(text).replaceAll(INVISIBLE, (character) =>
    character === ' ' ? character : escaped(character),
  );
}

/** As written where that is readable, else as `visibleText`. */
export function visibleWord(text: string): string {
  return /^[\x21-\x7e]*$/.test(text) ? text : visibleText(text);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
