// A camera's name is whatever its owner typed: everywhere it is text and nothing else.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkout } from '@soft-stream/launcher/checkout';
import { runProgram } from '../harness/run-program.ts';
import { startPair } from '../harness/start-pair.ts';
import { isPlaceholder, watch } from '../viewer/watch.ts';

const timeout = 120_000;
const NAME = `</script><script>alert(1)</script>"'><img src=x onerror=alert(2)> & <b>\\ {{camera}} \${x} %s </svg>`;
/** What must never be in a page as it is. */
const ALIVE = /<script>alert|<img src=x|<b>\\/;

describe('hostile names', { timeout }, () => {
  it('a name of markup and quotes is text in page, status, events, metrics and the drawn picture', {
    timeout,
  }, async () => {
    await using pair = await startPair({ cameras: 1, env: { cam0_name: NAME } });

    const page = await (await fetch(pair.url(0))).text();
    assert.doesNotMatch(page, ALIVE);
    assert.match(page, /&lt;script&gt;alert\(1\)/);
    assert.doesNotMatch(await (await fetch(pair.url(0, '/webrtc'))).text(), ALIVE);

    const status = (await (await fetch(pair.url(0, '/status'))).json()) as { name: string };
    assert.equal(status.name, NAME);

    const events = await fetch(pair.url(0, '/events'));
    const { value = new Uint8Array() } = (await events.body?.getReader().read()) ?? {};
    assert.match(events.headers.get('content-type') ?? '', /^text\/event-stream/);
    const [, data = '{}'] = /^data: (.*)$/m.exec(Buffer.from(value).toString()) ?? [];
    assert.equal((JSON.parse(data) as { name: string }).name, NAME, 'one line of JSON');

    const metrics = await (await fetch(pair.url(0, '/metrics'))).text();
    for (const line of metrics.split('\n')) {
      assert.match(line, /^(#.*|[a-z_]+(\{[^{}"\\]*("([^"\\]|\\["\\n])*"[^"\\]*)*\})? \S+|)$/);
    }
    assert.equal((await pair.status(0)).name, NAME);
    assert.ok((await pair.camctl('status')).stdout.includes('alert(1)'));

    // Drawn: with capture gone and no frame ever seen, the placeholder names the camera.
    await pair.capture.stop();
    await using viewer = await watch(pair.url(0, '/stream.mjpg'));
    const placeholder = await viewer.next('a placeholder', isPlaceholder);
    assert.equal(placeholder.body.readUInt16BE(0), 0xffd8);
    assert.deepEqual(
      pair.http.log.lines.filter(({ level }) => level === 'error' || level === 'raw'),
      [],
    );
  });

  it('a name with a line break is no configuration: it cannot split a header or a log line', { timeout }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hostile-name-'));
    try {
      const envFile = join(folder, 'cameras.env');
      await writeFile(envFile, 'cam0_name="Printer\r\nSet-Cookie: stolen=1"\n');
      const env = { PATH: process.env['PATH'], SOFT_STREAM_RUN_DIR: folder };

      for (const entry of [checkout.capture, checkout.http]) {
        const { code, stderr } = await runProgram(process.execPath, [entry, '--env-file', envFile], { env });

        assert.equal(code, 78);
        assert.match(stderr, /cam0_name/);
        assert.doesNotMatch(stderr, /^Set-Cookie/m);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
