// `POST /webrtc`: the JSON that camera-streamer's clients speak (Mainsail's and Fluidd's cards). The server offers, the
// client answers, and candidates follow one by one, often before the answer.

import type Router from '@koa/router';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { PortalCamera } from '../camera/portal-camera.ts';
import { HttpProblem } from '../errors/http-problem.ts';
import { readBody } from '../rules/read-body.ts';
import {
  createVideoAnswers,
  iceServersJson,
  parseClientSdp,
  remotePeer,
  setVideoHeaders,
} from '../video/http/video-answers.ts';
import { readCandidate } from '../video/sdp/candidate.ts';
import type { Candidate } from '../video/sdp/peer.ts';
import { writeOffer } from '../video/sdp/write-sdp.ts';
import { videoIsOff } from './whep.ts';

export type ClientMessage =
  | { readonly type: 'request' }
  | { readonly type: 'answer'; readonly id: string; readonly sdp: string }
  | { readonly type: 'remote_candidate'; readonly id: string; readonly candidates: readonly Candidate[] };

const MAX_CANDIDATES = 32;

export function registerCameraStreamer(router: Router, camera: PortalCamera, clock: Clock): void {
  const { app, video } = camera;
  const answers = createVideoAnswers(camera, clock);

  router.options('/webrtc', (context) => {
    setVideoHeaders(context, app.allowOrigin);
    context.set('Allow', 'OPTIONS, GET, HEAD, POST');
    context.status = 204;
  });

  router.post('/webrtc', async (context) => {
    setVideoHeaders(context, app.allowOrigin);
    if (!camera.config.video.isOn) throw new HttpProblem('ERR_NOT_FOUND', videoIsOff(camera.config.camera));
    // Sent as application/json by some and as text/plain by others.
    const message = parseClientMessage(await readBody(context.req, clock));
    context.status = 200;
    if (message.type === 'request') {
      const { session, local } = await answers.open(context, null);
      const { iceServers } = app.webrtc;
      context.body = {
        id: session,
        type: 'offer',
        sdp: writeOffer(local),
        ...(iceServers.length === 0 ? {} : { iceServers: iceServersJson(iceServers) }),
      };
      return;
    }
    if (message.type === 'answer') await video.answer(message.id, remotePeer(parseClientSdp(message.sdp)));
    else await video.addCandidates(message.id, message.candidates);
    context.body = {};
  });
}

/** @throws {HttpProblem} ERR_BAD_PARAMETER naming what is wrong */
export function parseClientMessage(text: string): ClientMessage {
  const message = parseObject(text);
  const { type, id, sdp, candidates } = message;
  if (type === 'request') return { type };
  if (typeof id !== 'string') throw bad('id must be that of the offer');
  if (type === 'answer') {
    if (typeof sdp !== 'string') throw bad('sdp must be a text');
    return { type, id, sdp };
  }
  if (type !== 'remote_candidate') throw bad('type must be request, answer or remote_candidate');
  if (!Array.isArray(candidates)) throw bad('candidates must be a list');
  return { type, id, candidates: candidates.slice(0, MAX_CANDIDATES).flatMap(parseCandidate) };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { ...value };
  } catch {
    // SyntaxError: said below
  }
  throw bad('the body must be a JSON object');
}

/** An empty candidate says that there are no more. */
function parseCandidate(value: unknown): Candidate[] {
  if (typeof value !== 'object' || value === null || !('candidate' in value)) return [];
  const found = typeof value.candidate === 'string' ? readCandidate(value.candidate) : undefined;
  return found === undefined ? [] : [found];
}

function bad(message: string): HttpProblem {
  return new HttpProblem('ERR_BAD_PARAMETER', message);
}
