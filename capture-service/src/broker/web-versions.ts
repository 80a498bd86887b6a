// Which versions of http-service use the cameras now: what `camctl doctor` reports of them.

import type { DoctorLine } from '@soft-stream/shared/api/control-api';
import { versionDifference } from '@soft-stream/shared/api/versions';

export interface WebVersions {
  /** @param connection any object that stands for it; @param version null: it does not report one */
  set(connection: object, version: string | null): void;
  delete(connection: object): void;
  lines(): readonly DoctorLine[];
}

export function createWebVersions(): WebVersions {
  const versions = new Map<object, string | null>();
  return {
    set(connection, version) {
      versions.set(connection, version);
    },
    delete(connection) {
      versions.delete(connection);
    },
    lines() {
      const distinct = [...new Set(versions.values())];
      return distinct.map((version) => {
        const difference = versionDifference('capture-service', 'http-service', version);
        if (difference === null) return { level: 'ok', what: `http-service ${version} is connected` };
        return { level: 'warn', what: difference, advice: 'update both services, then restart both' };
      });
    },
  };
}
