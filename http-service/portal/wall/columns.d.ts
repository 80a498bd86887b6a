export function bestColumns(count: number, room: { width: number; height: number }, ratio?: number): number;
