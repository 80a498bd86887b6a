// What is tried from inside the sandboxes of the package's units: scripts that print a JSON object of what each attempt
// was refused with. They run in the machine's own Node.js, as CommonJS.

const BEGIN = `
const fs = require('fs'), net = require('net'), out = {};
const attempt = (name, act) => { try { act(); out[name] = 'done'; } catch (error) { out[name] = error.code ?? error.message; } };
const connecting = (name, where) => new Promise((resolve) => {
  const socket = net.connect(where);
  const end = (how) => { out[name] = how; socket.destroy(); resolve(); };
  socket.on('connect', () => end('done')).on('error', (error) => end(error.code));
  setTimeout(() => end('ETIMEDOUT'), 3000).unref();
});
const finish = () => { console.log(JSON.stringify(out)); process.exit(); };
`;

export const ATTACKS_ON_HTTP = `${BEGIN}
for (const name of fs.readdirSync('/dev/shm')) {
  const path = '/dev/shm/' + name;
  attempt('write ' + name, () => fs.openSync(path, 'r+'));
  attempt('truncate ' + name, () => fs.truncateSync(path, 10));
  attempt('remove ' + name, () => fs.unlinkSync(path));
  attempt('rename ' + name, () => fs.renameSync(path, path + 'x'));
  attempt('chmod ' + name, () => fs.chmodSync(path, 0o666));
}
attempt('create a frame', () => fs.writeFileSync('/dev/shm/soft-stream.cam9', 'x'));
attempt('replace the broker', () => fs.unlinkSync('/run/soft-stream/broker.sock'));
attempt('write beside the broker', () => fs.writeFileSync('/run/soft-stream/x', 'x'));
attempt('look into operator', () => fs.readdirSync('/run/soft-stream/operator'));
attempt('write into operator', () => fs.writeFileSync('/run/soft-stream/operator/x', 'x'));
attempt('write to its own program', () => fs.writeFileSync('/usr/lib/soft-stream-cameras/http-service/dist/main.js', ''));
attempt('write to the root', () => fs.mkdirSync('/x'));
attempt('write to the settings', () => fs.writeFileSync('/etc/camera-streamer/camera-soft-stream.env', ''));
attempt('read the program of capture', () => fs.readdirSync('/usr/lib/soft-stream-cameras/capture-service'));
attempt('map a frame for writing', () => require('/usr/lib/soft-stream-cameras/node_modules/shm-typed-array'));
attempt('read the passwords', () => fs.readFileSync('/etc/nginx/soft-stream.htpasswd'));
attempt('read the users', () => fs.readFileSync('/etc/passwd'));
attempt('read a home', () => { if (fs.readdirSync('/root').length > 0) throw new Error('seen'); fs.readFileSync('/root/.bashrc'); });
attempt('read the journal', () => fs.readdirSync('/run/log'));
for (const name of ['mem', 'kmsg', 'media0', 'video0', 'dma_heap', 'sda', 'fuse'])
  attempt('open /dev/' + name, () => fs.openSync('/dev/' + name, 'r'));
attempt('signal another process', () => process.kill(1, 0));
attempt('see another process', () => fs.readdirSync('/proc/1'));
Promise.all([
  connecting('connect to the operator socket', '/run/soft-stream/operator/control.sock'),
  connecting('connect to the bus', '/run/dbus/system_bus_socket'),
  connecting('connect to the manager', '/run/systemd/private'),
]).then(finish);
`;

export const ATTACKS_ON_CAPTURE = `${BEGIN}
out.interfaces = Object.keys(require('os').networkInterfaces()).join(' ') || 'lo';
const status = fs.readFileSync('/proc/self/status', 'utf8');
out.capabilities = ['CapEff', 'CapBnd', 'NoNewPrivs'].map((key) => new RegExp(key + ':\\\\s+(\\\\S+)').exec(status)[1]).join(' ');
attempt('write to the root', () => fs.mkdirSync('/x'));
attempt('write to /etc', () => fs.writeFileSync('/etc/x', ''));
attempt('write to the settings', () => fs.writeFileSync('/etc/camera-streamer/camera-soft-stream.env', ''));
attempt('write to its own program', () => fs.writeFileSync('/usr/lib/soft-stream-cameras/capture-service/dist/main.js', ''));
attempt('read a home', () => fs.readdirSync('/root'));
attempt('make a device', () => fs.writeFileSync('/dev/x', ''));
for (const name of ['mem', 'kmsg', 'sda', 'fuse', 'net/tun']) attempt('open /dev/' + name, () => fs.openSync('/dev/' + name, 'r'));
connecting('connect to the world', { host: '192.0.2.1', port: 80 }).then(finish);
`;
