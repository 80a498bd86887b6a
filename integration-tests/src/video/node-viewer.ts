// A viewer of video without a browser: node-datachannel as receiver. It counts what comes.

import assert from 'node:assert/strict';
import { after } from 'node:test';
import nodeDataChannel from 'node-datachannel';

// Its threads would keep the process of the tests.
after(() => nodeDataChannel.cleanup());

export interface NodeViewer {
  /** RTP packets so far */
  readonly packets: number;
  readonly location: string;
  readonly state: string;
  /** Says nothing to the server. */
  drop(): void;
}

/** Asks `/whep` of the camera at `url`. */
export async function watchFromNode(url: string): Promise<NodeViewer> {
  const peer = new nodeDataChannel.PeerConnection('viewer', { iceServers: [] });
  const video = new nodeDataChannel.Video('video', 'RecvOnly');
  video.addH264Codec(102, 'profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1');
  const track = peer.addTrack(video);
  // Sends the receiver reports.
  track.setMediaHandler(new nodeDataChannel.RtcpReceivingSession());
  let packets = 0;
  track.onMessage(() => {
    packets++;
  });
  const response = await fetch(new URL('/whep', url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/sdp' },
    body: await offerOf(peer),
  });
  const answer = await response.text();
  if (response.status !== 201) peer.close();
  assert.equal(response.status, 201, answer);
  peer.setRemoteDescription(answer, 'answer');
  return {
    get packets() {
      return packets;
    },
    location: new URL(response.headers.get('Location') ?? '', response.url).href,
    get state() {
      return peer.state();
    },
    drop() {
      // The track too is used until here: one that is collected as garbage receives nothing.
      track.close();
      peer.close();
    },
  };
}

function offerOf(peer: nodeDataChannel.PeerConnection): Promise<string> {
  return new Promise((resolve) => {
    peer.onGatheringStateChange((state) => {
      if (state === 'complete') resolve(peer.localDescription()?.sdp ?? '');
    });
    peer.setLocalDescription('offer');
  });
}
