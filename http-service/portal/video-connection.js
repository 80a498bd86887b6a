// One WebRTC session by WHEP (draft-ietf-wish-whep): offer, answer, and an end that is said to the server.

/** Chromium, Firefox and Safari gather host candidates at once; a STUN server is not waited for. */
const GATHER_MS = 500;

/**
 * @param {{ url: string, signal: AbortSignal, onStream(stream: MediaStream): void, onLost(): void }} options
 * @returns {Promise<{ peer: RTCPeerConnection, close(): void }>} rejects with the reason in words
 */
export async function openVideoConnection({ url, signal, onStream, onLost }) {
  if (typeof RTCPeerConnection !== 'function') throw new Error('WebRTC');
  const peer = new RTCPeerConnection({ iceServers: await iceServersOf(url, signal) });
  let session;
  /** The server first: a connection that is closed is a session that has ended there by itself. */
  const close = () => {
    const ended = session;
    session = undefined;
    if (ended === undefined) return peer.close();
    void fetch(ended, { method: 'DELETE', keepalive: true })
      .catch(() => undefined)
      .finally(() => peer.close());
  };
  try {
    peer.addTransceiver('video', { direction: 'recvonly' });
    peer.addEventListener('track', (event) => onStream(event.streams[0] ?? new MediaStream([event.track])));
    peer.addEventListener('connectionstatechange', () => {
      if (peer.connectionState === 'failed') onLost();
    });
    await peer.setLocalDescription();
    await gathered(peer);
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/sdp', Accept: 'application/sdp, text/plain' },
      body: peer.localDescription.sdp,
      signal,
    });
    const text = await response.text();
    if (!response.ok) throw new Error(text.trim());
    session = new URL(response.headers.get('Location'), response.url).href;
    await peer.setRemoteDescription({ type: 'answer', sdp: text });
    signal.throwIfAborted();
    return { peer, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** `<stun:host:port>; rel="ice-server"; username="u"; credential="p"`, separated by commas. */
async function iceServersOf(url, signal) {
  const response = await fetch(url, { method: 'OPTIONS', signal });
  return [...(response.headers.get('Link') ?? '').matchAll(/<([^>]+)>; rel="ice-server"([^,]*)/g)].map(
    ([, urls, rest]) => {
      const [username, credential] = ['username', 'credential'].map(
        (key) => new RegExp(` ${key}="([^"]*)"`).exec(rest)?.[1],
      );
      return username === undefined ? { urls } : { urls, username, credential };
    },
  );
}

function gathered(peer) {
  return new Promise((resolve) => {
    setTimeout(resolve, GATHER_MS);
    peer.addEventListener('icegatheringstatechange', () => {
      if (peer.iceGatheringState === 'complete') resolve();
    });
  });
}

/** Bits per second since the last call, and whether pictures came meanwhile. */
export function createVideoMeter() {
  let last = { atMs: 0, bytes: 0, frames: 0 };
  return {
    async read(peer) {
      const report = [...(await peer.getStats()).values()].find((each) => each.type === 'inbound-rtp');
      const now = { atMs: performance.now(), bytes: report?.bytesReceived ?? 0, frames: report?.framesDecoded ?? 0 };
      const isFirst = last.atMs === 0 || now.bytes < last.bytes;
      const bitsPerSecond = isFirst ? undefined : ((now.bytes - last.bytes) * 8000) / (now.atMs - last.atMs);
      const isMoving = now.frames > last.frames;
      last = now;
      return { bitsPerSecond, isMoving };
    },
  };
}
