// How many tiles stand beside each other, so that they come out as large as they can be. Pure but for `keepColumns`.

/** Room under a picture for its caption, and between tiles, in pixels: as in wall.css. */
const CAPTION = 28;
const GAP = 6;
/** On a page that scrolls, tiles are not made smaller than this to have all of them on one screen. */
const NARROWEST = 300;

/** @returns the number of columns in which `count` pictures of this shape come out largest */
export function bestColumns(count, { width, height }, ratio = 16 / 9) {
  let best = { columns: 1, size: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const wide = (width - GAP * (columns - 1)) / columns;
    const high = (height - GAP * (rows - 1)) / rows - CAPTION;
    const size = Math.min(wide, high * ratio);
    if (size > best.size) best = { columns, size };
  }
  return best.columns;
}

/** Sets `--columns` and `--rows` for `count` tiles, now and at each change of the window. */
export function keepColumns({ element, count, isKiosk }) {
  const lay = () => {
    const best = bestColumns(count, { width: innerWidth, height: innerHeight });
    const most = Math.max(1, Math.floor(innerWidth / NARROWEST));
    // A page may scroll: two beside each other are then better than one that fills it.
    const columns = isKiosk ? best : Math.min(Math.max(best, 2), most, count);
    element.style.setProperty('--columns', String(columns));
    element.style.setProperty('--rows', String(Math.ceil(count / columns)));
  };
  addEventListener('resize', lay);
  lay();
}
