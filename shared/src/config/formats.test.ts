import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { extraArguments, splitWords } from './drivers/rpicam-extra-args.ts';
import { isSameCameraId } from './drivers/rpicam-formats.ts';
import { CAMERA_SETTINGS, GLOBAL_SETTINGS } from './settings.ts';

const options = { timeout: 20_000 };

/** key -> what is taken, what is refused */
const CAMERA_VALUES: Readonly<
  Partial<Record<keyof typeof CAMERA_SETTINGS, readonly [readonly string[], readonly string[]]>>
> = {
  index: [
    ['0', '1', '99'],
    ['-1', '01', '1.0', 'x', '100'],
  ],
  id: [
    ['/base/axi/pcie@1000120000/rp1/i2c@88000/imx708@1a', 'i2c@80000/imx219@10'],
    ['two words', 'ümlaut'],
  ],
  name: [
    ['Printer #1 (left)', 'Küche ☕'],
    ['a\nb', 'x'.repeat(201), 'bell\u0007'],
  ],
  width: [
    ['64', '640', '4608', '16384'],
    ['63', '16385', '0', '+640', '6e2', ' 640', '0x280'],
  ],
  fps: [
    ['1', '15', '240'],
    ['0', '241', '29.97'],
  ],
  port: [
    ['0', '18081', '65535'],
    ['65536', '-1'],
  ],
  bind: [
    ['127.0.0.1', '0.0.0.0', '::1', '::', 'localhost', 'none'],
    ['localhost:80', '1.2.3', 'eth0', '256.1.1.1'],
  ],
  socket: [['/run/a.sock'], ['a.sock', `/${'x'.repeat(107)}`]],
  quality: [
    ['very-low', 'medium', 'very-high', '1', '100'],
    ['Medium', '0', '101', 'best'],
  ],
  snapshot_width: [
    ['0', '64', '4608'],
    ['1', '63', '-1'],
  ],
  snapshot_quality: [
    ['1', '95'],
    ['0', 'high'],
  ],
  autofocus: [
    ['0', '1'],
    ['true', 'yes', 'on', '2', '01'],
  ],
  driver: [
    ['rpicam', 'recorded'],
    ['usb', 'RPICAM'],
  ],
  linger: [
    ['0', '5', '0.25', '3600'],
    ['-1', '3601', '5s', '.5', '1e1'],
  ],
  snapshot_timeout: [
    ['8', '1'],
    ['0', '121'],
  ],
  idle_snapshot: [['still', 'stream'], ['off']],
  public_url: [
    ['https://cam.example.org/left/', 'http://10.0.0.3:8082'],
    ['cam.example.org', 'ftp://x', 'http://user:pw@x', 'http://'],
  ],
  slot_bytes: [
    ['65536', '1048576'],
    ['1M', '1000', '268435457'],
  ],
  rotation: [
    ['0', '180'],
    ['90', '270', '-180'],
  ],
  mode: [
    ['2304:1296:10:P', '4608:2592:10:U', '1536:864', '1536:864:12'],
    ['2304x1296', '2304:1296:10:X', '2304', '2304:1296:10:P:1'],
  ],
  roi: [
    ['0.25,0.25,0.5,0.5', '0,0,1,1'],
    ['0,0,0,0', '0.5,0.5,0.6,0.5', '1,2,3', '0,0,1,1,1', 'a,b,c,d'],
  ],
  exposure: [
    ['normal', 'sport', 'long', '10000', '1'],
    ['short', '0', '1/100', '10ms'],
  ],
  gain: [
    ['0', '1', '2.5', '64'],
    ['-1', '65', 'auto'],
  ],
  awb: [
    ['auto', 'daylight'],
    ['sunny', 'Auto'],
  ],
  brightness: [
    ['-1', '-0.5', '0', '1'],
    ['1.1', '-2'],
  ],
  contrast: [
    ['0', '1.5', '32'],
    ['-0.1', '33'],
  ],
  sharpness: [['0', '16'], ['16.1']],
  saturation: [['0', '32'], ['-1']],
  denoise: [['auto', 'off', 'cdn_off', 'cdn_fast', 'cdn_hq'], ['on']],
  hdr: [
    ['off', 'auto', 'sensor', 'single-exp'],
    ['1', 'on'],
  ],
  tuning_file: [['/usr/share/libcamera/ipa/rpi/pisp/imx219.json'], ['imx219.json', '-']],
  autofocus_range: [['normal', 'macro', 'full'], ['near']],
  autofocus_speed: [['normal', 'fast'], ['slow']],
  autofocus_window: [['0.3,0.3,0.4,0.4'], ['0.3 0.3 0.4 0.4']],
  lens_position: [
    ['default', '0', '2.5', '32'],
    ['infinity', '-1', '33'],
  ],
  extra_args: [
    ['--ev 0.5 --metering spot', '--ev -1', '--ev=-0.5', '--no-raw', '--post-process-file "/etc/my file.json"'],
    ['spot', '--no-raw spot'],
  ],
};

const GLOBAL_VALUES: Readonly<
  Partial<Record<keyof typeof GLOBAL_SETTINGS, readonly [readonly string[], readonly string[]]>>
