// `/whep`: WebRTC-HTTP Egress Protocol (draft-ietf-wish-whep). The client offers, and its session has an address.

import type Router from '@koa/router';
import type { IceServer } from '@soft-stream/shared/config/formats/formats';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import type { Context } from 'koa';
import type { PortalCamera } from '../camera/portal-camera.ts';
import { HttpProblem } from '../errors/http-problem.ts';
import { readBody } from '../rules/read-body.ts';
import { createVideoAnswers, parseClientSdp, remotePeer, setVideoHeaders } from '../video/http/video-answers.ts';
import { readCandidate } from '../video/sdp/candidate.ts';
import { writeAnswer } from '../video/sdp/write-sdp.ts';

/** Clients append `/whep` to the address of the stream that their user has typed. */
const PATHS = ['/whep', '/webrtc/whep'];
const SESSION_PATHS = PATHS.map((path) => `${path}/:session`);
const MAX_CANDIDATES = 32;

export function registerWhep(router: Router, camera: PortalCamera, clock: Clock): void {
  const { app, video } = camera;
  const answers = createVideoAnswers(camera, clock);
  const enter = (context: Context) => {
    setVideoHeaders(context, app.allowOrigin);
    if (!camera.config.video.isOn) throw new HttpProblem('ERR_NOT_FOUND', videoIsOff(camera.config.camera));
  };
  const sessionOf = (context: Context & { params: Record<string, string> }): string => {
    const session = context.params['session'] ?? '';
    if (!video.has(session)) throw new HttpProblem('ERR_NOT_FOUND', 'session not found: it has ended or never existed');
    return session;
  };

  router.options([...PATHS, ...SESSION_PATHS], (context) => {
    enter(context);
    setLink(context, app.webrtc.iceServers);
    context.set({ Allow: 'OPTIONS, POST, PATCH, DELETE', 'Accept-Post': 'application/sdp' });
    context.status = 204;
  });

  router.post(PATHS, async (context) => {
    enter(context);
    requireType(context, 'application/sdp');
    const offer = parseClientSdp(await readBody(context.req, clock));
    const { session, local } = await answers.open(context, remotePeer(offer));
    setLink(context, app.webrtc.iceServers);
    context.status = 201;
    context.set({
      'Content-Type': 'application/sdp',
      // Relative: it is right behind a proxy that changes the prefix as well.
      Location: /\/(\?|$)/.test(context.originalUrl) ? session : `whep/${session}`,
      ETag: etagOf(session),
    });
    context.body = writeAnswer(offer, local);
  });

  router.patch(SESSION_PATHS, async (context) => {
    enter(context);
    const session = sessionOf(context);
    requireType(context, 'application/trickle-ice-sdpfrag');
    const expected = context.get('If-Match').trim();
    // Some clients send an empty value, or the word null, when no ETag could be read.
    if (!['', '*', 'null', etagOf(session)].includes(expected)) {
      throw new HttpProblem('ERR_PRECONDITION', 'If-Match is not the ETag of this session');
    }
    const lines = (await readBody(context.req, clock)).split(/\r?\n/);
    const candidates = lines.filter((line) => line.startsWith('a=candidate:')).slice(0, MAX_CANDIDATES);
    await video.addCandidates(
      session,
      candidates.flatMap((line) => readCandidate(line) ?? []),
    );
    context.status = 204;
  });

  router.delete(SESSION_PATHS, (context) => {
    enter(context);
    video.end(sessionOf(context));
    context.status = 200;
    context.body = '';
  });
}

export function videoIsOff(camera: string): string {
  return `video is off for this camera (${camera}_webrtc=1 switches it on)`;
}

function etagOf(session: string): string {
  return `"${session}"`;
}

function requireType(context: Context, type: string): void {
  const given = context.get('Content-Type').split(';', 1)[0]?.trim().toLowerCase();
  if (given !== type) throw new HttpProblem('ERR_MEDIA_TYPE', `Content-Type must be ${type}`);
}

/** Nothing but ICE servers: some clients fail at any other link. */
function setLink(context: Context, servers: readonly IceServer[]): void {
  if (servers.length === 0) return;
  const links = servers.map(({ scheme, host, port, credentials }) => {
    const link = `<${scheme}:${host}:${port}>; rel="ice-server"`;
    if (credentials === undefined) return link;
    return `${link}; username="${credentials.username}"; credential="${credentials.password}"; credential-type="password"`;
  });
  context.set('Link', links.join(', '));
}
