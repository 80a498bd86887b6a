// Settings of the driver that plays recordings.

import { resolve } from 'node:path';
import { pathFrom } from '../formats/formats.ts';
import { setting } from '../formats/setting.ts';
import { driverSettings } from './driver-settings-module.ts';

export interface RecordedSettings {
  /** absolute path of a folder of .jpg or of an .mjpeg file; always there when the driver is `recorded` */
  readonly recording: string | undefined;
}

export const recordedSettings = driverSettings({
  keys: {
    recording: setting(
      'folder of .jpg files, or an .mjpeg file, for the driver recorded',
      pathFrom('folder of the environment file'),
    ),
  },
  reportsFocus: true,
  idIsPath: true,
  build: ({ recording }, baseDir): RecordedSettings => ({
    recording: recording === undefined ? undefined : resolve(baseDir, recording),
  }),
  check({ recording }, camera) {
    if (recording !== undefined) return [];
    const message = `needs ${camera}_recording, a folder of .jpg files or an .mjpeg file`;
    return [{ key: 'driver', value: 'recorded', message }];
  },
});
