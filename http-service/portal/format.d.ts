// The types of format.js for the server.

export function fill(text: string, values: Readonly<Record<string, string | number>>): string;
export function formatNumber(value: number, digits?: number): string;
export function formatDuration(ms: number): string;
export function formatSize(size: { readonly width: number; readonly height: number }): string;
export function formatBytes(byteLength: number): string;
