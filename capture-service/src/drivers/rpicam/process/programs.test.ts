import assert from 'node:assert/strict';
import test from 'node:test';
import { FatalError } from '@soft-stream/shared/runtime/errors';
import { scriptPrograms } from '../testing/scripted-programs.ts';
import { findRpicamPrograms, rpicamEnvironment } from './programs.ts';

test('programs are found on PATH, setpriv also beside it', () => {
  using scripted = scriptPrograms({});

  const programs = findRpicamPrograms({ PATH: scripted.folder });

  assert.equal(programs.vid, `${scripted.folder}/rpicam-vid`);
  assert.equal(programs.still, `${scripted.folder}/rpicam-still`);
  assert.match(programs.setpriv ?? '', /setpriv$/);
});

test('a missing program ends the start with 78 and names the package', () => {
  assert.throws(
    () => findRpicamPrograms({ PATH: '/nowhere' }),
    (error) =>
      error instanceof FatalError && error.exitCode === 78 && /rpicam-vid.*apt install rpicam-apps/.test(error.message),
  );
});

test('in a container the advice is about the image', () => {
  assert.throws(
    () => findRpicamPrograms({ PATH: '/nowhere', SOFT_STREAM_CONTAINER: '1' }),
    (error) =>
      error instanceof FatalError &&
      error.exitCode === 78 &&
      /rpicam-vid.*this image was built without.*docker compose build/.test(error.message) &&
      !/apt install/.test(error.message),
  );
});

test('children keep what libcamera needs and lose what silences its log', () => {
  const env = rpicamEnvironment({
    PATH: '/bin',
    LD_LIBRARY_PATH: '/opt/lib',
    LIBCAMERA_IPA_MODULE_PATH: '/opt/ipa',
    LIBCAMERA_LOG_LEVELS: '*:ERROR',
    LIBCAMERA_LOG_FILE: '/tmp/x',
    LC_NUMERIC: 'de_DE.UTF-8',
    LANG: 'de_DE.UTF-8',
    SOFT_STREAM_RUN_DIR: '/run/x',
    NOTIFY_SOCKET: '/run/notify',
  });

  assert.deepEqual(env, {
    PATH: '/bin',
    LD_LIBRARY_PATH: '/opt/lib',
    LIBCAMERA_IPA_MODULE_PATH: '/opt/ipa',
    LC_ALL: 'C',
    LIBCAMERA_LOG_NO_COLOR: '1',
  });
});