> = {
  allowed_hosts: [
    ['pi.example.org', 'a, b c', '*.example.org', '192.168.1.1'],
    ['http://x', 'pi:8081', '*', '-x.org'],
  ],
  allow_origin: [
    ['*', 'https://a.org', 'http://a.org:81, https://b.org'],
    ['a.org', 'https://a.org/', 'null', 'https://A.org', '* https://a.org'],
  ],
  webrtc_port: [
    ['1', '18189', '65535'],
    ['0', '65536'],
  ],
  webrtc_bind: [
    ['0.0.0.0', '::', '192.168.1.5'],
    ['localhost', 'none', 'pi.local'],
  ],
  webrtc_host: [
    ['pi.example.org', '10.8.0.1, pi.local', 'fd00::1'],
    ['pi.local:18189', 'http://pi.local'],
  ],
  webrtc_ice_servers: [
    ['stun:stun.example.org', 'stun:192.0.2.1:3478', 'stun:[2001:db8::1]:3478, turn:user:pass@turn.example.org:443'],
    [
      'stun.example.org',
      'turn:turn.example.org',
      'stun:a:b@stun.example.org',
      'stun:a>b',
      'turns:u:p@turn.example.org',
    ],
  ],
  frame_ancestors: [
    ["'self'", 'self', "'none'", 'none', '*', "'self' https://a.org:8080 http://*.b.org"],
    ["'self'; script-src *", "'self', x", 'https://a.org/path', 'none self'],
  ],
  log_level: [
    ['trace', 'info', 'fatal'],
    ['silent', 'INFO'],
  ],
};

describe('formats', options, () => {
  const all = [
    ...Object.entries(CAMERA_VALUES).map(
      ([key, values]) => [`camN_${key}`, CAMERA_SETTINGS[key as 'id'].format, values] as const,
    ),
    ...Object.entries(GLOBAL_VALUES).map(
      ([key, values]) => [key, GLOBAL_SETTINGS[key as 'log_level'].format, values] as const,
    ),
  ];
  for (const [key, format, [taken, refused]] of all) {
    it(`${key} is ${format.allowed}`, options, () => {
      assert.deepEqual(
        taken.filter((text) => format.read(text) === undefined),
        [],
        'refused wrongly',
      );
      assert.deepEqual(
        refused.filter((text) => format.read(text) !== undefined),
        [],
        'taken wrongly',
      );
    });
  }

  it('the five names of quality stand for 25, 35, 50, 65 and 80', options, () => {
    const values = ['very-low', 'low', 'medium', 'high', 'very-high', '42'].map(
      (text) => CAMERA_SETTINGS.quality.format.read(text)?.value,
    );

    assert.deepEqual(values, [25, 35, 50, 65, 80, 42]);
  });

  it('self and none get the quotes that the environment file took away', options, () => {
    const { read } = GLOBAL_SETTINGS.frame_ancestors.format;

    assert.deepEqual(
      [read('self https://a.org'), read("'self'"), read('none')],
      ["'self' https://a.org", "'self'", "'none'"],
    );
  });

  it('ids are the same when whole, or when one is the tail of the other at a slash', options, () => {
    const whole = '/base/axi/pcie@1000120000/rp1/i2c@88000/imx708@1a';
    assert.equal(isSameCameraId(whole, whole), true);
    assert.equal(isSameCameraId(whole, 'i2c@88000/imx708@1a'), true);
    assert.equal(isSameCameraId('imx708@1a', whole), true);
    assert.equal(isSameCameraId('708@1a', whole), false);
    assert.equal(isSameCameraId('i2c@80000/imx708@1a', whole), false);
  });
});

describe('extra arguments', options, () => {
  const words: readonly [string, readonly string[] | undefined][] = [
    ['--ev 0.5  --metering\tspot', ['--ev', '0.5', '--metering', 'spot']],
    ['"a b" \'c "d\' e\\ f', ['a b', 'c "d', 'e f']],
    ['a"b"\'c\'d', ['abcd']],
    ['""', ['']],
    ['"x\\"y\\z"', ['x"y\\z']],
    ['$HOME $(reboot) `id` ; rm | > *', ['$HOME', '$(reboot)', '`id`', ';', 'rm', '|', '>', '*']],
    ['', []],
    ['"open', undefined],
    ["it's", undefined],
    ['end\\', undefined],
  ];
  for (const [text, expected] of words) {
    it(`splits ${JSON.stringify(text)}`, options, () => assert.deepEqual(splitWords(text), expected));
  }

  const owned =
    `--camera --output --codec --timeout --nopreview --flush --list-cameras --info-text --metadata --signal --segment
    --circular --split --config --immediate --encoding --frames --initial --keypress --verbose --help --version`.split(
      /\s+/,
    );
  for (const option of owned) {
    it(`refuses ${option}, with and without a value, and its shortened forms`, options, () => {
      const expected = new RegExp(`^${option} belongs to this program$`);
      assert.match(extraArguments.explain(`${option} 1`) ?? '', expected);
      assert.match(extraArguments.explain(`${option}=1`) ?? '', expected);
      assert.notEqual(extraArguments.explain(`${option.slice(0, -1)} 1`), undefined);
    });
  }

  const refused: readonly [string, RegExp][] = [
    ['-o x', /-o: only long options/],
    ['-t0', /only long options/],
    ['--outp x', /--output belongs to this program/],
    ['--width 100', /--width has a setting of its own: camN_width/],
    ['--framerate 5', /camN_fps/],
    ['--shutter 100', /camN_exposure/],
    ['--autofocus-mode manual', /camN_autofocus$/],
    ['--', /only long options/],
    ['- x', /only long options/],
    ['x.jpg', /"x.jpg" belongs to no option/],
    ['--ev 1 2', /"2" belongs to no option/],
    ['--ev=1 2', /"2" belongs to no option/],
    ['--ev "1', /quote is never closed/],
    ['--ev "1\n"', /control characters/],
  ];
  for (const [text, reason] of refused) {
    it(`refuses ${JSON.stringify(text)} and says why`, options, () => {
      assert.match(extraArguments.explain(text) ?? '', reason);
      assert.equal(extraArguments.read(text), undefined);
    });
  }
});
