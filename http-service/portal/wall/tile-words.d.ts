export interface SeenTile {
  status: { state: string; unknownState: string | null; captureReachable: boolean };
  ageMs: number | undefined;
  heldAfterMs: number;
  isLinked: boolean;
  isWatched: boolean;
}
export function tileWords(
  seen: SeenTile,
  texts: unknown,
): {
  key: string;
  tone: string;
  title: string;
  view: 'live' | 'old' | 'waiting' | 'watched';
  ageMs: number | undefined;
  note: string;
};
