/** Deterministic chance for the simulator: the same seed gives the same ids, orders, delays and faults. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  /** True with the given probability; probability 0 draws nothing. */
  chance(probability: number): boolean;
  /** A new array with the elements in another order. */
  shuffled<T>(elements: readonly T[]): T[];
  /** Four words of inner state, for saving. */
  state(): [number, number, number, number];
  restore(state: readonly [number, number, number, number]): void;
}

/** Two independent 32-bit hashes of a text (cyrb53 construction). */
export function hashWords(text: string, seed = 0): [number, number] {
  let h1 = 0xdeadbeef ^ seed;
  let h2 = 0x41c6ce57 ^ seed;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    h1 = Math.imul(h1 ^ code, 2654435761);
    h2 = Math.imul(h2 ^ code, 1597334677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909);
  return [h1 >>> 0, h2 >>> 0];
}

/** A 53-bit hash of a text, for comparing request bodies without keeping them. */
export function hashNumber(text: string): number {
  const [h1, h2] = hashWords(text);
  return (h2 & 0x1fffff) * 0x100000000 + h1;
}

/** An sfc32 generator seeded from a text. */
export function createRandom(seed: string): Random {
  const [w1, w2] = hashWords(seed);
  const [w3, w4] = hashWords(seed, 0x9e3779b9);
  let a = w1;
  let b = w2;
  let c = w3;
  let d = w4;
  const word = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  const next = (): number => word() / 0x100000000;
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (probability) => probability > 0 && next() < probability,
    shuffled<T>(elements: readonly T[]): T[] {
      const copy = elements.slice();
      for (let i = copy.length - 1; i > 0; i--) {
        const j = below(i + 1);
        const swap = copy[i] as T;
        copy[i] = copy[j] as T;
        copy[j] = swap;
      }
      return copy;
    },
    state: () => [a, b, c, d],
    restore(state) {
      [a, b, c, d] = state;
    },
  };
}
