// The newcomer with a USB camera: `npm start` and nothing configured.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { checkout } from '@soft-stream/launcher/checkout';
import { openRunDirectory } from '../demo/run-directory.ts';
import { leftoversOf, processesWith } from '../harness/leftovers.ts';
import { collectLines } from '../harness/log-lines.ts';
import { runProgram } from '../harness/run-program.ts';
import { waitFor } from '../harness/wait-for.ts';
import { createPi, IMX219 } from '../rpicam-standins/create-world.ts';
import { C920, CHEAP, createUsbBus } from '../v4l2-standins/create-usb-bus.ts';

const limit = { timeout: 120_000 };

/** Without a setting of any camera; without rpicam-apps too, unless a test puts them in. */
function bareEnvironment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([key]) => !/^(cam\d+_|SOFT_STREAM_|NODE_TEST)/.test(key));
  return { ...Object.fromEntries(kept), ...env };
}

async function detect(env: Readonly<Record<string, string>>): Promise<unknown> {
  const { stdout, code } = await runProgram(process.execPath, [checkout.detect], { env: bareEnvironment(env) });
  assert.equal(code, 0);
  return JSON.parse(stdout);
}

test('USB cameras are taken in order of port, doubled serials by their port', limit, async () => {
  const twin = { ...C920, key: 'twin', node: 'video8', port: '1-1.10' };
  using usb = createUsbBus([twin, CHEAP, C920]);

  assert.deepEqual(await detect(usb.env), {
    version: 1,
    cameras: [
      ['cam0', 'HD Pro Webcam C920', 'usb-xhci-hcd.0-1.2'],
      ['cam1', 'USB 2.0 Camera', 'usb-xhci-hcd.0-1.3'],
      ['cam2', 'HD Pro Webcam C920', 'usb-xhci-hcd.0-1.10'],
    ].map(([camera, model, id]) => ({
      ...{ camera, model },
      settings: { [`${camera}_driver`]: 'v4l2', [`${camera}_id`]: id, [`${camera}_name`]: model },
    })),
  });
});

test('none is taken where a CSI camera is, and none where there is none', limit, async () => {
  using pi = createPi([IMX219], 0.2);
  using usb = createUsbBus([C920], { devFolder: pi.devFolder });
  const path = `${usb.env['PATH']?.split(':')[0]}:${pi.env['PATH']}`;
  assert.deepEqual(await detect({ ...pi.env, ...usb.env, PATH: path }), { version: 1, cameras: [] });

  pi.unplug('imx219');
  const { cameras } = (await detect({ ...pi.env, ...usb.env, PATH: path })) as { cameras: unknown[] };
  assert.equal(cameras.length, 1);

  usb.unplug('c920');
  assert.deepEqual(await detect({ ...pi.env, ...usb.env, PATH: path }), { version: 1, cameras: [] });
});

test('npm start with nothing configured says which ones it takes, and both services get them', limit, async () => {
  using usb = createUsbBus([C920, CHEAP]);
  await using runDirectory = await openRunDirectory('soft-stream-detect-');
  const env = bareEnvironment({ ...usb.env, SOFT_STREAM_RUN_DIR: runDirectory.path, log_format: 'json' });
  const launcher = spawn(process.execPath, ['--', 'launcher/dist/main.js'], { cwd: checkout.root, env });
  const log = collectLines([launcher.stdout, launcher.stderr]);
  try {
    const line = await log.until(
      (each) => each.msg === 'no camera is configured: taking this USB camera' && each['camera'] === 'cam1',
    );
    assert.deepEqual(line['settings'], ['cam1_driver=v4l2', 'cam1_id=usb-xhci-hcd.0-1.3', 'cam1_name=USB 2.0 Camera']);
    await waitFor('a service with the setting', () => processesWith('cam0_id', 'usb:046d:082d:1A2B3C4D').length > 0);
  } finally {
    launcher.kill('SIGTERM');
    await new Promise((resolve) => launcher.once('close', resolve));
  }
  await waitFor('nothing to be left', async () => (await leftoversOf(runDirectory.path)).length === 0);
});
