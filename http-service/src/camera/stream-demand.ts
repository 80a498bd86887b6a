// What this process asks of capture for one camera: its viewers, and the snapshots that hold the stream without one.

export interface StreamDemand {
  /** somebody watches, or a snapshot holds the stream */
  readonly isWanted: boolean;
  /** The number of viewers may have changed. */
  viewers(count: number): void;
  /** Keeps the camera streaming until released. */
  hold(): () => void;
  /** No demand from here on, whatever is released later. */
  close(): void;
}

/** @param set told each change: people watching; 0: nobody, but frames are wanted; undefined: no demand */
export function createStreamDemand(set: (viewers: number | undefined) => void): StreamDemand {
  let viewerCount = 0;
  let holds = 0;
  let isClosed = false;

  const isWanted = () => viewerCount + holds > 0;
  const update = () => {
    if (!isClosed) set(isWanted() ? viewerCount : undefined);
  };
  return {
    get isWanted() {
      return isWanted();
    },
    viewers(count) {
      if (count === viewerCount) return;
      viewerCount = count;
      update();
    },
    hold() {
      holds++;
      update();
      return () => {
        holds--;
        update();
      };
    },
    close() {
      isClosed = true;
      set(undefined);
    },
  };
}
