// Every setting there is: key, what it may be, default, meaning. Schema, error messages and the README's table come from here.

import { DEFAULT_DRIVER, DRIVER_KINDS } from '../api/driver-kinds.ts';
import { MAX_SLOT_BYTES } from '../frames/layout.ts';
import { DRIVER_KEYS } from './drivers/driver-settings.ts';
import {
  absolutePath,
  bindAddress,
  cameraId,
  cameraOrder,
  frameAncestors,
  hostNames,
  iceServers,
  integer,
  ipAddress,
  line,
  oneOf,
  origins,
  pathFrom,
  quality,
  seconds,
  socketPath,
  webAddress,
  zeroOrInteger,
  zeroOrOne,
} from './formats/formats.ts';
import { setting } from './formats/setting.ts';
import { webControls } from './formats/web-controls.ts';

/** Pixels. Below 64 nobody sees anything; the largest sensor for a Raspberry Pi has 9152 (64 MP). */
const side = integer(64, 16_384);
const snapshotSide = zeroOrInteger(64, 16_384);
const slotBytes = integer(65_536, MAX_SLOT_BYTES);

/** Keys without their `camN_`: those of every camera, then those of the drivers. */
export const CAMERA_SETTINGS = {
  index: setting(
    'number of the camera in the list of libcamera; changes when another one is missing, so better give the id',
    integer(0, 99),
  ),
  id: setting('id of the camera, whole or (rpicam) its tail; wins over the index', cameraId),
  name: setting('name shown to people', line(200), 'Camera N'),
  group: setting('heading under which the wall shows the camera', line(60)),
  width: setting('stream width in pixels', side, '1280'),
  height: setting('stream height in pixels', side, '720'),
  fps: setting('frames per second', integer(1, 240), '15'),
  port: setting('TCP port of the page, the stream and the snapshot (0 = any free one)', integer(0, 65_535), '18081+N'),
  bind: setting('address to listen on; none together with a socket means no TCP', bindAddress, '127.0.0.1'),
  socket: setting('unix socket to listen on as well', socketPath),
  quality: setting('JPEG quality of the stream: names stand for 25, 35, 50, 65, 80', quality, 'medium'),
  snapshot_width: setting('width of snapshots (0 = as the stream)', snapshotSide, '0'),
  snapshot_height: setting('height of snapshots (0 = as the stream)', snapshotSide, '0'),
  snapshot_quality: setting('JPEG quality of snapshots', integer(1, 100), '95'),
  autofocus: setting('1 = focus continuously, with a focus cycle at each start', zeroOrOne, '0'),
  driver: setting(
    'where pictures come from: a CSI camera, a USB camera, a recording played as one, or a camera behind an address',
    oneOf(...DRIVER_KINDS),
    DEFAULT_DRIVER,
  ),
  linger: setting('seconds that a camera stays on after the last viewer', seconds(0, 3_600), '5'),
  watchdog_timeout: setting(
    'seconds without a frame until the camera is restarted (0 = never); default: watchdog_timeout',
    seconds(0, 3_600),
  ),
  snapshot_timeout: setting('seconds that a still may take, focusing included', seconds(1, 120), '8'),
  full_interval: setting('seconds between full stills while others watch', seconds(0, 86_400), '30'),
  idle_snapshot: setting(
    'how a snapshot of an idle camera is taken: one still, or a short stream (better for frequent pollers)',
    oneOf('still', 'stream'),
    'still',
  ),
  public_url: setting(
    "address under which the other camera's page links here, when it is not the same host",
    webAddress,
  ),
  max_viewers: setting('streams at once from this camera', integer(1, 10_000), '200'),
  webrtc: setting(
    '1 = also H.264 video over WebRTC, encoded by the processor while somebody asks for it',
    zeroOrOne,
    '0',
  ),
  webrtc_bitrate: setting('kbit/s of the video', integer(100, 20_000), '1500'),
  webrtc_fps: setting('frames per second of the video at most (default: all)', integer(1, 240)),
  webrtc_max_viewers: setting('videos at once from this camera', integer(1, 200), '10'),
  web_controls: setting(
    'controls that the page may set while the camera runs; camctl may set all of them',
    webControls,
    'lens_position,autofocus',
  ),
  slot_bytes: setting('largest stream frame in bytes (default: width x height, at least 1 MiB)', slotBytes),
  still_slot_bytes: setting('largest still in bytes (default: its pixels, at least 4 MiB)', slotBytes),
  ...DRIVER_KEYS,
} as const;

export const GLOBAL_SETTINGS = {
  watchdog_timeout: setting('seconds without a frame until a camera is restarted (0 = never)', seconds(0, 3_600), '10'),
  max_viewers: setting('streams at once from all cameras', integer(1, 100_000), '400'),
  allowed_hosts: setting('further host names under which the pages may be opened', hostNames),
  allow_origin: setting('web pages that may read stream and snapshot by script (CORS)', origins),
  frame_ancestors: setting('web pages that may embed the portal page', frameAncestors, 'self'),
  wall: setting('1 = also one page with all cameras, the wall', zeroOrOne, '1'),
  wall_port: setting(
    'TCP port of the wall (default: 18080, and no wall where another program has that; 0 = any free one)',
    integer(0, 65_535),
  ),
  wall_bind: setting(
    'address that the wall listens on; none together with a socket means no TCP',
    bindAddress,
    '127.0.0.1',
  ),
  wall_socket: setting('unix socket that the wall listens on as well', socketPath),
  wall_live: setting('1 = cameras run while a wall has them in view; 0 = the wall starts none', zeroOrOne, '0'),
  wall_interval: setting('seconds between two pictures of a camera on the wall', seconds(0.5, 60), '1'),
  wall_order: setting('cameras that come first on the wall (default: by their numbers)', cameraOrder),
  webrtc_port: setting('UDP port of all videos', integer(1, 65_535), '18189'),
  webrtc_bind: setting(
    'IP address that the UDP port listens on; compose publishes it there (127.0.0.1 unless set)',
    ipAddress,
    '0.0.0.0',
  ),
  webrtc_host: setting(
    'further addresses or names under which browsers reach that port (a VPN, a public address)',
    hostNames,
  ),
  webrtc_ice_servers: setting('STUN and TURN servers for this service and for browsers', iceServers),
  log_level: setting(
    'least important line that is logged',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal'),
    'info',
  ),
  log_format: setting('text for people, json for machines (default: text on a terminal)', oneOf('text', 'json')),
  SOFT_STREAM_RUN_DIR: setting(
    "folder of the sockets; names the instance (default: /run/soft-stream, else in the user's runtime directory)",
    pathFrom('working directory'),
  ),
  SOFT_STREAM_STATE_DIR: setting(
    'folder where capture-service keeps what was set at run time (default: /var/lib/soft-stream, for a user ~/.local/state/soft-stream, beside a run directory of your own in it)',
    pathFrom('working directory'),
  ),
  SOFT_STREAM_EXIT_66: setting(
    'when none of the cameras is found: end with code 66, or wait for one',
    oneOf('exit', 'wait'),
    'exit',
  ),
} as const;

/** Only in the process environment. */
export const PROCESS_SETTINGS = {
  SOFT_STREAM_ENV_FILE: setting('environment file to read; --env-file comes first', pathFrom('working directory')),
  SOFT_STREAM_CONTAINER: setting('1 = inside a container: listen on 0.0.0.0 and port 18081+N', zeroOrOne, '0'),
  SOFT_STREAM_SOCKET_DIR: setting(
    'folder where http-service also listens, on camN.sock, for an nginx beside it',
    absolutePath,
  ),
} as const;
