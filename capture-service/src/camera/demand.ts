// Whether the camera's stream is wanted: leases, the operator's word, claims from inside, and a linger after the last.

import type { Clock } from '@soft-stream/shared/runtime/clock';

export type Hold = 'auto' | 'on' | 'off';

export interface Demand {
  /** leases, hold on, a claim, or the linger after them */
  readonly isWanted: boolean;
  readonly hold: Hold;
  readonly leases: number;
  readonly viewers: number;
  setLeases(leases: number, viewers: number): void;
  setHold(hold: Hold): void;
  /** Wants the stream from inside, without being a viewer; ends without a linger. @returns the release function */
  claim(): () => void;
  /** No timer runs from here on, whatever comes. */
  stop(): void;
}

export interface DemandEvents {
  /** the answer to `isWanted` has changed */
  changed(isWanted: boolean): void;
  /** somebody new came while others may want it already: a failed camera is tried at once */
  newcomer(): void;
}

/** @param lingers whether there is anything to keep: an idle camera does not start for a linger */
export function createDemand(
  options: { readonly lingerMs: number; readonly clock: Clock; lingers(): boolean },
  events: DemandEvents,
): Demand {
  const { lingerMs, clock } = options;
  let hold: Hold = 'auto';
  let leases = 0;
  let viewers = 0;
  let claims = 0;
  let wasWanted = false;
  let isOver = false;
  let cancelLinger: (() => void) | undefined;

  const isAsked = () => hold !== 'off' && (leases > 0 || claims > 0 || hold === 'on');
  const endLinger = () => {
    cancelLinger?.();
    cancelLinger = undefined;
  };
  const isWanted = () => isAsked() || cancelLinger !== undefined;
  const tell = () => {
    if (isWanted() === wasWanted) return;
    wasWanted = !wasWanted;
    events.changed(wasWanted);
  };
  /** @param mayLinger the last viewer left: keep the camera on for those who come back */
  const update = (mayLinger: boolean) => {
    if (isAsked() || hold === 'off') endLinger();
    else if (mayLinger && !isOver && wasWanted && cancelLinger === undefined && lingerMs > 0 && options.lingers()) {
      cancelLinger = clock.after(lingerMs, () => {
        cancelLinger = undefined;
        tell();
      });
    }
    tell();
  };

  return {
    get isWanted() {
      return isWanted();
    },
    get hold() {
      return hold;
    },
    get leases() {
      return leases;
    },
    get viewers() {
      return viewers;
    },
    setLeases(nowLeases, nowViewers) {
      const isFirst = (leases === 0 && nowLeases > 0) || (viewers === 0 && nowViewers > 0);
      const isLast = leases > 0 && nowLeases === 0;
      leases = nowLeases;
      viewers = nowViewers;
      update(isLast);
      if (isFirst && hold !== 'off') events.newcomer();
    },
    setHold(newHold) {
      hold = newHold;
      update(false);
    },
    claim() {
      let isHeld = true;
      claims += 1;
      update(false);
      return () => {
        if (!isHeld) return;
        isHeld = false;
        claims -= 1;
        update(false);
      };
    },
    stop() {
      isOver = true;
      endLinger();
    },
  };
}
