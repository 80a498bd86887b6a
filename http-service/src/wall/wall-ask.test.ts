import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpProblem } from '../errors/http-problem.ts';
import { parseAsk } from './wall-ask.ts';

const timeout = 5_000;

test('an acknowledgement alone, and one with a view', { timeout }, () => {
  assert.deepEqual(parseAsk('{"received":7}'), { received: 7, cameras: undefined, width: undefined });
  assert.deepEqual(parseAsk('{"received":0,"cameras":["cam0","cam12"],"width":320}'), {
    received: 0,
    cameras: ['cam0', 'cam12'],
    width: 320,
  });
});

for (const [text, names] of [
  ['', /JSON object/],
  ['[]', /JSON object/],
  ['null', /JSON object/],
  ['{"received":', /JSON object/],
  ['{}', /^received must be/],
  ['{"received":-1}', /^received must be/],
  ['{"received":1.5}', /^received must be/],
  ['{"received":"1"}', /^received must be/],
  ['{"received":1,"cameras":"cam0"}', /^cameras must be/],
  ['{"received":1,"cameras":["__proto__"]}', /^cameras must be/],
  ['{"received":1,"cameras":[7]}', /^cameras must be/],
  ['{"received":1,"width":99999}', /^width must be/],
] as const) {
  test(`refused, naming what is wrong: ${text}`, { timeout }, () => {
    assert.throws(() => parseAsk(text), { name: HttpProblem.name, code: 'ERR_BAD_PARAMETER', message: names });
  });
}
