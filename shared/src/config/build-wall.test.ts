import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from './config-error.ts';
import { loadConfig } from './load.ts';

const timeout = 5_000;
const load = (env: Record<string, string>) => loadConfig({ env, cwd: '/srv', isTerminal: false });
const wall = (env: Record<string, string>) => load(env).wall;

test('there is a wall unless it is switched off, on a port that is given up when another program has it', {
  timeout,
}, () => {
  const { isOn, port, isPortChosen, bind, socket, isLive, intervalMs, order } = wall({});

  assert.deepEqual(
    { isOn, port, isPortChosen, bind, socket, isLive, intervalMs, order },
    {
      isOn: true,
      port: 18_080,
      isPortChosen: false,
      bind: '127.0.0.1',
      socket: undefined,
      isLive: false,
      intervalMs: 1_000,
      order: [],
    },
  );
  assert.equal(wall({ wall: '0' }).isOn, false);
  assert.equal(wall({ wall_port: '18080' }).isPortChosen, true);
});

test('in a container it listens where compose publishes it, and beside the cameras sockets', { timeout }, () => {
  const { port, bind, socket } = wall({
    SOFT_STREAM_CONTAINER: '1',
    SOFT_STREAM_SOCKET_DIR: '/run/web',
    wall_port: '9000',
    wall_bind: '192.168.1.5',
  });

  assert.deepEqual({ port, bind, socket }, { port: 18_080, bind: '0.0.0.0', socket: '/run/web/wall.sock' });
});

test('order and groups are taken as they are written', { timeout }, () => {
  const { wall: settings, cameras } = load({ cam0_group: 'Hall 1', cam3_index: '3', wall_order: 'cam3, cam0' });

  assert.deepEqual(settings.order, ['cam3', 'cam0']);
  assert.deepEqual(
    cameras.map(({ group }) => group),
    ['Hall 1', undefined],
  );
});

for (const [env, key, message] of [
  [{ wall_port: '18082' }, 'wall_port', /cam1 has the same port/],
  [{ wall_bind: 'none' }, 'wall_bind', /wall=0/],
  [{ wall_socket: '/run/a', cam1_socket: '/run/a' }, 'wall_socket', /cam1 has the same socket/],
  [{ wall_order: 'cam0,cam7', cam0_index: '0' }, 'wall_order', /no camera/],
  [{ wall_order: 'front' }, 'wall_order', /cam3,cam0/],
  [{ wall_interval: '0.1' }, 'wall_interval', /0\.5 to 60/],
] as const) {
  test(`refused: ${JSON.stringify(env)}`, { timeout }, () => {
    assert.throws(
      () => load(env),
      (error) => {
        assert.ok(error instanceof ConfigError);
        assert.ok(error.message.includes(key), error.message);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

test('what is wrong with a wall that is switched off is nobody’s trouble', { timeout }, () => {
  assert.equal(wall({ wall: '0', wall_port: '18082' }).isOn, false);
});
