import { createHash, timingSafeEqual } from 'node:crypto';

/** Both names: some proxies drop headers with underscores, the old clients send one. */
const HEADERS = ['x-api-key', 'api_key'] as const;

/**
 * Whether a caller may come in (S25). Without a configured key everybody may. Digests of equal length are compared, in constant
 * time, so that neither length nor content of the key shows in the answer's timing.
 */
export function hasValidKey(configured: string | null, headers: { get(name: string): string | null }): boolean {
  if (configured === null) return true;
  return HEADERS.some((name) => {
    const given = headers.get(name);
    return given !== null && timingSafeEqual(digest(given), digest(configured));
  });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
