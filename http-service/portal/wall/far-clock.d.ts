export interface FarClock {
  heard(sentMs: number, nowMs: number): void;
  ageMs(farMs: number, nowMs: number): number;
}
export function createFarClock(): FarClock;
