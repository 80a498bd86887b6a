import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { startPair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';
import { readStream } from '../viewer/read-stream.ts';

const schema: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '../../../docs/status.schema.json'), 'utf8'));
const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema as object);
const timeout = 60_000;

function assertFits(status: unknown): void {
  assert.ok(validate(status), JSON.stringify(validate.errors));
}

test('/status fits its schema at rest, while streaming, and with capture unreachable', { timeout }, async () => {
  await using pair = await startPair({ cameras: 1 });
  const status = async () => (await (await fetch(pair.url(0, '/status'))).json()) as { captureReachable: boolean };

  assertFits(await status());
  for await (const part of readStream(pair.url(0, '/stream.mjpg'))) if (part.kind === 'live') break;
  assertFits(await status());
  await pair.capture.kill();
  const away = await waitFor('capture to be missed', async () => {
    const now = await status();
    return !now.captureReachable && now;
  });
  assertFits(away);
  await pair.startCapture();
});

test('an event of /events carries the same', { timeout }, async () => {
  await using pair = await startPair({ cameras: 1 });
  const response = await fetch(pair.url(0, '/events'));
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!/\ndata: .*\n\n/.test(text)) text += (await reader?.read())?.value ?? '';
  await reader?.cancel();

  assertFits(JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? ''));
});

test('a status with a wrong state, a missing field or a negative count does not fit', () => {
  const good = { version: 1 };

  assert.equal(validate(good), false);
  assert.equal(validate({ ...good, state: 'sleeping' }), false);
});
