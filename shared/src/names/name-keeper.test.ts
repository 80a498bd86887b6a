import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { manualClock } from '../runtime/manual-clock.ts';
import { createNameKeeper, type KeptName, SETTLE_MS } from './name-keeper.ts';

const options = { timeout: 20_000 };

/** A file per name stands for a socket; `refuse` makes the next renewals fail. */
function bench() {
  const folder = mkdtempSync(join(tmpdir(), 'soft-stream-names-'));
  const clock = manualClock();
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const keeper = createNameKeeper({ uid: 1_000, clock, log });
  let refusal: string | undefined;
  const open = (path: string) => {
    let made = 0;
    const make = () => {
      if (refusal) throw new Error(refusal);
      mkdirSync(dirname(path), { recursive: true });
      rmSync(path, { force: true });
      writeFileSync(path, '');
      made++;
      inode = statSync(path, { bigint: true }).ino;
    };
    let inode: bigint | undefined;
    make();
    const name: KeptName & { readonly made: number } = {
      what: 'a socket',
      path,
      get inode() {
        return inode;
      },
      get made() {
        return made;
      },
      renew: make,
    };
    return name;
  };
  return {
    folder,
    path: join(folder, 'run', 'broker.sock'),
    clock,
    lines,
    keeper,
    open,
    refuse(reason: string | undefined) {
      refusal = reason;
    },
    /** inotify reports in its own time */
    async untilPlanned() {
      while (clock.pendingTimers === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    },
    async [Symbol.asyncDispose]() {
      await keeper[Symbol.asyncDispose]();
      assert.equal(clock.pendingTimers, 0);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describe('keeping names', options, () => {
  it('makes a deleted name anew and says what was lost, how, and why that happens', async () => {
    await using each = bench();
    const name = each.open(each.path);
    each.keeper.keep(name);
    assert.equal(each.clock.pendingTimers, 0);
    unlinkSync(each.path);

    await each.untilPlanned();
    assert.deepEqual(each.keeper.lost(), [{ what: 'a socket', path: each.path, how: 'deleted', failure: undefined }]);
    await each.clock.advance(SETTLE_MS);

    assert.equal(name.made, 2);
    assert.deepEqual(each.keeper.lost(), []);
    assert.equal(each.clock.pendingTimers, 0);
    const [line, ...more] = each.lines;
    assert.deepEqual(more, []);
    assert.equal(line?.['msg'], 'deleted while in use, recreated');
    assert.deepEqual([line?.['what'], line?.['path'], line?.['how']], ['a socket', each.path, 'deleted']);
    assert.match(String(line?.['likelyCause']), /cleaner of temporary files/);
  });

  it('takes another file under the name for a loss, too', async () => {
    await using each = bench();
    const name = each.open(each.path);
    each.keeper.keep(name);
    const other = `${each.path}.new`;
    writeFileSync(other, '');
    renameSync(other, each.path);

    await each.untilPlanned();
    await each.clock.advance(SETTLE_MS);

    assert.equal(name.made, 2);
    assert.equal(each.lines[0]?.['how'], 'replaced');
  });

  for (const gone of ['its folder', 'the folder above, too']) {
    it(`makes it anew when ${gone} was deleted`, async () => {
      await using each = bench();
      const path = join(each.folder, 'run', 'operator', 'control.sock');
      const name = each.open(path);
      each.keeper.keep(name);
      rmSync(gone === 'its folder' ? dirname(path) : dirname(dirname(path)), { recursive: true });

      await each.untilPlanned();
      await each.clock.advance(SETTLE_MS);

      assert.equal(name.made, 2);
      assert.deepEqual(each.keeper.lost(), []);
    });
  }

  it('makes several that vanish at once anew in the order of keeping, and notices the next loss', async () => {
    await using each = bench();
    const names = ['operator/control.sock', 'broker.sock', 'cam0.sock'].map((file) =>
      each.open(join(each.folder, 'run', file)),
    );
    for (const name of names) each.keeper.keep(name);

    for (let round = 2; round < 4; round++) {
      rmSync(join(each.folder, 'run'), { recursive: true });
      await each.untilPlanned();
      await each.clock.advance(SETTLE_MS * round);
      assert.deepEqual(
        names.map(({ made }) => made),
        [round, round, round],
      );
    }
    assert.deepEqual(
      each.lines.map(({ path }) => path),
      [...names, ...names].map(({ path }) => path),
    );
  });

  it('says once why it cannot be recreated, tries again after longer and longer, and tells when it worked', async () => {
    await using each = bench();
    const name = each.open(each.path);
    each.keeper.keep(name);
    each.refuse('permission denied');
    unlinkSync(each.path);
    await each.untilPlanned();

    await each.clock.advance(SETTLE_MS + 300_000);

    assert.deepEqual(
      each.lines.map(({ msg, reason }) => [msg, reason]),
      [['deleted while in use, cannot be recreated', 'permission denied']],
    );
    assert.equal(each.keeper.lost()[0]?.failure, 'permission denied');
    each.refuse(undefined);
    await each.clock.advance(60_000);
    assert.equal(name.made, 2);
    assert.equal(each.lines.at(-1)?.['msg'], 'deleted while in use, recreated');
  });

  it('a name that its owner gives up is not made anew', async () => {
    await using each = bench();
    const name = each.open(each.path);
    const other = each.open(join(each.folder, 'run', 'cam0.sock'));
    const release = each.keeper.keep(name);
    each.keeper.keep(other);
    await release();
    unlinkSync(name.path);
    unlinkSync(other.path);

    await each.untilPlanned();
    await each.clock.advance(SETTLE_MS);

    assert.deepEqual([name.made, other.made], [1, 2]);
  });

  it('giving up waits for a renewal under way', async () => {
    await using each = bench();
    const name = each.open(each.path);
    let finish = () => {};
    const release = each.keeper.keep({
      ...name,
      inode: 1n,
      renew: () => new Promise<void>((resolve) => (finish = resolve)),
    });
    await each.clock.advance(SETTLE_MS);
    let isReleased = false;
    const released = release().then(() => {
      isReleased = true;
    });
    await each.clock.advance(1);
    assert.equal(isReleased, false);
    finish();
    await released;
  });

  it('who deletes in a loop does not keep it busy', async () => {
    await using each = bench();
    const name = each.open(each.path);
    each.keeper.keep(name);
    for (let count = 0; count < 8; count++) {
      unlinkSync(each.path);
      await each.untilPlanned();
      await each.clock.advance(SETTLE_MS);
      if (each.clock.pendingTimers > 0) await each.clock.advance(5_000);
    }

    assert.equal(name.made, 9);
    const startMs = each.clock.monotonicMs();
    unlinkSync(each.path);
    await each.untilPlanned();
    await each.clock.advance(2_000);
    assert.equal(each.clock.monotonicMs() - startMs, 2_000);
    assert.equal(name.made, 9, 'waits longer than two seconds by now');
    await each.clock.advance(3_000);
    assert.equal(name.made, 10);
  });
});
