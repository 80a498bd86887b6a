// The last status events with their ids, so that a client that comes back hears what it missed.
// An id is `epoch-counter`: the epoch is new in every process, so an id of before a restart is known as unknown.

export interface StatusEvent {
  readonly id: string;
  /** the event as it goes over the wire, blank line included */
  readonly wire: string;
}

export interface EventHistory {
  /** of the newest event; before the first one an id that only this epoch has */
  readonly newestId: string;
  add(data: unknown): StatusEvent;
  /** What came after `id`, oldest first; undefined when the id is unknown or too old. */
  since(id: string): readonly StatusEvent[] | undefined;
}

export function createEventHistory(epoch: string, capacity: number): EventHistory {
  const events: StatusEvent[] = [];
  let counter = 0;
  return {
    get newestId() {
      return `${epoch}-${counter}`;
    },
    add(data) {
      counter++;
      const id = `${epoch}-${counter}`;
      const event = { id, wire: formatEvent({ event: 'status', id, data }) };
      events.push(event);
      if (events.length > capacity) events.shift();
      return event;
    },
    since(id) {
      const [ofEpoch, number] = id.split('-');
      const missed = counter - Number(number);
      if (ofEpoch !== epoch || !(missed >= 0 && missed <= events.length)) return undefined;
      return missed === 0 ? [] : events.slice(-missed);
    },
  };
}

/** HTML Living Standard, 9.2.6: fields, then a blank line. JSON has no line ends in it. */
export function formatEvent({ event, id, data }: { event: string; id?: string; data: unknown }): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  return `event: ${event}\n${idLine}data: ${JSON.stringify(data)}\n\n`;
}
