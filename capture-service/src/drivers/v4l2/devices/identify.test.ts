import assert from 'node:assert/strict';
import test from 'node:test';
import { type CameraTree, sysfsWith } from '../testing/sysfs.ts';
import { bestId, doubledIdentities, firstNodes, identify, type Wanted } from './identify.ts';
import { readVideoDevices } from './read-devices.ts';

const TIMEOUT = { timeout: 20_000 };
const C920: CameraTree = {
  node: 'video0',
  port: '1-1.2',
  idVendor: '046d',
  idProduct: '082d',
  product: 'HD Pro Webcam C920',
  serial: '1A2B 3C',
};
const CHEAP: CameraTree = {
  node: 'video2',
  port: '1-1.10',
  idVendor: '0C45',
  idProduct: '6366',
  product: 'USB Cam',
  serial: '',
};

function find(tree: readonly CameraTree[], wanted: Partial<Wanted>, all: readonly Wanted[] = []) {
  using sysfs = sysfsWith(tree);
  const devices = readVideoDevices(sysfs.roots);
  const doubled = new Set(doubledIdentities(devices));
  const own = { camera: 'cam0', id: undefined, index: undefined, ...wanted };
  return identify(own, { all: [own, ...all], devices, pins: new Map(), doubled, linkTarget: () => undefined })?.name;
}

test('sysfs tells model, port, speed and serial of the camera behind a node', TIMEOUT, () => {
  using sysfs = sysfsWith([CHEAP, C920]);
  const devices = readVideoDevices(sysfs.roots);

  assert.deepEqual(
    devices.map(({ name, nodeIndex, model }) => `${name} ${nodeIndex} ${model}`),
    ['video0 0 HD Pro Webcam C920', 'video1 1 HD Pro Webcam C920', 'video2 0 USB Cam', 'video3 1 USB Cam'],
  );
  const { folder: _folder, ...usb } = devices[0]?.usb ?? { folder: '' };
  assert.deepEqual(usb, {
    ...{ vendor: '046d', product: '082d', manufacturer: undefined, productName: 'HD Pro Webcam C920' },
    ...{ serial: '1A2B 3C', bus: 1, port: '1.2', controller: 'xhci-hcd.0', interface: '1.0' },
    ...{ speedMbps: 480, number: '7' },
  });
  assert.equal(devices[2]?.usb?.vendor, '0c45');
  assert.equal(devices[2]?.usb?.serial, undefined);
});

test('every form of an id means the camera that it was printed for', TIMEOUT, () => {
  const ids = [
    ['usb:046d:082d:1A2B_3C', 'video0'],
    ['usb:046D:082D', 'video0'],
    ['usb:046d:082d:1A2B', undefined],
    ['usb:046d:082e', undefined],
    ['1-1.2', 'video0'],
    ['port:1-1.2', 'video0'],
    ['2-1.2', undefined],
    ['usb-xhci-hcd.0-1.2', 'video0'],
    ['usb-xhci-hcd.1-1.2', undefined],
    ['usb-xhci-hcd.0-1.10', 'video2'],
    ['usb-xhci-hcd.0-1.1', undefined],
    ['/dev/v4l/by-id/usb-046d_HD_Pro_Webcam_C920_1A2B_3C-video-index0', 'video0'],
    ['usb-046d_HD_Pro_Webcam_C920_1A2B_3C-video-index1', 'video1'],
    ['/dev/v4l/by-id/usb-046d_HD_Pro_Webcam_C920-video-index0', undefined],
    ['/dev/v4l/by-path/platform-xhci-hcd.0-usb-0:1.2:1.0-video-index0', 'video0'],
    ['/dev/v4l/by-path/platform-xhci-hcd.0-usbv2-0:1.2:1.0-video-index0', 'video0'],
    ['platform-xhci-hcd.1-usb-0:1.2:1.0-video-index0', undefined],
    ['/dev/v4l/by-path/platform-xhci-hcd.0-usb-0:1.2:1.2-video-index0', undefined],
    ['/dev/video2', 'video2'],
    ['/dev/video7', undefined],
  ] as const;
  for (const [id, name] of ids) assert.equal(find([C920, CHEAP], { id }), name, id);
});

test('without an id the place in order of port counts; another one configured is never taken', TIMEOUT, () => {
  assert.equal(find([CHEAP, C920], { index: 0 }), 'video0');
  assert.equal(find([CHEAP, C920], { index: 1 }), 'video2');
  assert.equal(find([CHEAP, C920], { index: 2 }), undefined);
  const other = { camera: 'cam1', id: 'usb:046d:082d', index: undefined };
  assert.equal(find([CHEAP, C920], { index: 0 }, [other]), undefined);
});

test('what several cameras have in common is refused with their ports', TIMEOUT, () => {
  const twin = { ...C920, node: 'video4', port: '1-1.4' };
  for (const id of ['usb:046d:082d:1A2B_3C', 'usb:046d:082d', 'usb-046d_HD_Pro_Webcam_C920_1A2B_3C-video-index0']) {
    assert.throws(() => find([C920, twin], { id }), {
      code: 'ERR_AMBIGUOUS_CAMERA',
      message: `${id} means more than one camera, so give the port of the one that is meant: cam0_id=usb-xhci-hcd.0-1.2 or cam0_id=usb-xhci-hcd.0-1.4`,
    });
  }
  assert.equal(find([C920, twin], { id: '1-1.4' }), 'video4');
});

test('the id to paste is the serial where it is the only one, else the port', TIMEOUT, () => {
  using sysfs = sysfsWith([C920, CHEAP]);
  const [first, second] = firstNodes(readVideoDevices(sysfs.roots));
  assert.ok(first && second);
  assert.equal(
    bestId(first, () => false),
    'usb:046d:082d:1A2B_3C',
  );
  assert.equal(
    bestId(first, () => true),
    'usb-xhci-hcd.0-1.2',
  );
  assert.equal(
    bestId(second, () => false),
    'usb-xhci-hcd.0-1.10',
  );
});

test('without sysfs the node and the links of udev are all there is', TIMEOUT, () => {
  using sysfs = sysfsWith([C920], { isBare: true });
  const devices = readVideoDevices(sysfs.roots);
  const around = { all: [], devices, pins: new Map(), doubled: new Set<string>(), linkTarget: () => 'video0' };
  const named = (id: string) => identify({ camera: 'cam0', id, index: undefined }, around)?.name;
  assert.deepEqual(['/dev/video0', '/dev/video9', '/dev/v4l/by-id/usb-046d_x-video-index0'].map(named), [
    'video0',
    undefined,
    'video0',
  ]);
});
