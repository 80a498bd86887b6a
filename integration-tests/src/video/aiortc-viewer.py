# A WHEP client of another make (aiortc, Debian's python3-aiortc): plays for a while, then prints what came as JSON.
# aiortc-viewer.py URL FRAMES
import asyncio, json, sys, time, urllib.request
from aiortc import RTCPeerConnection, RTCSessionDescription


async def main(url, wanted):
    peer = RTCPeerConnection()
    peer.addTransceiver("video", direction="recvonly")
    finished = asyncio.get_running_loop().create_future()

    @peer.on("track")
    def on_track(track):
        asyncio.ensure_future(play(track))

    async def play(track):
        frames = []
        first = None
        while len(frames) < wanted:
            frame = await track.recv()
            first = first or time.monotonic()
            frames.append(frame)
        grey = [int(frame.reformat(16, 9, "gray").to_ndarray().sum()) for frame in frames]
        finished.set_result({"firstFrameMs": (first - started) * 1000, "width": frame.width, "frames": len(frames), "different": len(set(grey))})

    started = time.monotonic()
    await peer.setLocalDescription(await peer.createOffer())
    request = urllib.request.Request(url, peer.localDescription.sdp.encode(), {"Content-Type": "application/sdp"})
    with urllib.request.urlopen(request) as response:
        location, answer = response.headers["Location"], response.read().decode()
    await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    print(json.dumps({"location": location, **await asyncio.wait_for(finished, 20)}))
    await peer.close()


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
