import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePorts } from '../harness/free-port.ts';
import { startPair } from '../harness/start-pair.ts';
import { waitFor } from '../harness/wait-for.ts';
import { openBrowser, pictureNow, skipWithoutChromium, untilPill, visit } from './chromium.ts';

const NGINX = '/usr/sbin/nginx';
const options = { skip: skipWithoutChromium || (existsSync(NGINX) ? false : `no ${NGINX}`), timeout: 120_000 };
/** pi, secret */
const PASSWORD_LINE = 'pi:{PLAIN}secret';

interface Proxy extends AsyncDisposable {
  readonly url: string;
}

/** As MainsailOS and OctoPi publish a camera: below a path of their own, here with a password. */
async function startProxy(target: string): Promise<Proxy> {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-'));
  chmodSync(folder, 0o755); // nginx reads the password as another user when root starts it
  mkdirSync(join(folder, 'temporary'));
  const [port] = await freePorts(1);
  writeFileSync(join(folder, 'password'), PASSWORD_LINE);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((each) => `${each}_temp_path ${join(folder, 'temporary', each)};`)
    .join(' ');
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; error_log stderr; pid ${join(folder, 'pid')}; events {}
     http { access_log off; ${temporary} server { listen 127.0.0.1:${port};
       location /webcam/ { auth_basic camera; auth_basic_user_file ${join(folder, 'password')};
         proxy_pass ${target}/; proxy_http_version 1.1; proxy_buffering off; proxy_set_header Host $http_host; } } }`,
  );
  const nginx = spawn(NGINX, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  const ended = new Promise((resolve) => nginx.once('exit', resolve));
  const url = `http://127.0.0.1:${port}/webcam/`;
  await waitFor('nginx', () => fetch(url).then((response) => response.status === 401));
  return {
    url,
    async [Symbol.asyncDispose]() {
      nginx.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

test('below a path of another site, behind a password, everything on the page works', options, async () => {
  await using pair = await startPair({ cameras: 1 });
  await using proxy = await startProxy(pair.url(0, ''));
  await using opened = await openBrowser();
  const { page, complaints } = await opened.newPage({ httpCredentials: { username: 'pi', password: 'secret' } });

  await visit(page, proxy.url);
  await untilPill(page, 'Live');
  const first = await pictureNow(page);
  await waitFor('the picture to move', async () => (await pictureNow(page)) !== first);
  await page.getByRole('button', { name: 'Snapshot', exact: true }).click();
  await page.locator('#still[data-phase="done"]').waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  const address = await page.locator('#addresses input').first().inputValue();
  await pair.capture.kill();
  await untilPill(page, 'Camera service unreachable');
  await pair.startCapture();
  await untilPill(page, 'Live');

  assert.equal(address, `${proxy.url}?action=stream`);
  assert.deepEqual(
    complaints.filter((text) => !text.includes('401')),
    [],
  );
});
