import { createHash } from 'node:crypto';
import type { Ids } from '../sync/ports.ts';

/** Ids of the shape of v4 UUIDs that are the same in every run. */
export function createSeededIds(seed: string): Ids {
  let count = 0;
  return {
    uuid() {
      count += 1;
      const hex = createHash('sha256').update(`${seed}/${count}`).digest('hex');
      const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
      return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `4${hex.slice(13, 16)}`,
        `${variant}${hex.slice(17, 20)}`,
        hex.slice(20, 32),
      ].join('-');
    },
  };
}
