// Stand-in for rpicam-hello 1.12.0: only what a program without a window uses of it.

import { listCameras } from './listing.ts';
import { parseOptions } from './options.ts';
import { failWith, printVersion } from './program.ts';

const options = parseOptions(process.argv.slice(2));
if (options.has('version')) printVersion();
if (options.has('list-cameras')) await listCameras();
failWith('the stand-in shows no preview');
