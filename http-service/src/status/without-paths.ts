// Error texts of programs name files and devices. Visitors get the last word of each path, no more.

/** `cannot open /srv/printer/a.mjpeg` becomes `cannot open a.mjpeg`. */
export function withoutPaths(text: string): string {
  return text.replace(/(^|[\s"'(=:])(?:\/[^\s"'()/:]+)*\/([^\s"'()/:]+)\/?/g, '$1$2');
}
