import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ConfigError } from './config-error.ts';
import { loadConfig } from './load.ts';

const options = { timeout: 20_000 };
const base = { SOFT_STREAM_RUN_DIR: '/run/test' };

function load(env: Record<string, string | undefined>) {
  return loadConfig({ env: { ...base, ...env }, cwd: '/srv', isTerminal: false });
}

function loadFile(text: string, env: Record<string, string | undefined> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'soft-stream-config-'));
  try {
    writeFileSync(join(folder, 'test.env'), text);
    return loadConfig({ env: { ...base, ...env }, envFile: 'test.env', cwd: folder, isTerminal: false });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function problemsOf(run: () => unknown): ConfigError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    assert.equal(error.exitCode, 78);
    return error;
  }
  throw new assert.AssertionError({ message: 'the configuration was accepted' });
}

/** The file of the replaced program, as its owners have it. */
const OLD_FILE = `# Soft camera streamer
cam0_index=0
cam0_id=
cam0_name="Printer #1 (left)"
cam0_width=1280
cam0_height=720
cam0_fps=15
cam0_port=18081
cam0_bind=127.0.0.1
cam0_quality=medium
cam0_snapshot_width=3280
cam0_snapshot_height=2464
cam0_snapshot_quality=95
cam0_autofocus=0

; second camera
cam1_index=1
cam1_id=/base/axi/pcie@1000120000/rp1/i2c@80000/imx708@1a
cam1_name='Printer #2: $5 "special"'
cam1_width=1920
cam1_height=1080
cam1_fps=30
cam1_port=18082
cam1_bind=0.0.0.0
cam1_quality=very-high
cam1_snapshot_width=0
cam1_snapshot_height=0
cam1_snapshot_quality=80
cam1_autofocus=1
`;

describe('configuration: the file of the replaced program', options, () => {
  it('works as it is', options, () => {
    const { cameras, warnings, envFile } = loadFile(OLD_FILE);

    const [left, right] = cameras;
    assert.ok(left && right && cameras.length === 2);
    assert.deepEqual(
      [left.name, left.index, left.id, left.width, left.height, left.fps, left.port, left.bind],
      ['Printer #1 (left)', 0, undefined, 1280, 720, 15, 18081, '127.0.0.1'],
    );
    assert.deepEqual([left.quality, left.qualityText, left.autofocus], [50, 'medium', false]);
    assert.deepEqual(left.snapshot, { width: 3280, height: 2464, quality: 95 });
    assert.deepEqual(
      [right.name, right.index, right.id, right.bind],
      ['Printer #2: $5 "special"', 1, '/base/axi/pcie@1000120000/rp1/i2c@80000/imx708@1a', '0.0.0.0'],
    );
    assert.deepEqual([right.quality, right.autofocus], [80, true]);
    assert.deepEqual(right.snapshot, { width: 1920, height: 1080, quality: 80 });
    assert.deepEqual(warnings, []);
    assert.match(envFile ?? '', /\/test\.env$/);
  });
});

describe('configuration: which cameras there are', options, () => {
  it('none set: cam0 and cam1 with defaults', options, () => {
    const { cameras } = load({});

    assert.deepEqual(
      cameras.map(({ camera, name, index, port, bind, width, height, fps, quality }) => [
        camera,
        name,
        index,
        port,
        bind,
        width,
        height,
        fps,
        quality,
      ]),
      [
        ['cam0', 'Camera 0', 0, 18081, '127.0.0.1', 1280, 720, 15, 50],
        ['cam1', 'Camera 1', 1, 18082, '127.0.0.1', 1280, 720, 15, 50],
      ],
    );
  });

  it('any key makes a camera, gaps allowed, in the order of their numbers', options, () => {
    const { cameras } = load({ cam12_name: 'far', cam3_width: '640' });

    assert.deepEqual(
      cameras.map(({ camera, port, index }) => [camera, port, index]),
      [
        ['cam3', 18084, 3],
        ['cam12', 18093, 12],
      ],
    );
  });

  it('an empty value is unset: it makes no camera', options, () => {
    assert.deepEqual(
      load({ cam0_name: 'x', cam1_name: '' }).cameras.map(({ camera }) => camera),
      ['cam0'],
    );
  });

  it('with an id the index is left out unless given', options, () => {
    assert.equal(load({ cam0_id: 'i2c@88000/imx708@1a' }).cameras[0]?.index, undefined);
  });
});

