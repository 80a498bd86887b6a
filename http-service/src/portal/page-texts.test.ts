import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseTexts } from './page-texts.ts';

const texts = new Map<string, unknown>([
  ['en', 'English'],
  ['de', 'Deutsch'],
]);

for (const [header, lang] of [
  ['', 'en'],
  ['de', 'de'],
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['en;q=0.5, de;q=0.8', 'de'],
  ['fr, es', 'en'],
  ['de;q=0', 'en'],
  ['__proto__, constructor', 'en'],
] as const) {
  test(`Accept-Language "${header}" gets ${lang}`, () => {
    assert.equal(chooseTexts(texts, header).lang, lang);
  });
}
