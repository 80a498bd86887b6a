// How a USB camera is named in the configuration, and its controls. The forms are those that udev and v4l2-ctl print.

import type { Format } from '../formats/formats.ts';

/** What `camN_id` of a USB camera may say. Vendor and product are four lower-case hex digits. */
export type V4l2Id =
  /** `/dev/videoN`: a number that changes when cameras are plugged */
  | { readonly kind: 'node'; readonly name: string }
  /** `/dev/v4l/by-id/usb-046d_HD_Pro_Webcam_C920_1A2B-video-index0`: udev's vendor_model_serial */
  | { readonly kind: 'by-id'; readonly name: string; readonly nodeIndex: number }
  /** `/dev/v4l/by-path/platform-xhci-hcd.0-usb-0:1.2:1.0-video-index0` */
  | {
      readonly kind: 'by-path';
      /** folders of sysfs above the USB bus, e.g. `xhci-hcd.0` */
      readonly controllers: readonly string[];
      /** ports from the root hub on, e.g. `1.2` */
      readonly port: string;
      readonly interface: string;
      readonly nodeIndex: number;
    }
  | {
      readonly kind: 'usb';
      readonly vendor: string;
      readonly product: string;
      /** blanks as `_`; undefined = any */
      readonly serial: string | undefined;
    }
  /** `1-1.2` as sysfs names the port, or `usb-xhci-hcd.0-1.2` as v4l2-ctl --list-devices does */
  | {
      readonly kind: 'port';
      readonly bus: number | undefined;
      readonly controller: string | undefined;
      readonly port: string;
    };

const PORTS = String.raw`\d{1,3}(?:\.\d{1,3}){0,6}`;

/** @returns undefined for what is none of these forms */
export function parseV4l2Id(text: string): V4l2Id | undefined {
  const node = /^\/dev\/(video\d{1,4})$/.exec(text);
  if (node?.[1] !== undefined) return { kind: 'node', name: node[1] };
  return parseUsb(text) ?? parsePort(text) ?? parseLink(text);
}

function parseUsb(text: string): V4l2Id | undefined {
  const [, vendor, product, serial] = /^usb:([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?::(\S{1,200}))?$/.exec(text) ?? [];
  if (vendor === undefined || product === undefined) return undefined;
  return { kind: 'usb', vendor: vendor.toLowerCase(), product: product.toLowerCase(), serial };
}

function parsePort(text: string): V4l2Id | undefined {
  const [, bus, port] = new RegExp(`^(?:port:)?(\\d{1,3})-(${PORTS})$`).exec(text) ?? [];
  if (bus !== undefined && port !== undefined) return { kind: 'port', bus: Number(bus), controller: undefined, port };
  const [, controller, ports] = new RegExp(`^usb-([^/\\s]+)-(${PORTS})$`).exec(text) ?? [];
  if (controller === undefined || ports === undefined) return undefined;
  return { kind: 'port', bus: undefined, controller, port: ports };
}

function parseLink(text: string): V4l2Id | undefined {
  const [, stem, index] = /^(?:\/dev\/v4l\/by-(?:id|path)\/)?([^/\s]+)-video-index(\d{1,2})$/.exec(text) ?? [];
  if (stem === undefined) return undefined;
  const nodeIndex = Number(index);
  const path = new RegExp(`^(.+)-usb(?:v[23])?-0:(${PORTS}):(\\d+\\.\\d+)$`).exec(stem);
  const isByPath = path !== null && !text.startsWith('/dev/v4l/by-id/');
  if (!isByPath) return stem.startsWith('usb-') ? { kind: 'by-id', name: stem.slice(4), nodeIndex } : undefined;
  const controllers = (path[1] ?? '').split(/(?:^|-)(?:platform|pci|acpi)-/).filter((part) => part !== '');
  return { kind: 'by-path', controllers, port: path[2] ?? '', interface: path[3] ?? '', nodeIndex };
}

export const V4L2_ID_ALLOWED =
  'what "camctl cameras" prints, such as usb:046d:082d:1A2B3C4D, usb-xhci-hcd.0-1.2 (the port), 1-1.2, ' +
  'a link of /dev/v4l/by-id or /dev/v4l/by-path, or /dev/video0';

export interface ControlSetting {
  /** the driver's own name, or a common one */
  readonly name: string;
  /** a number, or the words of a menu entry */
  readonly value: string;
}

/** Which controls there are, and their ranges, only the camera knows. */
export const v4l2Controls: Format<readonly ControlSetting[]> = {
  allowed: 'name=value pairs separated by commas, such as focus=45,power_line_frequency=50 Hz',
  read(text) {
    const parts = text.split(',').map((part) => /^\s*([a-z][a-z0-9_]{0,63})\s*=\s*([^=]{1,64}?)\s*$/.exec(part));
    const settings = parts.map((match) => ({ name: match?.[1] ?? '', value: match?.[2] ?? '' }));
    const names = new Set(settings.map(({ name }) => name));
    return settings.every(({ name, value }) => name !== '' && value !== '') && names.size === settings.length
      ? settings
      : undefined;
  },
};