describe('configuration: where values come from', options, () => {
  it('the process environment wins over the file, an empty value there does not', options, () => {
    const { cameras } = loadFile('cam0_width=640\ncam0_fps=5\n', { cam0_width: '800', cam0_fps: '' });

    assert.deepEqual([cameras[0]?.width, cameras[0]?.fps], [800, 5]);
  });

  it('SOFT_STREAM_ENV_FILE names the file where --env-file does not', options, () => {
    const folder = mkdtempSync(join(tmpdir(), 'soft-stream-config-'));
    writeFileSync(join(folder, 'a.env'), 'cam0_name=from a\n');

    const { cameras } = load({ SOFT_STREAM_ENV_FILE: join(folder, 'a.env') });
    rmSync(folder, { recursive: true });

    assert.equal(cameras[0]?.name, 'from a');
  });

  it('a missing file is an error that names it', options, () => {
    const error = problemsOf(() => load({ SOFT_STREAM_ENV_FILE: 'nowhere.env' }));

    assert.match(error.message, /\/srv\/nowhere\.env: cannot be read: no such file/);
  });

  it('of a key that comes twice the last counts, with a warning', options, () => {
    const { cameras, warnings } = loadFile('cam0_width=640\ncam0_width=800\n');

    assert.equal(cameras[0]?.width, 800);
    assert.match(warnings?.[0] ?? '', /cam0_width is set twice: line 2 of .* counts/);
  });

  it('a comment behind a value that refuses it gets its hint, quoted or not', options, () => {
    for (const line of [
      'cam0_fps=15 # frames',
      'cam0_fps="15" # frames',
      "cam0_fps='15'# frames",
      'cam0_fps="15" ;frames',
    ]) {
      const { message } = problemsOf(() => loadFile(`${line}\n`));

      assert.match(message, /cam0_fps=.* must be .*; a comment needs a line of its own/, line);
    }
  });

  it('a comment that becomes part of a name in silence is a warning; a number sign in a name is none', options, () => {
    for (const line of ['cam0_name="Printer" # the left one', 'cam0_name=Printer # the left one']) {
      const { cameras, warnings } = loadFile(`${line}\n`);

      assert.match(cameras[0]?.name ?? '', /^Printer ?# the left one$/);
      assert.match(
        warnings[0] ?? '',
        /cam0_name \(line 1 of .*\): what looks like a comment is part of the value "Printer/,
      );
    }
    for (const line of ['cam0_name=Printer #2', 'cam0_name="Printer # 2"', "cam0_name='a'b", 'cam0_name=C#; D'])
      assert.deepEqual(loadFile(`${line}\n`).warnings, [], line);
  });

  it('a refused value shows what is invisible in it', options, () => {
    const { message } = problemsOf(() => load({ cam0_fps: '15\u200b', cam0_width: '12\u00a080' }));

    assert.match(message, /cam0_fps="15\\u200b" \(environment\): must be/);
    assert.match(message, /cam0_width="12\\u00a080" \(environment\): must be/);
  });

  it('in a container http listens on 0.0.0.0:18081+N whatever the file says', options, () => {
    const { cameras, container } = load({ SOFT_STREAM_CONTAINER: '1', cam2_port: '9000', cam2_bind: '192.168.1.5' });

    assert.equal(container, true);
    assert.deepEqual([cameras[0]?.bind, cameras[0]?.port], ['0.0.0.0', 18083]);
  });

  it('a folder for sockets gives every camera one there, but for a camera that names its own', options, () => {
    const { cameras } = load({ SOFT_STREAM_SOCKET_DIR: '/run/web', cam0_name: 'A', cam3_socket: '/run/own.sock' });

    assert.deepEqual(
      cameras.map((each) => each.socket),
      ['/run/web/cam0.sock', '/run/own.sock'],
    );
    assert.equal(load({ cam0_name: 'A', SOFT_STREAM_SOCKET_DIR: '' }).cameras[0]?.socket, undefined);
  });

  it('a relative recording is relative to the environment file, without one to the working directory', options, () => {
    const { cameras, envFile } = loadFile('cam0_driver=recorded\ncam0_recording=loops/left\n');

    assert.equal(cameras[0]?.recorded.recording, envFile?.replace('test.env', 'loops/left'));
    assert.equal(
      load({ cam0_driver: 'recorded', cam0_recording: 'a.mjpeg' }).cameras[0]?.recorded.recording,
      '/srv/a.mjpeg',
    );
  });

  it('the watchdog of a camera is the global one where it has none', options, () => {
    const { cameras } = load({ watchdog_timeout: '20', cam0_watchdog_timeout: '0', cam1_linger: '0.5' });

    assert.deepEqual(
      cameras.map(({ watchdogTimeoutMs, lingerMs }) => [watchdogTimeoutMs, lingerMs]),
      [
        [0, 5_000],
        [20_000, 500],
      ],
    );
  });

  it('lists and words of the whole program', options, () => {
    const config = load({
      allowed_hosts: 'Pi.example.org, *.example.net',
      allow_origin: 'https://octopi.local:8443 http://a.lan',
      frame_ancestors: "'self'  https://octopi.local",
      SOFT_STREAM_EXIT_66: 'wait',
      log_level: 'debug',
      log_format: 'text',
      max_viewers: '7',
    });

    assert.deepEqual(config.allowedHosts, ['pi.example.org', '*.example.net']);
    assert.deepEqual(config.allowOrigin, ['https://octopi.local:8443', 'http://a.lan']);
    assert.equal(config.frameAncestors, "'self' https://octopi.local");
    assert.deepEqual(
      [config.exit66, config.logLevel, config.logFormat, config.maxViewers],
      ['wait', 'debug', 'text', 7],
    );
  });

  it('the log is for people on a terminal, JSON otherwise', options, () => {
    const at = (isTerminal: boolean) => loadConfig({ env: base, cwd: '/', isTerminal }).logFormat;

    assert.deepEqual([at(true), at(false)], ['text', 'json']);
  });
});

describe('configuration: what is wrong', options, () => {
  it('every wrong key is named with its value, its place and what is allowed', options, () => {
    const error = problemsOf(() =>
      loadFile('cam0_width=12x\ncam0_quality=best\n\ncam0_autofocus=yes\n', { cam0_fps: '0' }),
    );

    const lines = error.message.replaceAll(/ of \/[^)]*/g, '').split('\n');
    assert.deepEqual(lines, [
      '4 settings are wrong:',
      '  cam0_width=12x (line 1): must be a whole number from 64 to 16384',
      '  cam0_fps=0 (environment): must be a whole number from 1 to 240',
      '  cam0_quality=best (line 2): must be very-low, low, medium, high, very-high or a whole number from 1 to 100',
      '  cam0_autofocus=yes (line 4): must be 0 or 1',
    ]);
  });

  const unknown: readonly [string, string][] = [
    ['cam0_heigth', 'cam0_height'],
    ['cam0_resolution_width', 'cam0_snapshot_width'],
    ['cam1_snaphot_quality', 'cam1_snapshot_quality'],
    ['CAM0_WIDTH', 'cam0_width'],
    ['cam00_width', 'cam0_width'],
    ['camera0_width', 'cam0_width'],
    ['allowed_host', 'allowed_hosts'],
    ['SOFT_STREAM_RUNDIR', 'SOFT_STREAM_RUN_DIR'],
  ];
  for (const [key, suggestion] of unknown) {
    it(`an unknown key in the file is an error: ${key} suggests ${suggestion}`, options, () => {
      const error = problemsOf(() => loadFile(`${key}=1\n`));

      assert.match(error.message, new RegExp(`${key} \\(line 1 of .*\\): unknown key; did you mean ${suggestion}\\?`));
    });
  }

  it('the process environment is searched only for names that look like ours', options, () => {
    const error = problemsOf(() =>
      load({ PATH: '/bin', name: 'x', SOFT_STREAM_SOMETHING: '1', cam0_colour: '1', SOFT_STREAM_EXIT66: 'wait' }),
    );

    assert.deepEqual(
      error.problems.map(({ key }) => key),
      ['cam0_colour', 'SOFT_STREAM_EXIT66'],
    );
  });

  it('keys that compose and the units read from the same file are not ours to judge', options, () => {
    assert.equal(
      loadFile('SOFT_STREAM_RESTART=always\nDEBIAN_RELEASE=trixie\nCOMPOSE_PROFILES=edge\n').cameras.length,
      2,
    );
  });

  const clashes: readonly [string, Record<string, string>, string][] = [
    ['index', { cam0_index: '1', cam1_index: '1' }, 'cam1_index=1 (environment): cam0 and cam1 have the same index'],
    [
      'a default index',
      { cam0_index: '1', cam1_width: '640' },
      'cam1_index=1 (default): cam0 and cam1 have the same index',
    ],
    [
      'id',
      { cam0_id: 'i2c@88000/imx708@1a', cam1_id: '/base/axi/rp1/i2c@88000/imx708@1a' },
      'cam0 and cam1 have the same id',
    ],
    ['port', { cam0_port: '8000', cam2_port: '8000' }, 'cam0 and cam2 have the same port'],
    [
      'a default port',
      { cam0_port: '18082', cam1_index: '1' },
      'cam1_port=18082 (default): cam0 and cam1 have the same port',
    ],
    ['socket', { cam0_socket: '/run/a.sock', cam1_socket: '/run/a.sock' }, 'cam0 and cam1 have the same socket'],
  ];
  for (const [title, env, message] of clashes) {
    it(`two cameras with the same ${title}`, options, () => {
      assert.ok(problemsOf(() => load(env)).message.includes(message));
    });
  }

  it('any free port may be asked for twice', options, () => {
    assert.equal(load({ cam0_port: '0', cam1_port: '0' }).cameras.length, 2);
  });

  it('driver recorded needs a recording', options, () => {
    assert.match(
      problemsOf(() => load({ cam0_driver: 'recorded' })).message,
      /cam0_driver=recorded .*: needs cam0_recording/,
    );
  });

  it('a run directory too long for the name of a socket', options, () => {
    const path = `/tmp/${'x'.repeat(81)}`;

    assert.match(problemsOf(() => load({ SOFT_STREAM_RUN_DIR: path })).message, /must have at most 85 bytes/);
    assert.equal(load({ SOFT_STREAM_RUN_DIR: path.slice(0, 85) }).runDir.length, 85);
  });

  it('problems of the file itself and of the settings come together', options, () => {
    const error = problemsOf(() => loadFile('export cam0_width=1\ncam0_fps=x\n'));

    assert.equal(error.problems.length, 2);
  });
});
