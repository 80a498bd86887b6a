// What both ways of asking for video (WHEP, and camera-streamer's JSON) have in common.

import type { IceServer } from '@soft-stream/shared/config/formats/formats';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Context } from 'koa';
import type { PortalCamera } from '../../camera/portal-camera.ts';
import { HttpProblem } from '../../errors/http-problem.ts';
import { corsHeaders } from '../../rules/cors.ts';
import { createOwnHosts, namesOfRequest, ourCandidates } from '../host/addresses.ts';
import type { LocalPeer, RemotePeer } from '../sdp/peer.ts';
import { type ClientSdp, readClientSdp, SdpError } from '../sdp/read-sdp.ts';

export interface VideoAnswers {
  /** Opens a session and says where browsers reach it. @throws {HttpProblem} */
  open(context: Context, remote: RemotePeer | null): Promise<{ readonly session: string; readonly local: LocalPeer }>;
}

export function createVideoAnswers({ app, video }: PortalCamera, clock: Clock): VideoAnswers {
  const ownHosts = createOwnHosts(app.webrtc.hosts, clock);
  return {
    async open(context, remote) {
      const { session, local } = await video.open(remote);
      const names = [...namesOfRequest(context.headers), ...(await ownHosts())];
      const candidates = ourCandidates(local.transport.candidates, names, app.webrtc.port);
      return { session, local: { ...local, transport: { ...local.transport, candidates } } };
    },
  };
}

/** @throws {HttpProblem} ERR_BAD_SDP in words for who wrote the client */
export function parseClientSdp(text: string): ClientSdp {
  try {
    return readClientSdp(text);
  } catch (error) {
    if (error instanceof SdpError) throw new HttpProblem('ERR_BAD_SDP', error.message, { cause: error });
    throw error;
  }
}

export function remotePeer({ transport, h264 }: ClientSdp): RemotePeer {
  return { transport, format: h264 };
}

/** CORS as for the stream (`allow_origin`), with what these two need besides; also before an error is thrown. */
export function setVideoHeaders(context: Context, allowOrigin: readonly string[]): void {
  context.set('Cache-Control', 'no-store');
  const headers = corsHeaders(context.get('Origin') || undefined, allowOrigin);
  context.set(headers);
  if (headers['Access-Control-Allow-Origin'] === undefined) return;
  context.set('Access-Control-Expose-Headers', 'Location, ETag, Link, Retry-After');
  if (context.method !== 'OPTIONS') return;
  context.set({
    'Access-Control-Allow-Methods': 'OPTIONS, GET, POST, PATCH, DELETE',
    'Access-Control-Allow-Headers': 'Authorization, Content-Type, If-Match',
    'Access-Control-Max-Age': '86400',
  });
}

/** As RTCPeerConnection's configuration has them. */
export function iceServersJson(servers: readonly IceServer[]): Record<string, string | string[]>[] {
  return servers.map(({ scheme, host, port, credentials }) => ({
    urls: [`${scheme}:${host}:${port}`],
    ...(credentials === undefined ? {} : { username: credentials.username, credential: credentials.password }),
  }));
}
