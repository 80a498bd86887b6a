// A program that plays a taken-over http-service: same user, same group, same mounts. Tries everything it can think of
// against frames, sockets and capture itself, and prints what came of each: 'done' or the error's code.
// Usage: node taken-over-web.js FRAMES_OBJECT RUN_DIR CAPTURE_PID

import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';

const [frames = '', runDir = '', capturePid = ''] = process.argv.slice(2);
const broker = join(runDir, 'broker.sock');
const operator = join(runDir, 'operator');
const mine = '/tmp/taken-over.frames';

const attempts: Readonly<Record<string, () => unknown>> = {
  'write into the frames': () => fs.closeSync(fs.openSync(frames, 'r+')),
  'append to the frames': () => fs.closeSync(fs.openSync(frames, 'a')),
  'truncate the frames': () => fs.truncateSync(frames, 0),
  'empty the frames by opening': () => fs.closeSync(fs.openSync(frames, 'w')),
  'write through the kept descriptor': () => {
    const descriptor = fs.openSync(frames, 'r');
    fs.closeSync(fs.openSync(`/proc/self/fd/${descriptor}`, 'r+'));
  },
  'truncate through the kept descriptor': () => fs.ftruncateSync(fs.openSync(frames, 'r'), 0),
  'change the times of the frames': () => fs.utimesSync(frames, 0, 0),
  'delete the frames': () => fs.unlinkSync(frames),
  'rename the frames': () => fs.renameSync(frames, `${frames}.old`),
  'give the frames a second name': () => fs.linkSync(frames, `${frames}.second`),
  'link others beside them': () => fs.symlinkSync(mine, `${frames}.new`),
  'make an object of the next camera': () => fs.closeSync(fs.openSync(join(dirname(frames), 'soft-stream.cam7'), 'wx')),
  'fill the shared memory': () => fs.writeFileSync(join(dirname(frames), 'filler'), Buffer.alloc(1024)),
  'make the frames writable': () => fs.chmodSync(frames, 0o666),
  'take the frames over': () => fs.chownSync(frames, process.getuid?.() ?? 0, process.getgid?.() ?? 0),
  'open the folder of the frames': () => fs.chmodSync(dirname(frames), 0o777),
  'delete the broker': () => fs.unlinkSync(broker),
  'rename the broker': () => fs.renameSync(broker, `${broker}.old`),
  'put a file into the run directory': () => fs.writeFileSync(join(runDir, 'file'), 'x'),
  'put a folder into the run directory': () => fs.mkdirSync(join(runDir, 'folder')),
  'rename the operator folder': () => fs.renameSync(operator, `${operator}.old`),
  'list the operator folder': () => fs.readdirSync(operator),
  'look at the operator socket': () => fs.statSync(join(operator, 'control.sock')),
  'open the operator folder': () => fs.chmodSync(operator, 0o777),
  'kill capture': () => process.kill(Number(capturePid), 'SIGKILL'),
  'stop capture': () => process.kill(Number(capturePid), 'SIGSTOP'),
  'see whether capture takes signals': () => process.kill(Number(capturePid), 0),
  'read the memory of capture': () => fs.closeSync(fs.openSync(`/proc/${capturePid}/mem`, 'r')),
  'write the memory of capture': () => fs.closeSync(fs.openSync(`/proc/${capturePid}/mem`, 'r+')),
  'read the environment of capture': () => fs.readFileSync(`/proc/${capturePid}/environ`),
  'list the descriptors of capture': () => fs.readdirSync(`/proc/${capturePid}/fd`),
  'make capture the first to be killed': () => fs.writeFileSync(`/proc/${capturePid}/oom_score_adj`, '1000'),
  'take descriptors from capture': () => run('prlimit', '--pid', capturePid, '--nofile=3'),
  'take the processor from capture': () => run('renice', '-n', '19', '-p', capturePid),
  'bind capture to one core': () => run('taskset', '-cp', '0', capturePid),
  'become root': () => process.setuid?.(0),
  'become capture': () => process.setuid?.(1001),
  'become root by sudo or su': () => run('su', '-c', 'id'),
  'mount something over the frames': () => run('mount', '-t', 'tmpfs', 'tmpfs', dirname(frames)),
  'see a video node': () => fs.closeSync(fs.openSync('/dev/video0', 'r')),
  'write to a video node': () => fs.closeSync(fs.openSync('/dev/video0', 'w')),
  'see a media controller': () => fs.closeSync(fs.openSync('/dev/media0', 'r+')),
  'see the lens': () => fs.closeSync(fs.openSync('/dev/v4l-subdev0', 'r+')),
  'take memory of the cameras': () => fs.closeSync(fs.openSync('/dev/dma_heap/linux,cma', 'r')),
  'make a node of its own': () => run('mknod', '/tmp/video0', 'c', '81', '0'),
};

/** @throws EPERM when the program does not succeed */
function run(program: string, ...args: string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: 'ignore' });
  if (error) throw error;
  if (status !== 0) throw Object.assign(new Error('refused'), { code: 'EPERM' });
}

const outcomes: Record<string, string> = {};
fs.writeFileSync(mine, Buffer.alloc(4096));
for (const [what, attempt] of Object.entries(attempts)) {
  try {
    attempt();
    outcomes[what] = 'done';
  } catch (error) {
    outcomes[what] = (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
outcomes['listen beside the broker'] = await listen(join(runDir, 'operator.sock'));
outcomes['listen in place of the broker'] = await listen(broker);
outcomes['connect to the operator'] = await reach(join(operator, 'control.sock'));
// What it is allowed to: without these the refusals above would say nothing.
outcomes['read the frames'] = fs.readFileSync(frames).toString('latin1', 8, 16);
outcomes['connect to the broker'] = await reach(broker);
fs.rmSync(mine, { force: true });
process.stdout.write(JSON.stringify(outcomes));

function reach(path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve('done');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

function listen(path: string): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(path, () => server.close(() => resolve('done')));
  });
}
