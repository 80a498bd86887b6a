// The site and the snippets of deploy/nginx as a real nginx serves them, in front of the pair.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type HostNginx, startHostNginx } from '../containers/host-nginx.ts';
import { type Pair, startPair } from '../harness/start-pair.ts';
import { ask, isWholeJpeg } from './request.ts';

const timeout = 60_000;
const hasNginx = spawnSync('nginx', ['-v']).status === 0;
const AUTHORIZATION = `Basic ${Buffer.from('me:word').toString('base64')}`;

describe('deploy/nginx', { skip: hasNginx ? false : 'nginx is not installed', timeout: 120_000 }, () => {
  let pair: Pair;
  let nginx: HostNginx;
  let folder: string;

  before(async () => {
    pair = await startPair();
    folder = await mkdtemp(join(tmpdir(), 'nginx-site-'));
    await chmod(folder, 0o755);
    const passwordFile = join(folder, 'passwords');
    await writeFile(passwordFile, 'me:{PLAIN}word\n');
    const backends = [Number(new URL(pair.url(0)).port), Number(new URL(pair.url(1)).port)] as const;
    nginx = await startHostNginx({ passwordFile, socketFolder: folder, backends });
  });
  after(async () => {
    await nginx?.[Symbol.asyncDispose]();
    await pair?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const underPath = (path: string) => fetch(`http://127.0.0.1:${nginx.prefixPort}${path}`, { redirect: 'manual' });
  const onSite = (path: string) =>
    fetch(`http://127.0.0.1:${nginx.ports[0]}${path}`, { headers: { Authorization: AUTHORIZATION } });

  for (const [path, location] of [
    ['/webcam', '/webcam/'],
    ['/webcam?action=snapshot', '/webcam/?action=snapshot'],
    ['/webcam2?action=stream&x=1', '/webcam2/?action=stream&x=1'],
  ] as const) {
    test(`${path} is sent on to ${location}, and nobody is told to remember that`, { timeout }, async () => {
      const response = await underPath(path);

      assert.ok([302, 303, 307].includes(response.status), String(response.status));
      assert.equal(response.headers.get('location'), location);
    });
  }

  test('a snapshot under a path is a picture, with and without the slash', { timeout }, async () => {
    const paths = [
      '/webcam?action=snapshot',
      '/webcam/?action=snapshot',
      '/webcam2/?action=snapshot_0',
      '/webcam/SNAPSHOT/',
    ];
    for (const path of paths) {
      const response = await fetch(`http://127.0.0.1:${nginx.prefixPort}${path}`);

      assert.equal(response.status, 200, path);
      assert.equal(response.headers.get('content-type'), 'image/jpeg');
      assert.ok(isWholeJpeg(Buffer.from(await response.arrayBuffer())));
    }
    const direct = await ask(pair.url(0, '/snapshot'), { headers: {}, timeoutMs: 10_000 });
    assert.ok(isWholeJpeg(direct.body));
  });

  test('an unknown action under a path is not the page', { timeout }, async () => {
    const response = await underPath('/webcam/?action=command');

    assert.equal(response.status, 404);
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain/);
    assert.match(await response.text(), /action=snapshot/);
  });

  test('metrics and liveness are not published, however they are written', { timeout }, async () => {
    for (const name of [
      'metrics',
      'METRICS',
      'metrics/',
      '/metrics',
      '%6detrics',
      'healthz',
      'Healthz//',
      './metrics',
    ]) {
      assert.equal((await onSite(`/${name}`)).status, 404, `/${name}`);
      assert.equal((await underPath(`/webcam/${name}`)).status, 404, `/webcam/${name}`);
      assert.equal((await underPath(`/webcam2/${name}`)).status, 404, `/webcam2/${name}`);
    }
    assert.equal((await onSite('/status')).status, 200);
  });
});
