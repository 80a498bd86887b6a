import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';

const options = { timeout: 30_000 };

function program(source: string): string {
  const url = new URL('./log-output.js', import.meta.url);
  return `import { openLogOutput } from '${url}'; const out = openLogOutput(1_048_576); ${source}`;
}

/** Runs a program whose stdout goes to `sink`, in bash. @returns its exit code, and what `sink` printed */
function runInto(sink: string, source: string) {
  const { status, signal, stdout } = spawnSync(
    'bash',
    ['-c', `"$0" "$@" ${sink}; exit \${PIPESTATUS[0]}`, process.execPath, '--input-type=module', '-e', program(source)],
    { encoding: 'utf8', timeout: 20_000, maxBuffer: 16 * 1_048_576 },
  );
  assert.equal(signal, null, 'the program does not end');
  return { status, lines: stdout.split('\n').slice(0, -1) };
}

const numbered = (count: number) => Array.from({ length: count }, (_, number) => `line ${number}`);
const WRITE_300 = `for (let n = 0; n < 300; n++) out.write('line ' + n + '\\n');`;

describe('log output', options, () => {
  for (const [end, code] of [
    ['', 0],
    ['process.exit(3);', 3],
  ] as const) {
    const how = end === '' ? 'at its own end' : 'with process.exit';

    it(`all lines are there when the process ends ${how}`, options, () => {
      const { status, lines } = runInto('| cat', `${WRITE_300} ${end}`);

      assert.equal(status, code);
      assert.deepEqual(new Set(lines), new Set(numbered(300)));
    });

    it(`a reader that is gone does not keep the process, ${how}`, options, () => {
      const { status } = runInto('| true', `setTimeout(() => { ${WRITE_300} ${end} }, 300);`);

      assert.equal(status, code);
    });

    it(`a full disk does not keep the process, ${how}`, options, () => {
      const { status } = runInto('> /dev/full', `${WRITE_300} ${end}`);

      assert.equal(status, code);
    });

    it(`a full pipe that nobody reads does not keep the process, ${how}`, options, async () => {
      const fill = `for (let n = 0; n < 50; n++) out.write('x'.repeat(20_000) + '\\n');`;
      const unread = spawn(process.execPath, ['--input-type=module', '-e', program(`${fill} ${end}`)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });

      assert.deepEqual(await once(unread, 'exit'), [code, null]);
      unread.stdout.destroy();
    });
  }

  it('a pipe that is full for a while gets every line once, in order', options, () => {
    const fill = `let n = 0; const more = () => { for (let k = 0; k < 100; k++) out.write('line ' + n++ + ' '.repeat(1_000) + '\\n'); if (n < 500) setTimeout(more, 100); else setTimeout(() => {}, 2_000); }; more();`;
    const { status, lines } = runInto('| (sleep 1; cat)', fill);

    assert.equal(status, 0);
    assert.deepEqual(
      lines.map((line) => line.trimEnd()),
      numbered(500),
    );
  });

  it('what a stuck reader leaves waiting is bounded: the newest lines are dropped', options, () => {
    const fill = `for (let n = 0; n < 3_000; n++) out.write('line ' + n + ' '.repeat(1_000) + '\\n'); setTimeout(() => {}, 1_500);`;
    const { status, lines } = runInto('| (sleep 1; cat)', fill);

    assert.equal(status, 0);
    assert.ok(lines.length > 900 && lines.length < 1_200, `${lines.length} lines`);
    assert.deepEqual(
      lines.map((line) => line.trimEnd()),
      numbered(lines.length),
    );
  });
});
