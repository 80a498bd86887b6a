import assert from 'node:assert/strict';
import { test } from 'node:test';
import { captureRunDir, configOfRole, kindsOf, neededRoles } from './capture-roles.ts';
import { loadConfig } from './load.ts';

const load = (env: Readonly<Record<string, string>>) =>
  loadConfig({ env: { SOFT_STREAM_RUN_DIR: '/tmp/run', ...env }, cwd: '/srv' });
const network = { cam2_driver: 'http', cam2_url: 'http://printer.local/stream' };

test('cameras behind an address belong to the instance with a network, all others to that with the devices', () => {
  const app = load({ cam0_index: '0', ...network });

  assert.deepEqual(neededRoles(app.cameras), ['devices', 'network']);
  assert.deepEqual(
    (['devices', 'network'] as const).map((role) => {
      const { cameras, runDir } = configOfRole(app, role);
      return [cameras.map(({ camera }) => camera), runDir];
    }),
    [
      [['cam0'], '/tmp/run'],
      [['cam2'], '/tmp/run/network'],
    ],
  );
});

test('an instance is needed for its cameras alone', () => {
  assert.deepEqual(neededRoles(load(network).cameras), ['network']);
  assert.deepEqual(neededRoles(load({}).cameras), ['devices']);
});

test('no kind of camera is open to both, and the owner of devices knows none with a network', () => {
  assert.deepEqual(kindsOf('devices'), ['rpicam', 'v4l2', 'recorded']);
  assert.deepEqual(kindsOf('network'), ['http']);
  assert.equal(captureRunDir('/run/soft-stream', 'network'), '/run/soft-stream/network');
});
