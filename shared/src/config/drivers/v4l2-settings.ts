// Settings of the driver for USB cameras (V4L2).

import type { Size } from '../../api/camera-status.ts';
import { oneOf } from '../formats/formats.ts';
import { setting } from '../formats/setting.ts';
import { driverSettings } from './driver-settings-module.ts';
import { type ControlSetting, parseV4l2Id, V4L2_ID_ALLOWED, v4l2Controls } from './v4l2-formats.ts';

export interface V4l2Settings {
  /** what the camera is asked for; `yuyv` is encoded here */
  readonly format: 'mjpeg' | 'yuyv';
  /** set before each start, in this order */
  readonly controls: readonly ControlSetting[];
  /** size of stills; undefined = the largest that the camera has */
  readonly stillSize: Size | undefined;
}

export const v4l2Settings = driverSettings({
  keys: {
    v4l2_format: setting(
      'what a USB camera is asked for; yuyv is encoded here by ffmpeg, which costs CPU, for cameras without MJPEG',
      oneOf('mjpeg', 'yuyv'),
      'mjpeg',
    ),
    v4l2_controls: setting('controls of a USB camera, set before each start', v4l2Controls),
  },
  reportsFocus: false,
  build(values): V4l2Settings {
    const { snapshot_width: width, snapshot_height: height } = values;
    // A USB camera focuses by itself and reports nothing: no cycle to wait for, one control to set.
    const focus = values.autofocus ? [{ name: 'autofocus', value: '1' }] : [];
    return {
      format: values.v4l2_format,
      controls: [...focus, ...(values.v4l2_controls ?? [])],
      stillSize:
        width > 0 || height > 0 ? { width: width || values.width, height: height || values.height } : undefined,
    };
  },
  describe: ({ format, stillSize, controls }) => ({
    usesQuality: format !== 'mjpeg',
    stillSize,
    stillQuality: undefined,
    ...(controls.some(({ name, value }) => name === 'autofocus' && value === '1') ? { focusesByItself: true } : {}),
  }),
  check({ id }) {
    if (id === undefined || parseV4l2Id(id) !== undefined) return [];
    return [{ key: 'id', value: id, message: `must be, for a USB camera, ${V4L2_ID_ALLOWED}` }];
  },
  isSameId: (a, b) => a === b,
  adviceOnForeignKeys: (camera) => `see ${camera}_v4l2_controls`,
});
