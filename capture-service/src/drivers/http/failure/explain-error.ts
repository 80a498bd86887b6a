// From what Node.js says about a connection to why there is no picture. Pure; the codes were measured one by one
// against servers that misbehave in that way.

import { errorCode, errorMessage } from '@soft-stream/shared/runtime/errors';
import { UpstreamError } from './upstream-error.ts';

/** How far the request had come. */
export type Phase = 'name' | 'connect' | 'tls' | 'head' | 'body';

export interface Circumstances {
  readonly phase: Phase;
  /** `printer.local:8080`: never with a path, a query or a password */
  readonly host: string;
  /** `cam2` */
  readonly camera: string;
}

export function explainError(error: unknown, { phase, host, camera }: Circumstances): UpstreamError {
  if (error instanceof UpstreamError) return error;
  const code = errorCode(error) ?? '';
  const because = (...[failure, message]: ConstructorParameters<typeof UpstreamError>) =>
    new UpstreamError(failure, message, { cause: error });

  if (code === 'ENOTFOUND') {
    const hint = host.includes('.local') ? '; names in .local need mDNS here, an IP address always works' : '';
    return because('name not found', `nobody knows the name of ${host}: check ${camera}_url${hint}`);
  }
  if (code === 'EAI_AGAIN') return because('name not found', `the name server did not answer for ${host}`);
  if (code === 'ECONNREFUSED') {
    return because('refused', `${host} refuses connections: is the camera's server running, is the port right?`);
  }
  if (UNREACHABLE.has(code)) return because('no answer', `${host} cannot be reached (${code})`);
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return because('TLS', `${host} does not speak TLS on this port: http:// instead of https:// in ${camera}_url?`);
  }
  if (isCertificateCode(code))
    return because('TLS', `${certificateProblem(code)} of ${host}; ${adviceFor(code, camera)}`);
  if (code.startsWith('HPE_')) return becauseOfParser(because, code, host);
  if (code === 'ECONNRESET' || code === 'EPIPE' || errorMessage(error) === 'aborted') {
    return because('ended', phase === 'body' ? `${host} cut the connection` : `${host} hung up before it answered`);
  }
  return because('ended', `${host}: ${code === '' ? 'the connection failed' : code}`);
}

/** No answer in time; a camera that is busy looks like one that is silent. */
export function explainSilence({ phase, host }: Omit<Circumstances, 'camera'>, waitedMs: number): UpstreamError {
  const seconds = Math.round(waitedMs / 100) / 10;
  const what = {
    name: `its name was not found within ${seconds} s`,
    connect: `no connection within ${seconds} s: is it switched on, and in this network?`,
    tls: `connected, but no TLS within ${seconds} s`,
    head: `connected, but no answer within ${seconds} s: many small cameras serve one viewer at a time, so close others`,
    body: `it answered, but sent nothing for ${seconds} s`,
  }[phase];
  return new UpstreamError('no answer', `${host}: ${what}`);
}

const UNREACHABLE = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'ETIMEDOUT', 'EADDRNOTAVAIL']);

const CERTIFICATE_CODES: ReadonlyMap<string, string> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'the certificate is signed by itself'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'the certificate is signed by an unknown authority'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'the certificate is signed by an unknown authority'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'the certificate is signed by an unknown authority'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'the certificate is signed by an unknown authority'],
  ['CERT_HAS_EXPIRED', 'the certificate has expired'],
  ['CERT_NOT_YET_VALID', 'the certificate is not valid yet'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'the certificate is for another name'],
]);

function isCertificateCode(code: string): boolean {
  return CERTIFICATE_CODES.has(code) || code.startsWith('CERT_') || code.startsWith('UNABLE_TO_');
}

function certificateProblem(code: string): string {
  return CERTIFICATE_CODES.get(code) ?? `the certificate is not accepted (${code})`;
}

function adviceFor(code: string, camera: string): string {
  if (code.startsWith('CERT_')) return 'renew it, and compare the clocks of both machines';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `use the name that it is for in ${camera}_url`;
  return `name the file of its certificate, or of the authority, in ${camera}_ca_file`;
}

function becauseOfParser(
  because: (...args: ConstructorParameters<typeof UpstreamError>) => UpstreamError,
  code: string,
  host: string,
): UpstreamError {
  if (code === 'HPE_HEADER_OVERFLOW') return because('not HTTP', `the head of the answer of ${host} has no end`);
  return because('not HTTP', `${host} does not answer in HTTP (${code})`);
}
