import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FUZZ_RUNS, FUZZ_TIMEOUT_MS } from '@soft-stream/shared/testing/fuzz-runs';
import fc from 'fast-check';
import { readCandidate, writeCandidate } from './candidate.ts';
import { readClientSdp, SdpError } from './read-sdp.ts';
import { DATA_OFFER, MAINSAIL_OFFER, VIDEO_OFFER } from './testing/sample-offers.ts';
import { writeAnswer, writeRemote } from './write-sdp.ts';

const options = { timeout: FUZZ_TIMEOUT_MS };

/** Lines of a real offer, some of them dropped, doubled, changed in the middle or replaced by noise. */
const mangled = fc
  .tuple(
    fc.constantFrom(MAINSAIL_OFFER, VIDEO_OFFER, DATA_OFFER),
    fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.string({ unit: 'binary', maxLength: 40 })), { maxLength: 6 }),
  )
  .map(([offer, changes]) => {
    const lines = offer.split('\r\n');
    for (const [where, how, noise] of changes) {
      const at = where % lines.length;
      const line = lines[at] ?? '';
      const middle = where % (line.length + 1);
      if (how === 0) lines.splice(at, 1);
      else if (how === 1) lines.splice(at, 0, line);
      else if (how === 2) lines[at] = line.slice(0, middle) + noise + line.slice(middle);
      else lines[at] = noise;
    }
    return lines.join('\r\n');
  });

test('any text is an offer or an error in words, and what is written from it has lines of ours alone', options, () => {
  const local = readClientSdp(VIDEO_OFFER).transport;
  fc.assert(
    fc.property(mangled, (text) => {
      try {
        const offer = readClientSdp(text);
        const answer = writeAnswer(offer, { ssrc: 1, transport: local });
        const remote = writeRemote({ transport: offer.transport, format: offer.h264 });
        for (const line of `${answer}${remote}`.split('\r\n')) assert.match(line, /^$|^[a-z]=[ -~]{0,600}$/);
      } catch (error) {
        assert.ok(error instanceof SdpError, String(error));
      }
    }),
    { numRuns: FUZZ_RUNS },
  );
});

test('any candidate is one that can be written again, or none', options, () => {
  const parts = fc.tuple(
    fc.constantFrom('1', 'a+/', ''),
    fc.nat(3),
    fc.constantFrom('udp', 'TCP'),
    fc.nat(),
    fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()),
    fc.nat(70_000),
  );
  fc.assert(
    fc.property(parts, ([foundation, component, protocol, priority, address, port]) => {
      const found = readCandidate(
        `candidate:${foundation} ${component} ${protocol} ${priority} ${address} ${port} typ host`,
      );
      if (found !== undefined) assert.deepEqual(readCandidate(writeCandidate(found)), found);
    }),
    { numRuns: FUZZ_RUNS },
  );
});
