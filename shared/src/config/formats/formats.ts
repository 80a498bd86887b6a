// What a setting's text may be: each format says it in words and reads the text into its type.

import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { MAX_SOCKET_PATH_BYTES } from '../../rpc/socket-path.ts';

export interface Format<T> {
  /** for people, after `must be`: `a whole number from 1 to 240` */
  readonly allowed: string;
  /** undefined = not allowed. Never called with an empty text: empty is unset. */
  read(text: string): T | undefined;
  /** what exactly is wrong, for the error; undefined = no more than `allowed` says */
  explain?(text: string): string | undefined;
}

export function integer(min: number, max: number): Format<number> {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    read(text) {
      const value = /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

/** 0 stands for "not set" beside the range, where the replaced program knew it so. */
export function zeroOrInteger(min: number, max: number): Format<number> {
  const inRange = integer(min, max);
  return { allowed: `0 or ${inRange.allowed}`, read: (text) => (text === '0' ? 0 : inRange.read(text)) };
}

export function decimal(min: number, max: number): Format<number> {
  return {
    allowed: `a number from ${min} to ${max}`,
    read(text) {
      const value = /^-?(0|[1-9]\d{0,8})(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
  };
}

/** Seconds as text, milliseconds as value. */
export function seconds(min: number, max: number): Format<number> {
  const inRange = decimal(min, max);
  return {
    allowed: `seconds, a number from ${min} to ${max}`,
    read(text) {
      const value = inRange.read(text);
      return value === undefined ? undefined : Math.round(value * 1000);
    },
  };
}

export function oneOf<const T extends string>(...words: readonly T[]): Format<T> {
  return {
    allowed: words.join(', ').replace(/, ([^,]*)$/, ' or $1'),
    read: (text) => words.find((word) => word === text),
  };
}

export const zeroOrOne: Format<boolean> = {
  allowed: '0 or 1',
  read: (text) => (text === '0' ? false : text === '1' ? true : undefined),
};

/** One line for people: any characters but control characters. */
export function line(maxLength: number): Format<string> {
  return {
    allowed: `text of at most ${maxLength} characters on one line`,
    read: (text) => (text.length <= maxLength && !/\p{Cc}|\u2028|\u2029/u.test(text) ? text : undefined),
  };
}

const QUALITY_NAMES: ReadonlyMap<string, number> = new Map([
  ['very-low', 25],
  ['low', 35],
  ['medium', 50],
  ['high', 65],
  ['very-high', 80],
]);

/** Keeps the text as well: the page shows what the owner wrote. */
export const quality: Format<{ readonly value: number; readonly text: string }> = {
  allowed: `${[...QUALITY_NAMES.keys()].join(', ')} or a whole number from 1 to 100`,
  read(text) {
    const value = QUALITY_NAMES.get(text) ?? integer(1, 100).read(text);
    return value === undefined ? undefined : { value, text };
  },
};

/** libcamera's ids are device-tree paths; a tail of one is enough (`i2c@88000/imx708@1a`). */
export const cameraId: Format<string> = {
  allowed: 'an id as "camctl cameras" prints it, or its tail such as i2c@88000/imx708@1a',
  read: (text) => (/^[\x21-\x7e]{1,300}$/.test(text) ? text : undefined),
};

export const bindAddress: Format<string> = {
  allowed: 'an IP address, localhost, or none (no TCP at all)',
  read: (text) => (isIP(text) !== 0 || text === 'localhost' || text === 'none' ? text : undefined),
};

export const ipAddress: Format<string> = {
  allowed: 'an IP address',
  read: (text) => (isIP(text) !== 0 ? text : undefined),
};

export const socketPath: Format<string> = {
  allowed: `an absolute path of at most ${MAX_SOCKET_PATH_BYTES} bytes`,
  read: (text) => (isAbsolute(text) && Buffer.byteLength(text) <= MAX_SOCKET_PATH_BYTES ? text : undefined),
};

export const absolutePath: Format<string> = {
  allowed: 'an absolute path',
  read: (text) => (isAbsolute(text) && text.length <= 4_096 && !/\p{Cc}/u.test(text) ? text : undefined),
};

/** @param base what a relative path is relative to, in words */
export function pathFrom(base: string): Format<string> {
  return {
    allowed: `a path, absolute or from the ${base}`,
    read: (text) => (text.length <= 4_096 && !/\p{Cc}/u.test(text) ? text : undefined),
  };
}

export const webAddress: Format<string> = {
  allowed: 'an address that begins with http:// or https://',
  read(text) {
    const url = parseUrl(text);
    return url !== undefined && url.username === '' && text.length <= 2_000 ? text : undefined;
  },
};

/** Names, split at commas and blanks, in lower case; `*.example.org` stands for every name below it. */
export const hostNames: Format<readonly string[]> = {
  allowed: 'host names without port, separated by commas or blanks, such as pi.example.org or *.example.org',
  read: (text) => readList(text.toLowerCase(), (name) => isIP(name) !== 0 || isHostName(name.replace(/^\*\./, ''))),
};

/** Names, split at commas and blanks, each once. */
export const cameraOrder: Format<readonly string[]> = {
  allowed: 'names of cameras such as cam3,cam0, separated by commas or blanks',
  read: (text) => readList(text, (name) => /^cam(0|[1-9]\d{0,3})$/.test(name)),
};

export const origins: Format<readonly string[]> = {
  allowed: '* or origins such as https://octopi.local:8443, separated by commas or blanks',
  read: (text) => (text === '*' ? ['*'] : readList(text, (origin) => parseUrl(origin)?.origin === origin)),
};

/**
 * CSP frame-ancestors (Content Security Policy Level 3, 6.4.2); nothing that could end the directive. The quotes around
 * 'self' and 'none' are put in where they are missing: the environment file takes them for its own.
 */
export const frameAncestors: Format<string> = {
  allowed: 'self, none, *, or origins such as https://octopi.local, separated by blanks',
  read(text) {
    const words = text.split(/[ \t]+/).filter((word) => word !== '');
    const sources = words.map((word) => (word === 'self' || word === 'none' ? `'${word}'` : word));
    const isNone = sources.length === 1 && sources[0] === "'none'";
    return isNone || sources.every((source) => ANCESTOR.test(source)) ? sources.join(' ') : undefined;
  },
};

/** A source: 'self', *, a scheme, or a host with a dot or a scheme before it. */
const ANCESTOR =
  /^('self'|\*|https?:|(https?:\/\/)?(\*\.)?[A-Za-z0-9.-]+(:(\d{1,5}|\*))?|https?:\/\/\[[0-9a-fA-F:]+\](:\d{1,5})?)$/;

/** A STUN server, or a TURN server with its credentials. */
export interface IceServer {
  readonly scheme: 'stun' | 'turn';
  /** name or address; IPv6 in brackets */
  readonly host: string;
  readonly port: number;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
}

/** Items split at commas and blanks; a turn: item carries its user and password. */
export const iceServers: Format<readonly IceServer[]> = {
  allowed:
    'servers such as stun:stun.example.org:3478 or turn:user:password@turn.example.org, separated by commas or blanks',
  read(text) {
    const items = text.split(/[\s,]+/).filter((item) => item !== '');
    const servers = items.map(readIceServer);
    return items.length <= 8 && servers.every((server) => server !== undefined) ? servers : undefined;
  },
};

const ICE_SERVER =
  /^(stun|turn):(?:([^\s:@,"<>]{1,256}):([^\s@,"<>]{1,256})@)?(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]{1,253})(?::(\d{1,5}))?$/;
const STUN_PORT = 3478;

function readIceServer(item: string): IceServer | undefined {
  const [, scheme, username, password, host = '', port] = ICE_SERVER.exec(item) ?? [];
  if ((scheme !== 'stun' && scheme !== 'turn') || (scheme === 'turn') !== (username !== undefined)) return undefined;
  const credentials = username === undefined || password === undefined ? undefined : { username, password };
  return { scheme, host, port: port === undefined ? STUN_PORT : Number(port), credentials };
}

function readList(text: string, isItem: (item: string) => boolean): readonly string[] | undefined {
  const items = text.split(/[\s,]+/).filter((item) => item !== '');
  return items.every(isItem) && items.length <= 100 ? [...new Set(items)] : undefined;
}

function isHostName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
}

function parseUrl(text: string): URL | undefined {
  if (!/^https?:\/\/[^\s]+$/.test(text)) return undefined;
  try {
    return new URL(text);
  } catch {
    // TypeError ERR_INVALID_URL
    return undefined;
  }
}
