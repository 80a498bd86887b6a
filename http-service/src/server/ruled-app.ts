// Koa with the rules that every request passes, whatever is served behind them.

import Koa from 'koa';
import type { Logger } from 'pino';
import { answerError, answerNotFound } from '../errors/error-response.ts';
import { endsStream } from '../routes/stream.ts';
import { requireHost } from '../rules/host-middleware.ts';
import { normalisePath } from '../rules/request-path.ts';
import { setSecurityHeaders } from '../rules/response-headers.ts';

export function createRuledApp(allowedHosts: readonly string[], log: Logger): Koa {
  const app = new Koa();
  app.use(async (context, next) => {
    if (endsStream(context)) return;
    try {
      setSecurityHeaders(context);
      requireHost(context, allowedHosts);
      normalisePath(context);
      await next();
      answerNotFound(context);
    } catch (error) {
      answerError(context, error, log);
    }
  });
  // A visitor who leaves in the middle of an answer is no news; what fails otherwise is logged by answerError.
  app.on('error', (err) => log.debug({ err }, 'answer not finished'));
  return app;
}
