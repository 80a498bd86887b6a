import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createLastListing } from './last-listing.ts';
import type { ListedCamera } from './list-cameras.ts';

const CAMERA: ListedCamera = { index: 0, id: '/base/imx708@1a', model: 'x', width: null, height: null, modes: [] };

function reliedOn() {
  const last = createLastListing();
  last.devicesAreWatched(true);
  last.programNamesIds();
  last.begins().saw([CAMERA]);
  return last;
}

describe('the last listing', () => {
  test('is relied on when /dev is watched and the program names what it opens', () => {
    assert.deepEqual(reliedOn().reliable, [CAMERA]);
  });

  test('is not relied on before there was one, without a watch on /dev, or with a program that names nothing', () => {
    const never = createLastListing();
    never.devicesAreWatched(true);
    never.programNamesIds();
    const unwatched = reliedOn();
    unwatched.devicesAreWatched(false);
    const nameless = createLastListing();
    nameless.devicesAreWatched(true);
    nameless.begins().saw([CAMERA]);

    assert.deepEqual([never.reliable, unwatched.reliable, nameless.reliable], [undefined, undefined, undefined]);
  });

  test('is old when a device came or went, until the next one', () => {
    const last = reliedOn();

    last.outdated();
    assert.equal(last.reliable, undefined);
    last.begins().saw([CAMERA]);

    assert.deepEqual(last.reliable, [CAMERA]);
  });

  test('is old at once when a device came while it ran', () => {
    const last = reliedOn();
    const running = last.begins();

    last.outdated();
    running.saw([CAMERA]);

    assert.equal(last.reliable, undefined);
  });
});
