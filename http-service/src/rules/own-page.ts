// For what only our own pages, and programs, may ask: pages of other sites and ports are refused.

import { HttpProblem } from '../errors/http-problem.ts';
import { isCrossSite, isForeignOrigin, type OriginHeaders } from './same-origin.ts';

/** Our own page meets this behind a proxy that puts its own name into Host. */
const NOT_THIS_HOST =
  'the requesting page has another host or port than this request names; a proxy in front must pass Host on as it ' +
  'came: "proxy_set_header Host $http_host" in nginx, "ProxyPreserveHost On" in Apache';

/** @throws {HttpProblem} ERR_FOREIGN_ORIGIN */
export function requireOwnPage(headers: OriginHeaders): void {
  if (isCrossSite(headers)) throw new HttpProblem('ERR_FOREIGN_ORIGIN', 'not allowed for pages of other sites');
  if (isForeignOrigin(headers)) throw new HttpProblem('ERR_FOREIGN_ORIGIN', NOT_THIS_HOST);
}
