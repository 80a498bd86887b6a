// A receiver of video in a process of its own: node-datachannel, which crashes now and then when its process ends. What
// it shall do comes as messages, what it has comes back; it ends with SIGKILL, so that the server hears no goodbye.

import nodeDataChannel from 'node-datachannel';

export type ViewerRequest =
  /** answered with `description`: our offer */
  | { readonly do: 'offer' }
  /** the server's answer to it; answered with `done` */
  | { readonly do: 'take-answer'; readonly sdp: string }
  /** answered with `description`: our answer, and our candidates */
  | { readonly do: 'take-offer'; readonly sdp: string };

export interface Candidate {
  readonly candidate: string;
  readonly sdpMid: string;
  readonly sdpMLineIndex: number;
}

export type ViewerReport =
  | { readonly report: 'description'; readonly sdp: string; readonly candidates: readonly Candidate[] }
  | { readonly report: 'done' }
  | { readonly report: 'packets'; readonly packets: number; readonly state: string };

const REPORT_MS = 50;

const peer = new nodeDataChannel.PeerConnection('viewer', { iceServers: [] });
const candidates: Candidate[] = [];
// One that is collected as garbage receives nothing.
const tracks: nodeDataChannel.Track[] = [];
let packets = 0;

const send = (report: ViewerReport) => process.send?.(report);
const receive = (track: nodeDataChannel.Track) => {
  tracks.push(track);
  // Sends the receiver reports.
  track.setMediaHandler(new nodeDataChannel.RtcpReceivingSession());
  track.onMessage(() => {
    packets++;
  });
};

peer.onTrack(receive);
// Browsers tell a candidate without the `a=` of its line.
peer.onLocalCandidate((line, sdpMid) =>
  candidates.push({ candidate: line.replace(/^a=/, ''), sdpMid, sdpMLineIndex: 0 }),
);
peer.onGatheringStateChange((state) => {
  if (state === 'complete') send({ report: 'description', sdp: peer.localDescription()?.sdp ?? '', candidates });
});

process.on('message', (request: ViewerRequest) => {
  if (request.do === 'offer') {
    const video = new nodeDataChannel.Video('video', 'RecvOnly');
    video.addH264Codec(102, 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1');
    receive(peer.addTrack(video));
    peer.setLocalDescription('offer');
  } else if (request.do === 'take-offer') {
    peer.setRemoteDescription(request.sdp, 'offer');
  } else {
    peer.setRemoteDescription(request.sdp, 'answer');
    send({ report: 'done' });
  }
});
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
setInterval(() => send({ report: 'packets', packets, state: peer.state() }), REPORT_MS);
