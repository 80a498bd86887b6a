import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { SoftStreamError } from './errors.ts';
import { createLogger } from './log.ts';

const options = { timeout: 30_000 };

function logged(format: 'text' | 'json', level: 'info' | 'debug' = 'info') {
  const lines: string[] = [];
  const log = createLogger({ service: 'test', level, format, destination: { write: (line) => lines.push(line) } });
  return { log, lines };
}

/** Runs a program that uses the logger as a service does, on a pipe. */
function runProgram(source: string) {
  const url = new URL('./log.js', import.meta.url);
  const program = `import { createLogger } from '${url}'; ${source}`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8', timeout: 20_000 });
}

describe('log', options, () => {
  it('JSON: one object a line, level as a name, time as ISO 8601, fields beside', options, () => {
    const { log, lines } = logged('json');

    log.child({ camera: 'cam0' }).warn({ silentMs: 12_000 }, 'camera stalled');

    const { time, ...rest } = JSON.parse(lines[0] ?? '');
    assert.deepEqual(rest, { level: 'warn', service: 'test', camera: 'cam0', silentMs: 12_000, msg: 'camera stalled' });
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.match(lines[0] ?? '', /^[^\n]*\n$/);
  });

  it('text: one line with time, level, message and fields', options, () => {
    const { log, lines } = logged('text');

    log.info({ camera: 'cam0', size: { width: 1280 }, cause: 'no first frame', pid: 7 }, 'stream started');

    const [line = ''] = lines;
    assert.match(line, /^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: /);
    assert.equal(line.slice(21), 'cam0: stream started size={"width":1280} cause="no first frame" pid=7\n');
  });

  it('text: what was expected to go wrong stays on the line, with its cause', options, () => {
    const { log, lines } = logged('text');
    const cause = Object.assign(new Error('connect ENOENT /run/x'), { code: 'ENOENT' });

    log.warn({ err: new SoftStreamError('ERR_X', 'capture is away', { cause }) }, 'no answer');

    assert.match(lines.join(''), /WARN: no answer: capture is away; connect ENOENT \/run\/x\n$/);
    assert.equal(lines.join('').split('\n').length, 2);
  });

  it('text: a bug brings its stack, JSON keeps it in one line', options, () => {
    const [text, json] = [logged('text'), logged('json')];

    text.log.error({ err: new Error('broken') }, 'it failed');
    json.log.error({ err: new Error('broken') }, 'it failed');

    assert.match(text.lines.join(''), /it failed[\s\S]*broken/);
    assert.equal(JSON.parse(json.lines.join('')).err.message, 'broken');
  });

  it('lines below the level are not written', options, () => {
    const { log, lines } = logged('json');

    log.debug('decision');

    assert.deepEqual(lines, []);
  });

  for (const format of ['text', 'json'] as const) {
    it(`${format}: what was logged just before the end is not lost`, options, () => {
      const { stdout, status } = runProgram(`
        const log = createLogger({ service: 'test', level: 'info', format: '${format}' });
        for (let n = 0; n < 200; n++) log.info({ n }, 'line');
        log.fatal('the end');
        process.exit(78);`);

      assert.equal(status, 78);
      assert.equal(stdout.trim().split('\n').length, 201);
      assert.match(stdout, /the end/);
    });
  }

  it('the formatter for people is not loaded for JSON', options, () => {
    const { stdout } = runProgram(`
      import { createRequire } from 'node:module';
      createLogger({ service: 'test', level: 'info', format: 'json' }).info('x');
      const loaded = Object.keys(createRequire(import.meta.url).cache).filter((name) => name.includes('pino-pretty'));
      process.on('exit', () => process.stdout.write(String(loaded.length)));`);

    assert.match(stdout, /0$/);
  });
});
