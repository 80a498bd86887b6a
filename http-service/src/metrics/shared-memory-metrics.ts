// How full the file system of the frames is: too little room there ends capture, so it is worth an alert.

import { statfs } from 'node:fs/promises';
import { Gauge, type Registry } from 'prom-client';

const SHARED_MEMORY_FOLDER = '/dev/shm';

export function registerSharedMemoryMetrics(registry: Registry): void {
  const size = gauge('soft_stream_shared_memory_filesystem_size_bytes', 'Size of the file system of shared memory.');
  const free = gauge('soft_stream_shared_memory_filesystem_free_bytes', 'Free space of that file system.', async () => {
    const { bsize, blocks, bavail } = await statfs(SHARED_MEMORY_FOLDER);
    size.set(blocks * bsize);
    free.set(bavail * bsize);
  });

  function gauge(name: string, help: string, collect: () => Promise<void> = async () => undefined): Gauge {
    return new Gauge({ name, help, registers: [registry], collect });
  }
}
