import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostName, isAllowedHost } from './host-rule.ts';

const allowed = ['cam.example.org', '*.printers.example', 'Upper.Example.Net'];

const table: readonly (readonly [string | undefined, boolean, string])[] = [
  [undefined, true, 'HTTP/1.0 without Host'],
  ['192.168.1.20:18081', true, 'IPv4 with port'],
  ['127.0.0.1', true, 'IPv4'],
  ['[::1]:18081', true, 'IPv6 with port'],
  ['[FE80::1]', true, 'IPv6 in capitals'],
  ['[::ffff:192.168.1.20]:80', true, 'IPv4 in IPv6'],
  ['localhost:18081', true, 'localhost'],
  ['LOCALHOST.', true, 'localhost in capitals with a trailing dot'],
  ['octopi', true, 'a single label'],
  ['my_printer:80', true, 'a single label with an underscore'],
  ['octopi.local', true, 'mDNS'],
  ['OctoPi.Local.:18082', true, 'mDNS, capitals, dot, port'],
  ['pi.lan', true, '.lan'],
  ['pi.attic.internal', true, '.internal'],
  ['pi.home.arpa', true, '.home.arpa'],
  ['cam.example.org:8443', true, 'in allowed_hosts'],
  ['CAM.example.org.', true, 'in allowed_hosts, other case, trailing dot'],
  ['upper.example.net', true, 'allowed_hosts in capitals'],
  ['one.printers.example', true, 'below a wildcard'],
  ['printers.example', false, 'the wildcard itself'],
  ['evilprinters.example', false, 'ends like a wildcard'],
  ['evil.example', false, 'a foreign name'],
  ['cam.example.org.evil.example', false, 'begins like an allowed one'],
  ['127.0.0.1.evil.example', false, 'begins like an address'],
  ['evil.example:18081', false, 'a foreign name with port'],
  ['local.evil.example', false, 'local in front'],
  ['evillocal.example', false, 'no dot before local'],
  ['', false, 'empty'],
  [':80', false, 'port alone'],
  ['a..local', false, 'an empty label'],
  ['[::1', false, 'an open bracket'],
  ['[evil.example]', false, 'a name in brackets'],
  ['pi.local:port', false, 'a port that is none'],
  ['pi.local:123456', false, 'a port too long'],
  ['user@pi.local', false, 'user information'],
  ['pi.local, evil.example', false, 'two hosts'],
  ['pi.local/x', false, 'a path'],
];

for (const [host, expected, what] of table) {
  test(`Host ${JSON.stringify(host)} is ${expected ? 'allowed' : 'refused'}: ${what}`, { timeout: 5_000 }, () => {
    assert.equal(isAllowedHost(host, allowed), expected);
  });
}

test('the name in a Host header comes without port, brackets, trailing dot and capitals', { timeout: 5_000 }, () => {
  assert.equal(hostName('Pi.Local.:80'), 'pi.local');
  assert.equal(hostName('[::1]:80'), '::1');
  assert.equal(hostName('a b'), undefined);
});
