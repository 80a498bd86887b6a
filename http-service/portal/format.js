// Numbers, times and gaps in texts, as people read them. Pure; shared by server and browser.

/** Replaces `{name}` by `values.name`; a name that is not there stays as it is. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (gap, name) => (name in values ? String(values[name]) : gap));
}

export function formatNumber(value, digits = 0) {
  return value.toFixed(digits);
}

/** 0 s ... 59 s, 12 min, 3 h 20 min, 2 d 4 h: two units at most. */
export function formatDuration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

export function formatSize({ width, height }) {
  return `${width} × ${height}`;
}

export function formatBytes(byteLength) {
  if (byteLength < 1024) return `${byteLength} B`;
  if (byteLength < 1024 * 1024) return `${Math.round(byteLength / 1024)} KB`;
  return `${(byteLength / 1024 / 1024).toFixed(1)} MB`;
}

/** Dioptres are 1/m; below 0.05 (20 m) the lens looks at infinity. */
export function formatLens(dioptres, words) {
  const text = formatNumber(dioptres, 2);
  if (dioptres < 0.05) return fill(words.lensFar, { dioptres: text });
  const meters = 1 / dioptres;
  const distance = meters < 1 ? `${Math.round(meters * 100)} cm` : `${formatNumber(meters, 1)} m`;
  return fill(words.lens, { dioptres: text, distance });
}
