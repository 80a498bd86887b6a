// The name of a camera in params: `cam0` to `cam9999`.

import { invalidParams, type ParamCheck } from '../rpc/params.ts';

export const cameraName: ParamCheck<string> = (value, name) => {
  if (typeof value !== 'string' || !/^cam(0|[1-9]\d{0,3})$/.test(value)) {
    throw invalidParams(`${name} must be the name of a camera, such as cam0`);
  }
  return value;
};
