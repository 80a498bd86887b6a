#!/usr/bin/env node
// For the launcher: prints the USB cameras to take when nothing is configured, as one line of JSON.

import { systemClock } from '@soft-stream/shared/runtime/clock';
import { pino } from 'pino';
import { detectUsbCameras } from './detect-usb-cameras.ts';

const cameras = await detectUsbCameras(process.env, systemClock, pino({ level: 'silent' }));
process.stdout.write(`${JSON.stringify({ version: 1, cameras })}\n`);
