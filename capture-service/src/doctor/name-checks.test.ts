import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { nameDangers, nameLines } from './name-checks.ts';

/** A machine with systemd-logind, and these files besides. */
function machine(files: Readonly<Record<string, string>> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'soft-stream-root-'));
  for (const [path, text] of Object.entries({ 'run/systemd/seats/seat0': '', 'run/systemd/system/x': '', ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true }) };
}

const pi = { runDir: '/run/soft-stream', uid: 1000, userName: 'pi' };
const LOGIND = 'etc/systemd/logind.conf';
const NO = '[Login]\nRemoveIPC=no\n';
const YES = '[Login]\nRemoveIPC=yes\n';

const cases: readonly (readonly [string, Readonly<Record<string, string>>, 'ok' | 'warn'])[] = [
  ['is the default', {}, 'warn'],
  ['is commented out', { [LOGIND]: '[Login]\n#RemoveIPC=no\n' }, 'warn'],
  ['is off', { [LOGIND]: NO }, 'ok'],
  ['is off in other words', { [LOGIND]: '[Login]\n RemoveIPC = False\n' }, 'ok'],
  ['is off in another section', { [LOGIND]: '[Other]\nRemoveIPC=no\n' }, 'warn'],
  ['is no boolean', { [LOGIND]: '[Login]\nRemoveIPC=never\n' }, 'warn'],
  ['is off in a drop-in', { [LOGIND]: YES, 'etc/systemd/logind.conf.d/ipc.conf': NO }, 'ok'],
  ['is off in a drop-in of the vendor', { 'usr/lib/systemd/logind.conf.d/ipc.conf': NO }, 'ok'],
  [
    'is on in the last drop-in',
    { 'etc/systemd/logind.conf.d/10.conf': NO, 'usr/lib/systemd/logind.conf.d/20.conf': YES },
    'warn',
  ],
  [
    'is off in a drop-in that replaces one of the same name',
    { 'usr/lib/systemd/logind.conf.d/20.conf': YES, 'etc/systemd/logind.conf.d/20.conf': NO },
    'ok',
  ],
  ['is on in a file that is no drop-in', { [LOGIND]: NO, 'etc/systemd/logind.conf.d/x.conf.bak': YES }, 'ok'],
  ['is on and the user lingers', { 'var/lib/systemd/linger/pi': '' }, 'ok'],
];

describe('doctor: what may delete names', () => {
  for (const [title, files, level] of cases) {
    it(`RemoveIPC ${title}: ${level} for a login user`, () => {
      using each = machine(files);

      assert.deepEqual(
        nameDangers({ ...pi, root: each.root }).map((line) => line.level),
        [level],
      );
    });
  }

  it('names user, file and remedy', () => {
    using each = machine({ [LOGIND]: YES });

    const [line] = nameDangers({ ...pi, root: each.root });

    assert.match(line?.what ?? '', /user pi \(1000\) .*RemoveIPC=yes \(.*logind\.conf\).*\/dev\/shm/);
    assert.match(line?.advice ?? '', /loginctl enable-linger pi/);
  });

  it('system users, and machines without logind, are in no danger', () => {
    using each = machine();
    assert.deepEqual(nameDangers({ ...pi, uid: 999, userName: 'soft-stream', root: each.root }), []);
    rmSync(join(each.root, 'run'), { recursive: true });
    assert.deepEqual(nameDangers({ ...pi, root: each.root }), []);
  });

  it('a run directory that goes at logout, or that is cleaned, is told', () => {
    using each = machine({ [LOGIND]: NO });
    const whats = (runDir: string) => nameDangers({ ...pi, runDir, root: each.root }).map(({ what }) => what);

    assert.match(whats('/run/user/1000/soft-stream')[1] ?? '', /deleted at the last logout of user pi/);
    assert.match(whats('/tmp/soft-stream-1000')[1] ?? '', /systemd-tmpfiles/);
  });
});

describe('doctor: names that are missing', () => {
  it('all in place is one line', () => {
    assert.deepEqual(
      nameLines([]).map(({ level }) => level),
      ['ok'],
    );
  });

  it('each one that is lost fails with its path, and why it cannot be recreated', () => {
    const path = '/dev/shm/soft-stream.cam0';

    assert.deepEqual(nameLines([{ what: 'frames of cam0', path, how: 'replaced', failure: 'it is a folder' }]), [
      {
        level: 'fail',
        what: `frames of cam0: ${path} was replaced while in use`,
        advice: 'cannot be recreated: it is a folder',
      },
    ]);
  });
});
