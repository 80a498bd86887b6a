// A WHEP client as a page has it, for whatever browser: `watch`, `stats` and `draw` on `window`.

/** What the two cards of Mainsail and Fluidd do, and any WHEP client. */
export const WHEP_CLIENT_SCRIPT = `
  window.watch = async ({ url, audio, ports = {} }) => {
    const startMs = performance.now();
    const tracks = [];
    const peer = new RTCPeerConnection();
    peer.addTransceiver('video', { direction: audio ? 'sendrecv' : 'recvonly' });
    if (audio) peer.addTransceiver('audio', { direction: 'sendrecv' });
    const video = document.createElement('video');
    video.muted = video.autoplay = video.playsInline = true;
    document.body.append(video);
    const isShown = new Promise((resolve, reject) => {
      video.requestVideoFrameCallback(() => resolve(performance.now() - startMs));
      setTimeout(() => reject(new Error('no picture in 20 s: ' + peer.connectionState)), 20_000);
    });
    peer.ontrack = (event) => {
      tracks.push(event.track.kind + ' ' + event.streams.length);
      video.srcObject = event.streams[0];
    };
    await peer.setLocalDescription();
    const headers = { 'Content-Type': 'application/sdp' };
    const answer = await fetch(url, { method: 'POST', headers, body: peer.localDescription.sdp });
    if (answer.status !== 201) throw new Error(answer.status + ' ' + (await answer.text()));
    const sdp = (await answer.text()).replace(/^(a=candidate:(?:\\S+ ){5})(\\d+)/gm, (_, head, port) => head + (ports[port] ?? port));
    await peer.setRemoteDescription({ type: 'answer', sdp });
    Object.assign(window, { peer, video });
    return { firstFrameMs: await isShown, location: new URL(answer.headers.get('Location'), answer.url).pathname, tracks };
  };
  window.stats = async () => {
    const all = [...(await peer.getStats()).values()];
    const received = all.find((each) => each.type === 'inbound-rtp' && each.kind === 'video') ?? {};
    const number = (name) => received[name] ?? 0;
    return {
      framesDecoded: number('framesDecoded'),
      keyFramesDecoded: number('keyFramesDecoded'),
      framesDropped: number('framesDropped'),
      freezeS: number('totalFreezesDuration'),
      nackCount: number('nackCount'),
      bytesReceived: number('bytesReceived'),
      frameWidth: number('frameWidth'),
      state: peer.connectionState,
    };
  };
  window.draw = (width, height) => {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width, height });
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0, width, height);
    return context.getImageData(0, 0, width, height).data;
  };
`;
