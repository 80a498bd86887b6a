// Test program: owns a ring and its control socket until it is killed. Arguments: object name, socket path.

import { createServer } from 'node:net';
import { openPublisher } from '../publisher.ts';
import { frameOf, SMALL_SLOTS } from './test-ring.ts';

const [objectName = '', controlSocketPath = ''] = process.argv.slice(2);
const publisher = openPublisher({ objectName, controlSocketPath, ...SMALL_SLOTS });
publisher.publish(frameOf('ffd8aaffd9'));
createServer().listen(controlSocketPath, () => process.stdout.write('ready\n'));
