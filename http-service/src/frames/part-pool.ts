// The memory that parts live in. A socket that has not taken all of a part still refers to its bytes, so a room is used
// again only when no viewer holds it. The pool grows with the viewers that lag, by at most one part each, and shrinks after.

/** Bytes of one part: room for its head, the JPEG, room for what follows it. */
export interface PartRoom {
  readonly bytes: Buffer;
  /** the sweep in which somebody held it; the pool's own */
  heldIn: number;
}

export interface PartPool {
  /** Everything is free from here on but what `hold` is called for before the next `take`. */
  sweep(): void;
  hold(room: PartRoom): void;
  /** A free room of at least this size, valid until a later sweep in which nobody holds it. */
  take(byteLength: number): PartRoom;
  /** bytes of all rooms */
  readonly byteLength: number;
}

/** Frames of one camera differ in size: some air saves new rooms. */
const AIR = 1.25;
/** Free rooms kept for the next frames. */
const KEPT_FREE = 2;

export function createPartPool(): PartPool {
  let rooms: PartRoom[] = [];
  let sweep = 0;

  const isFree = (room: PartRoom) => room.heldIn !== sweep;
  const shrink = () => {
    let free = 0;
    rooms = rooms.filter((room) => !isFree(room) || ++free <= KEPT_FREE);
  };

  return {
    sweep() {
      sweep++;
    },
    hold(room) {
      room.heldIn = sweep;
    },
    take(byteLength) {
      if (rooms.length > KEPT_FREE) shrink();
      let room = rooms.find((each) => isFree(each) && each.bytes.byteLength >= byteLength);
      if (room === undefined) {
        // What is free is too small: the camera's frames have grown, and it would stay unused.
        rooms = rooms.filter((each) => !isFree(each));
        room = { bytes: Buffer.allocUnsafeSlow(Math.ceil(byteLength * AIR)), heldIn: sweep };
        rooms.push(room);
      }
      room.heldIn = sweep;
      return room;
    },
    get byteLength() {
      return rooms.reduce((sum, room) => sum + room.bytes.byteLength, 0);
    },
  };
}
