// One GET until the head of its answer is there: every phase within one deadline, redirects and passwords followed, every
// failure with its cause. Whoever gets an answer reads or closes it.

import http, { type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { abortable } from '@soft-stream/shared/runtime/abortable';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import { explainError, explainSilence, type Phase } from '../failure/explain-error.ts';
import { UpstreamError } from '../failure/upstream-error.ts';
import { type Authorization, authorize, type Credentials } from '../password/authorization.ts';
import { followRedirect, mayHaveCredentials } from '../password/redirects.ts';
import { judgeHead, type Promised } from '../reading/judge-head.ts';

/** What to ask, and as whom: from the configuration alone. */
export interface Target {
  readonly url: URL;
  /** `cam2` */
  readonly camera: string;
  /** `cam2_url`, for advice */
  readonly key: string;
  readonly credentials: Credentials | undefined;
  /** PEM; undefined = the authorities of this machine */
  readonly ca: Buffer | undefined;
}

export interface Answer {
  readonly promised: Extract<Promised, { readonly kind: 'stream' | 'picture' }>;
  readonly response: IncomingMessage;
}

export interface Requester {
  /** One at a time. @throws {UpstreamError}; `signal.reason` when aborted */
  ask(signal: AbortSignal): Promise<Answer>;
  /** Ends what is open; resolves when the socket is closed, so that a camera for one viewer is free again. */
  close(): Promise<void>;
}

/** From the name to the head of the answer. */
export const HEAD_WITHIN_MS = 10_000;
const MAX_HEAD_BYTES = 16 * 1024;
const USER_AGENT = 'soft-stream';
/** Asked again when a password is refused: the first 401 asks for it, the second may say that a nonce has aged. */
const MAX_REFUSALS = 2;

export function createRequester(target: Target, clock: Clock): Requester {
  const { camera, key, credentials } = target;
  const agents = keptAgents();
  let authorization: Authorization | undefined;
  let open: Exchange | undefined;

  const headersFor = (url: URL) => ({
    'User-Agent': USER_AGENT,
    'Accept-Encoding': 'identity',
    ...(authorization !== undefined && mayHaveCredentials(url, target.url)
      ? { Authorization: authorization.header(url.pathname + url.search) }
      : {}),
  });

  const get = (url: URL, signal: AbortSignal) => {
    const agent = agents[url.protocol === 'https:' ? 'https' : 'http'];
    const opened = (exchange: Exchange) => {
      open = exchange;
    };
    return getHead({ url, headers: headersFor(url), camera, ca: target.ca, agent, clock, signal, opened });
  };
  const close = async () => {
    const exchange = open;
    open = undefined;
    if (exchange !== undefined) await closed(exchange);
  };

  const ask = async (signal: AbortSignal): Promise<Answer> => {
    let url = target.url;
    let refusals = 0;
    for (let redirects = 0; ; ) {
      const response = await get(url, signal);
      const head = { status: response.statusCode ?? 0, headers: response.headers };
      const promised = judgeHead(head, key, url.host);
      if (promised.kind === 'stream' || promised.kind === 'picture') return { promised, response };
      await close();
      if (promised.kind === 'nothing') throw promised.error;
      if (promised.kind === 'redirect') {
        url = followRedirect(url, promised.location, redirects, key);
        redirects += 1;
        continue;
      }
      refusals += 1;
      if (!mayHaveCredentials(url, target.url))
        throw refused(`${url.host} asks for a password; it gets none by redirect`);
      authorization = answerChallenge(promised.challenge, refusals);
    }
  };

  const answerChallenge = (challenge: string, refusals: number): Authorization => {
    if (credentials === undefined) throw refused(`a password is needed: set ${key}_user and ${key}_password_file`);
    const isWrong = refusals > 1 && authorization?.isStale(challenge) !== true;
    if (isWrong || refusals > MAX_REFUSALS) throw refused(`the password of ${camera}_url_user is not accepted`);
    const next = authorize(challenge, credentials);
    if (next === undefined) throw refused('the camera asks for a password in a way that is neither basic nor digest');
    return next;
  };

  return {
    ask,
    async close() {
      await close();
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

function refused(message: string): UpstreamError {
  return new UpstreamError('password', message);
}

/** Its own, of one socket: the connection is kept between pictures that are fetched one by one. */
function keptAgents() {
  const options = { keepAlive: true, maxSockets: 1 };
  return { http: new http.Agent(options), https: new https.Agent(options) };
}

/** Destroys it and waits for its socket: one that still lives would lock us out of a camera for one viewer. */
function closed({ response, request }: Exchange): Promise<void> {
  const socket = response?.socket ?? request.socket;
  request.destroy();
  response?.destroy();
  socket?.destroy();
  if (socket === null || socket === undefined || socket.closed) return Promise.resolve();
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

interface Exchange {
  readonly request: ClientRequest;
  response: IncomingMessage | undefined;
}

interface HeadRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly camera: string;
  readonly ca: Buffer | undefined;
  readonly agent: Agent | false;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** as soon as there is something to close */
  opened(exchange: Exchange): void;
}

function getHead(options: HeadRequest): Promise<IncomingMessage> {
  const { url, headers, camera, ca, agent, clock, signal, opened } = options;
  const { host } = url;
  const isSecure = url.protocol === 'https:';
  let phase: Phase = isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0 ? 'name' : 'connect';
  const enter = (next: Phase) => () => {
    phase = next;
  };
  return abortable(signal, (resolve, reject) => {
    const secrets = isSecure && ca !== undefined ? { ca } : {};
    const request = (isSecure ? https : http).get(url, { agent, headers, maxHeaderSize: MAX_HEAD_BYTES, ...secrets });
    const exchange: Exchange = { request, response: undefined };
    opened(exchange);
    request.on('socket', (socket) => {
      if (!socket.connecting) return enter('head')();
      socket.once('lookup', enter('connect'));
      socket.once('connect', enter(isSecure ? 'tls' : 'head'));
      socket.once('secureConnect', enter('head'));
    });
    // Both stay: an error without a listener ends the process, and a socket may say something long after the head.
    request.on('error', (error) => reject(explainError(error, { phase, host, camera })));
    request.on('response', (response) => {
      response.on('error', () => {});
      exchange.response = response;
      resolve(response);
    });
    request.on('upgrade', (_response, socket) => {
      socket.destroy();
      reject(new UpstreamError('not HTTP', `${host} wants to speak another protocol`));
    });
    const cancel = clock.after(HEAD_WITHIN_MS, () => {
      reject(explainSilence({ phase, host }, HEAD_WITHIN_MS));
      request.destroy();
    });
    return (isAborted) => {
      cancel();
      if (isAborted) request.destroy();
    };
  });
}
