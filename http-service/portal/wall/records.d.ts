export function createRecordReader(
  onRecord: (record: Record<string, unknown>, picture: Uint8Array | undefined) => void,
): { push(chunk: Uint8Array): void };
