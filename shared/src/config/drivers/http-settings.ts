// Settings of the driver for cameras behind an address.

import { resolve } from 'node:path';
import { line, pathFrom, webAddress } from '../formats/formats.ts';
import { setting } from '../formats/setting.ts';
import { driverSettings } from './driver-settings-module.ts';

export interface HttpSettings {
  /** of MJPEG, or of one JPEG that is asked for again and again; always there when the driver is `http` */
  readonly url: string | undefined;
  readonly user: string | undefined;
  /** absolute path of a file whose first line is the password */
  readonly passwordFile: string | undefined;
  /** absolute path of certificates (PEM) to trust instead of those of this machine */
  readonly caFile: string | undefined;
  readonly snapshotUrl: string | undefined;
}

const fileOf = pathFrom('folder of the environment file');

export const httpSettings = driverSettings({
  keys: {
    url: setting('address of the MJPEG of a network camera, or of a JPEG that is fetched at camN_fps', webAddress),
    url_user: setting('user at that address (basic or digest); needs camN_url_password_file', line(200)),
    url_password_file: setting('file with the password in its first line, readable by capture-service alone', fileOf),
    ca_file: setting('certificates (PEM) to trust for https, for a camera that signs its own', fileOf),
    snapshot_url: setting('address of a JPEG for stills; default: a picture of the stream', webAddress),
  },
  reportsFocus: false,
  needsNetwork: true,
  build(values, baseDir): HttpSettings {
    const path = (text: string | undefined) => (text === undefined ? undefined : resolve(baseDir, text));
    return {
      url: values.url,
      user: values.url_user,
      passwordFile: path(values.url_password_file),
      caFile: path(values.ca_file),
      snapshotUrl: values.snapshot_url,
    };
  },
  describe: () => ({ usesQuality: false, stillSize: undefined, stillQuality: undefined, focusesByItself: false }),
  check({ url, url_user, url_password_file }, camera) {
    if (url === undefined) {
      const message = `needs ${camera}_url, the address of its MJPEG or JPEG`;
      return [{ key: 'driver', value: 'http', message }];
    }
    if ((url_user === undefined) === (url_password_file === undefined)) return [];
    const [key, value, other] =
      url_user === undefined
        ? (['url_password_file', url_password_file ?? '', 'url_user'] as const)
        : (['url_user', url_user, 'url_password_file'] as const);
    return [{ key, value, message: `needs ${camera}_${other} beside it` }];
  },
});
