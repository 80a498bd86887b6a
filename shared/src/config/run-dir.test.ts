import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { chooseRunDir } from './run-dir.ts';

const options = { timeout: 20_000 };
const nowhere = '/nowhere/at/all';
const user = { given: undefined, cwd: '/srv', userRuntimeDir: undefined, uid: 4242, systemRunDir: nowhere };

describe('run directory', options, () => {
  it('as given, relative to the working directory', options, () => {
    assert.deepEqual(chooseRunDir({ ...user, given: 'run' }), { path: '/srv/run', problem: undefined });
  });

  it('the system one for root, there or not', options, () => {
    assert.equal(chooseRunDir({ ...user, uid: 0 }).path, nowhere);
  });

  it('the system one for whoever can enter it', options, () => {
    const folder = mkdtempSync(join(tmpdir(), 'soft-stream-run-'));

    const { path } = chooseRunDir({ ...user, systemRunDir: folder });
    rmSync(folder, { recursive: true });

    assert.equal(path, folder);
  });

  it('else in the runtime directory of the user', options, () => {
    assert.equal(chooseRunDir({ ...user, userRuntimeDir: tmpdir() }).path, join(tmpdir(), 'soft-stream'));
  });

  it('else a folder of the user in the temporary one, unless somebody else has made it', options, () => {
    const temporaryDir = mkdtempSync(join(tmpdir(), 'soft-stream-run-'));
    const path = join(temporaryDir, 'soft-stream-4242');

    assert.deepEqual(chooseRunDir({ ...user, temporaryDir }), { path, problem: undefined });
    mkdirSync(path);
    const { problem } = chooseRunDir({ ...user, temporaryDir });
    rmSync(temporaryDir, { recursive: true });

    assert.match(problem ?? '', /belongs to another user/);
  });
});
