import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { BrokerMethods, FrameNotification, LeaseParams } from '../api/broker-api.ts';
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS } from '../testing/fuzz-runs.ts';
import { encodeError, encodeNotification, encodeRequest, encodeResult, parseMessage } from './codec.ts';

const numRuns = FUZZ_RUNS;
const options = { timeout: FUZZ_TIMEOUT_MS };

const frame: FrameNotification = {
  camera: 'cam0',
  sequence: '18446744073709551615',
  slot: 7,
  byteLength: 81234,
  capturedAtMs: 1700000000123,
  monotonicNs: '9007199254740993',
};
const lease: LeaseParams = { camera: 'cam1', viewers: 3 };
const cameras: BrokerMethods['cameras']['result'] = {
  version: 1,
  cameras: [
    {
      camera: 'cam0',
      name: 'Küche #1',
      objectName: '/soft-stream.cam0',
      requested: { width: 1280, height: 720, fps: 15 },
    },
  ],
};

/** The bytes on the wire: other implementations rely on them. */
const GOLDEN: readonly [string, string, string][] = [
  [
    'a request',
    encodeRequest(1, 'lease.open', lease),
    '{"jsonrpc":"2.0","id":1,"method":"lease.open","params":{"camera":"cam1","viewers":3}}\n',
  ],
  ['a request without params', encodeRequest(2, 'cameras', undefined), '{"jsonrpc":"2.0","id":2,"method":"cameras"}\n'],
  [
    'a notification',
    encodeNotification('frame', frame),
    '{"jsonrpc":"2.0","method":"frame","params":{"camera":"cam0","sequence":"18446744073709551615","slot":7,"byteLength":81234,"capturedAtMs":1700000000123,"monotonicNs":"9007199254740993"}}\n',
  ],
  ['a ping', encodeNotification('ping', { id: 7 }), '{"jsonrpc":"2.0","method":"ping","params":{"id":7}}\n'],
  [
    'a result',
    encodeResult(1, cameras),
    '{"jsonrpc":"2.0","id":1,"result":{"version":1,"cameras":[{"camera":"cam0","name":"Küche #1","objectName":"/soft-stream.cam0","requested":{"width":1280,"height":720,"fps":15}}]}}\n',
  ],
  ['a result of nothing', encodeResult('x', undefined), '{"jsonrpc":"2.0","id":"x","result":null}\n'],
  [
    'an error',
    encodeError(1, 1005, 'too many requests', { retryAfterMs: 250 }),
    '{"jsonrpc":"2.0","id":1,"error":{"code":1005,"message":"too many requests","data":{"retryAfterMs":250}}}\n',
  ],
  [
    'an error without data or id',
    encodeError(null, -32700, 'not JSON'),
    '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"not JSON"}}\n',
  ],
];

const NOT_JSON = { kind: 'invalid', id: null, code: -32700, message: 'not JSON' };
const bad = (message: string, id: unknown = null) => ({ kind: 'invalid', id, code: -32600, message });
const NOTHING = bad('neither a request nor a notification nor a response');

const PARSED: readonly [string, unknown][] = [
  ['{"jsonrpc":"2.0","id":1,"method":"a"}', { kind: 'request', id: 1, method: 'a', params: undefined }],
  ['{"jsonrpc":"2.0","id":null,"method":"a"}', { kind: 'request', id: null, method: 'a', params: undefined }],
  ['{"jsonrpc":"2.0","method":"a","params":[1]}', { kind: 'notification', method: 'a', params: [1] }],
  ['{"jsonrpc":"2.0","id":1,"result":null}', { kind: 'result', id: 1, result: null }],
  [
    '{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"m"}}',
    { kind: 'error', id: 1, error: { code: -1, message: 'm', data: undefined } },
  ],
  [' {"jsonrpc":"2.0","method":"a"}\r', { kind: 'notification', method: 'a', params: undefined }],
  ['', NOT_JSON],
  ['{', NOT_JSON],
  ['nul', NOT_JSON],
  ['[]', bad('batches are not supported')],
  ['[{"jsonrpc":"2.0","id":1,"method":"a"}]', bad('batches are not supported')],
  ['1', bad('a message must be an object')],
  ['null', bad('a message must be an object')],
  ['{}', bad('jsonrpc is "2.0"')],
  ['{"jsonrpc":2,"id":5,"method":"a"}', bad('jsonrpc is "2.0"', 5)],
  ['{"jsonrpc":"1.0","id":"q","method":"a"}', bad('jsonrpc is "2.0"', 'q')],
  ['{"jsonrpc":"2.0","id":{},"method":"a"}', bad('id must be a string of up to 64 characters or a number')],
  [
    `{"jsonrpc":"2.0","id":"${'x'.repeat(65)}","method":"a"}`,
    bad('id must be a string of up to 64 characters or a number'),
  ],
  ['{"jsonrpc":"2.0","id":1,"method":1}', bad('method must be a string', 1)],
  ['{"jsonrpc":"2.0","id":1,"method":"a","params":1}', bad('params must be an object or an array, or left out', 1)],
  ['{"jsonrpc":"2.0","id":1,"method":"a","params":null}', bad('params must be an object or an array, or left out', 1)],
  ['{"jsonrpc":"2.0"}', NOTHING],
  ['{"jsonrpc":"2.0","result":1}', NOTHING],
  ['{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":"m"}}', NOTHING],
  ['{"jsonrpc":"2.0","id":1,"error":"m"}', NOTHING],
  ['{"jsonrpc":"2.0","id":1,"error":{"code":1.5,"message":"m"}}', NOTHING],
];

describe('codec', options, () => {
  for (const [title, encoded, golden] of GOLDEN)
    it(`${title}, byte by byte`, options, () => assert.equal(encoded, golden));
  for (const [line, message] of PARSED)
    it(`reads ${line.slice(0, 70)}`, options, () => assert.deepEqual(parseMessage(line), message));

  it('nesting as deep as a message allows does no harm', options, () => {
    assert.deepEqual(parseMessage('['.repeat(65_535)), NOT_JSON);
    const deep = `{"jsonrpc":"2.0","method":"a","params":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    assert.equal(parseMessage(deep).kind, 'notification');
  });

  it('any JSON comes back as it went, on one line', options, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.jsonValue(), (method, value) => {
        const params = [value];
        const line = encodeRequest(1, method, params);
        assert.equal(line.indexOf('\n'), line.length - 1);
        assert.deepEqual(parseMessage(line.slice(0, -1)), {
          kind: 'request',
          id: 1,
          method,
          params: JSON.parse(JSON.stringify(params)),
        });
      }),
      { numRuns },
    );
  });

  it('any text is read or refused, never an exception', options, () => {
    const nearMessages = fc
      .record(
        {
          jsonrpc: fc.constantFrom('2.0', 2, null),
          id: fc.jsonValue(),
          method: fc.jsonValue(),
          params: fc.jsonValue(),
          result: fc.jsonValue(),
          error: fc.jsonValue(),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), nearMessages), (line) => {
        assert.ok(['request', 'notification', 'result', 'error', 'invalid'].includes(parseMessage(line).kind));
      }),
      { numRuns },
    );
  });
});
