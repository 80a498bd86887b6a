// One viewer's peer connection: the only place that knows node-datachannel, which is loaded with it, in the worker alone.

import { randomInt } from 'node:crypto';
import type { Clock } from '@soft-stream/shared/runtime/clock';
import nodeDataChannel, { type PeerConnection, type Track } from 'node-datachannel';
import type { Logger } from 'pino';
import type { AccessUnit } from '../encoder/flv-reader.ts';
import { writeCandidate } from '../sdp/candidate.ts';
import {
  type Candidate,
  type H264Format,
  type LocalPeer,
  OUR_FORMAT,
  type RemotePeer,
  STREAM_ID,
} from '../sdp/peer.ts';
import { readOwnTransport } from '../sdp/read-sdp.ts';
import { OUR_MID, writeRemote } from '../sdp/write-sdp.ts';

export interface PeerOptions {
  readonly name: string;
  /** null: we offer */
  readonly remote: RemotePeer | null;
  readonly port: number;
  readonly bind: string;
  readonly iceServers: readonly string[];
  onConnected(): void;
  onFailed(): void;
  /** RTCP of the viewer */
  onFeedback(packets: Buffer): void;
  readonly clock: Clock;
}

export interface Peer {
  readonly local: LocalPeer;
  /** The other side's answer to our offer. @throws {Error} when the library refuses it */
  answer(remote: RemotePeer): void;
  addCandidates(candidates: readonly Candidate[]): void;
  send(unit: AccessUnit): void;
  close(): void;
}

const GATHERING_MS = 3_000;
/** 1200 is what browsers keep to; with headers it passes a VPN's 1280. */
const MAX_FRAGMENT_BYTES = 1_160;
const MTU = 1_280;
const RTP_TICKS_PER_MS = 90;
/** Of a viewer that has not answered yet. Browsers find a handful. */
const MAX_EARLY_CANDIDATES = 32;
/** Packets that are kept for a viewer that has lost some: two key frames. */
const KEPT_PACKETS = 512;
const ANY_ADDRESS = '0.0.0.0';

/** @throws {Error} when the library refuses the description, or gathers no address */
export async function openPeer(options: PeerOptions): Promise<Peer> {
  const { remote, port, bind, onConnected, onFailed, onFeedback } = options;
  const connection = new nodeDataChannel.PeerConnection(options.name, {
    iceServers: [...options.iceServers],
    // Every viewer on one port.
    enableIceUdpMux: true,
    portRangeBegin: port,
    portRangeEnd: port,
    ...(bind === ANY_ADDRESS ? {} : { bindAddress: bind }),
    mtu: MTU,
  });
  let isOver = false;
  connection.onStateChange((state) => {
    if (isOver) return;
    if (state === 'connected') onConnected();
    else if (state === 'failed' || state === 'closed') onFailed();
  });
  const ssrc = randomInt(1, 2 ** 32 - 1);
  /** The library refuses candidates before the description that they belong to. */
  const early: Candidate[] = [];
  let isDescribed = remote !== null;
  const format = remote?.format ?? OUR_FORMAT;
  const close = () => {
    if (isOver) return;
    isOver = true;
    connection.close();
  };
  try {
    const { track, rtp } = addVideo(connection, ssrc, format);
    track.onMessage(onFeedback);
    const gathered = gatheringEnd(connection, options.clock);
    if (remote === null) connection.setLocalDescription('offer');
    else connection.setRemoteDescription(writeRemote(remote), 'offer');
    addCandidates(connection, remote?.transport.candidates ?? []);
    await gathered;
    const description = connection.localDescription();
    if (description === null) throw new Error('no local description');
    return {
      local: { transport: readOwnTransport(description.sdp), ssrc },
      answer(answered) {
        connection.setRemoteDescription(writeRemote(answered), 'answer');
        isDescribed = true;
        addCandidates(connection, [...answered.transport.candidates, ...early.splice(0)]);
      },
      addCandidates(candidates) {
        if (isDescribed) addCandidates(connection, candidates);
        else early.push(...candidates.slice(0, MAX_EARLY_CANDIDATES - early.length));
      },
      send({ bytes, timeMs }) {
        if (isOver || !track.isOpen()) return;
        rtp.timestamp = (timeMs * RTP_TICKS_PER_MS) % 2 ** 32;
        track.sendMessageBinary(bytes);
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function addVideo(connection: PeerConnection, ssrc: number, { payloadType, parameters }: H264Format) {
  const video = new nodeDataChannel.Video(OUR_MID, 'SendOnly');
  video.addH264Codec(payloadType, parameters);
  video.addSSRC(ssrc, STREAM_ID, STREAM_ID, 'video');
  const track: Track = connection.addTrack(video);
  const rtp = new nodeDataChannel.RtpPacketizationConfig(ssrc, STREAM_ID, payloadType, RTP_TICKS_PER_MS * 1_000);
  const packetizer = new nodeDataChannel.H264RtpPacketizer('Length', rtp, MAX_FRAGMENT_BYTES);
  packetizer.addToChain(new nodeDataChannel.RtcpSrReporter(rtp));
  packetizer.addToChain(new nodeDataChannel.RtcpNackResponder(KEPT_PACKETS));
  track.setMediaHandler(packetizer);
  return { track, rtp };
}

function gatheringEnd(connection: PeerConnection, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    // What was found until then will do: a STUN server may be silent.
    const cancel = clock.after(GATHERING_MS, resolve);
    connection.onGatheringStateChange((state) => {
      if (state !== 'complete') return;
      cancel();
      resolve();
    });
  });
}

function addCandidates(connection: PeerConnection, candidates: readonly Candidate[]): void {
  for (const each of candidates) connection.addRemoteCandidate(writeCandidate(each), OUR_MID);
}

export function logLibraryTo(log: Logger): void {
  nodeDataChannel.initLogger('Error', (_, message) => log.warn({ reason: message.slice(0, 300) }, 'WebRTC library'));
}
