// `/controls`: what can be set of the camera while it runs. PATCH sets one or several, all or nothing; DELETE gives the
// environment file's values back. Which of them a page may set is decided in capture.

import type Router from '@koa/router';
import { type ControlValue, isControlValue } from '@soft-stream/shared/api/controls';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { visibleText } from '@soft-stream/shared/runtime/visible-text';
import type { PortalCamera } from '../camera/portal-camera.ts';
import { HttpProblem } from '../errors/http-problem.ts';
import { requireOwnPage } from '../rules/own-page.ts';
import { readBody } from '../rules/read-body.ts';

/** All controls at once need a quarter of it. */
const MAX_BODY_BYTES = 4 * 1_024;

export function registerControls(router: Router, camera: PortalCamera, clock: Clock): void {
  router.get('/controls', async (context) => {
    context.set('Cache-Control', 'no-store');
    context.body = await camera.controls.get();
  });

  router.patch('/controls', async (context) => {
    requireOwnPage(context.headers);
    if (!context.is('application/json'))
      throw new HttpProblem('ERR_MEDIA_TYPE', 'send a JSON object with Content-Type: application/json');
    const values = readValues(await readBody(context.req, clock, MAX_BODY_BYTES));
    context.set('Cache-Control', 'no-store');
    context.body = await camera.controls.set(values);
  });

  router.delete('/controls', async (context) => {
    requireOwnPage(context.headers);
    const { name = null } = context.query;
    if (Array.isArray(name)) throw new HttpProblem('ERR_BAD_PARAMETER', 'name must be given once');
    context.set('Cache-Control', 'no-store');
    context.body = await camera.controls.reset(name);
  });
}

/** @throws {HttpProblem} ERR_BAD_PARAMETER */
function readValues(body: string): Readonly<Record<string, ControlValue>> {
  const entries = Object.entries(readObject(body));
  if (entries.length === 0) throw new HttpProblem('ERR_BAD_PARAMETER', 'no control is named');
  const read = entries.map(([name, value]): [string, ControlValue] => {
    if (isControlValue(value)) return [name, value];
    const message = `${visibleText(name)} must be a number, a text, true or false`;
    throw new HttpProblem('ERR_BAD_PARAMETER', message, { details: { control: name, value } });
  });
  return Object.fromEntries(read);
}

function readObject(body: string): object {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new HttpProblem('ERR_BAD_PARAMETER', 'the body is not JSON', { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new HttpProblem('ERR_BAD_PARAMETER', 'the body must be a JSON object such as {"brightness":0.2}');
}
