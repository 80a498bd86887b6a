import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS } from '../testing/fuzz-runs.ts';
import { parseEnvFile } from './env-file.ts';

const numRuns = FUZZ_RUNS;
const options = { timeout: FUZZ_TIMEOUT_MS };
const parse = (text: string) => parseEnvFile(Buffer.from(text));

/** What systemd 252 made of each (src/basic/env-file.c), one line of file -> value of `a`. */
const VALUES: readonly [string, string, string][] = [
  ['a plain value', 'a=1280', '1280'],
  ['an empty value', 'a=', ''],
  ['blanks around the value are dropped', 'a=  x  ', 'x'],
  ['blanks around the name are dropped', '  a  =x', 'x'],
  ['blanks within stay', 'a=Printer  one', 'Printer  one'],
  ['a hash in double quotes', 'a="Printer #1 (left)"', 'Printer #1 (left)'],
  ['a hash without quotes belongs to the value', 'a=Printer #2', 'Printer #2'],
  ['nothing is expanded', 'a=$HOME `id` $(x)', '$HOME `id` $(x)'],
  ['a dollar in double quotes', 'a="cost $5"', 'cost $5'],
  ['single quotes take everything', 'a=\'"x\\y" $z\'', '"x\\y" $z'],
  ['blanks in quotes stay', 'a="  x  "', '  x  '],
  ['escaped quotes', 'a="say \\"hi\\""', 'say "hi"'],
  ['escaped backslash, dollar and backtick', 'a="\\\\ \\$ \\`"', '\\ $ `'],
  ['another backslash in double quotes stays', 'a="\\n\\t"', '\\n\\t'],
  ['a backslash outside keeps the next character', 'a=x\\ \\"y\\n', 'x "yn'],
  ['an escaped blank at the end stays', 'a=x\\ ', 'x '],
  ['a backslash joins lines', 'a=one \\\ntwo', 'one two'],
  ['a backslash joins lines in double quotes', 'a="one \\\ntwo"', 'one two'],
  ['quotes span lines', 'a="one\ntwo"', 'one\ntwo'],
  ['quoted parts join', 'a="one"\'two\'three', 'onetwothree'],
  ['a quote within a plain value is a character', 'a=it\'s 5" wide', 'it\'s 5" wide'],
  ['an equals sign in the value', 'a=b=c', 'b=c'],
  ['CRLF ends lines', 'a=x\r\nb=y\r\n', 'x'],
  ['a byte order mark is skipped', '\ufeffa=x', 'x'],
  ['UTF-8', 'a=Drucker Küche ☕', 'Drucker Küche ☕'],
  ['the last line needs no newline', '# comment\n\n;comment\na=x', 'x'],
];

describe('env file: values', options, () => {
  for (const [title, file, value] of VALUES) {
    it(title, options, () => {
      const { entries, problems } = parse(file);

      assert.deepEqual(problems, []);
      assert.equal(entries.find((entry) => entry.key === 'a')?.value, value);
    });
  }

  it('comments stand on lines of their own and end with the line', options, () => {
    const { entries } = parse('#a=1\n ; b=2 \\\nc=3\n');

    assert.deepEqual(entries, [{ key: 'c', value: '3', line: 3 }]);
  });

  it('line numbers count through quotes and CRLF', options, () => {
    const { entries } = parse('a="1\n2"\r\n\r\nb=x\n');

    assert.deepEqual(
      entries.map(({ key, line }) => [key, line]),
      [
        ['a', 1],
        ['b', 4],
      ],
    );
  });

  it('a line without = is skipped with a warning', options, () => {
    const { entries, problems, warnings } = parse('hello\na=1\n');

    assert.equal(entries.length, 1);
    assert.deepEqual(problems, []);
    assert.deepEqual(warnings, [{ line: 1, message: 'no "=" in this line: "hello"' }]);
  });
});

describe('env file: what is wrong is named with its line', options, () => {
  const cases: readonly [string, Buffer | string, number, RegExp][] = [
    ['export', 'a=1\nexport cam0_width=3', 2, /write cam0_width=... without "export"/],
    ['a name that is no name', 'cam0-width=3', 1, /"cam0-width" is not a name/],
    ['an open double quote', 'x=1\na="one\n\n', 2, /never closed/],
    ['an open single quote', "a='one", 1, /never closed/],
    ['a setting without =', '\ncam0_width 1280', 2, /no "="/],
    ['invalid UTF-8', Buffer.from([0x61, 0x3d, 0x78, 0x0a, 0x62, 0x3d, 0xe4, 0x0a]), 2, /not UTF-8/],
    ['a NUL byte', 'a=x\nb=y\0\n', 2, /NUL/],
  ];
  for (const [title, file, line, message] of cases) {
    it(title, options, () => {
      const { problems } = parseEnvFile(Buffer.from(file));

      assert.equal(problems.length, 1);
      assert.equal(problems[0]?.line, line);
      assert.match(problems[0]?.message ?? '', message);
    });
  }
});

describe('env file: properties', options, () => {
  it('any value survives quoting in single or double quotes', options, () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((value) => !value.includes('\0'));
    fc.assert(
      fc.property(text, (value) => {
        const double = `"${value.replace(/["\\`$]/g, '\\$&')}"`;
        assert.equal(parse(`a=${double}\n`).entries[0]?.value, value);
        if (!value.includes("'")) assert.equal(parse(`a='${value}'`).entries[0]?.value, value);
      }),
      { numRuns },
    );
  });

  it('any bytes end in entries, problems and warnings, never in an exception', options, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const { entries, problems } = parseEnvFile(bytes);
        for (const { key } of entries) assert.match(key, /^[A-Za-z_][A-Za-z0-9_]*$/);
        assert.ok(problems.every(({ line }) => line >= 1));
      }),
      { numRuns },
    );
  });

  it('any text of the characters that matter ends in valid lines', options, () => {
    const unit = fc.constantFrom('a', '=', '"', "'", '\\', '\n', '\r', ' ', '#', ';', '$');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
        const lines = text.split('\n').length;
        const { entries, problems, warnings } = parse(text);
        for (const { line } of [...entries, ...problems, ...warnings]) assert.ok(line >= 1 && line <= lines);
      }),
      { numRuns },
    );
  });
});
