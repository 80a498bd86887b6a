import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommandLine } from './command-line.ts';

const options = { timeout: 5_000 };
const program = {
  name: 'walk',
  usage: 'usage: walk [--env-file FILE] [--json]',
  options: { 'env-file': { type: 'string' }, output: { type: 'string', short: 'o' }, json: { type: 'boolean' } },
} as const;

test('options come with their values', options, () => {
  assert.deepEqual(
    { ...parseCommandLine(program, ['--env-file', 'a b', '-o', '-', '--json']) },
    { values: Object.assign(Object.create(null), { 'env-file': 'a b', output: '-', json: true }), positionals: [] },
  );
});

test('words are taken where the program takes some', options, () => {
  const read = parseCommandLine({ ...program, takesArguments: true }, ['a', '--json', '--', '-b']);

  assert.ok('positionals' in read);
  assert.deepEqual(read.positionals, ['a', '-b']);
});

const answers: readonly (readonly [readonly string[], RegExp])[] = [
  [['--help'], /^usage: walk \[--env-file FILE\] \[--json\]\n$/],
  [['-h'], /^usage: walk/],
  [['--nonsense', '--help'], /^usage: walk/],
  [['--version'], /^walk \d+\.\d+\.\d+\n$/],
];
for (const [argv, answer] of answers) {
  test(`${argv.join(' ')} is answered`, options, () => {
    const read = parseCommandLine(program, argv);

    assert.ok('answer' in read);
    assert.match(read.answer, answer);
  });
}

const problems: readonly (readonly [readonly string[], string])[] = [
  [['--nonsense'], 'unknown option --nonsense'],
  [['--nonsense=1'], 'unknown option --nonsense'],
  [['-x'], 'unknown option -x'],
  [['--env-fiel', 'a'], 'unknown option --env-fiel; did you mean --env-file?'],
  [['--__proto__'], 'unknown option --__proto__'],
  [['--env-file'], '--env-file needs a value'],
  [['--env-file='], '--env-file needs a value'],
  [['--env-file', '--json'], '--env-file needs a value'],
  [['--json=yes'], '--json takes no value'],
  [['--help=yes'], '--help takes no value'],
  [['cam0'], 'unexpected argument "cam0"'],
];
for (const [argv, problem] of problems) {
  test(`${argv.join(' ')} is told: ${problem}`, options, () => {
    assert.deepEqual(parseCommandLine(program, argv), { problem });
  });
}
