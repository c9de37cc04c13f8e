import type { RowGroup } from './delta-rows.ts';

/** A round under way: what is still to be told, page by page. Plain data. */
export interface DeltaRound {
  readonly id: string;
  readonly mailbox: string;
  readonly folder: string;
  readonly from: number;
  readonly to: number;
  /** Version the next round starts from: what was true when this one began. */
  readonly version: number;
  /** Last version whose changes are already among the rows. */
  seen: number;
  readonly startedAt: number;
  readonly generation: number;
  /** Pages by number; a page asked for again is answered again. */
  pages: RowGroup[][];
}

/** Rounds kept for repeated requests; the oldest are evicted, as Exchange's size-limited cache does. */
export interface DeltaRounds {
  add(round: DeltaRound, kept: number): void;
  find(id: string): DeltaRound | undefined;
  all(): readonly DeltaRound[];
  clear(): void;
}

export function createDeltaRounds(): DeltaRounds {
  const rounds = new Map<string, DeltaRound>();
  return {
    add(round, kept) {
      rounds.set(round.id, round);
      for (const id of rounds.keys()) {
        if (rounds.size <= kept) break;
        rounds.delete(id);
      }
    },
    find: (id) => rounds.get(id),
    all: () => [...rounds.values()],
    clear: () => rounds.clear(),
  };
}

export interface DeltaToken {
  readonly mailbox: string;
  readonly folder: string;
  readonly from: number;
  readonly to: number;
  readonly version: number;
  readonly generation: number;
  readonly issuedAt: number;
}

/** Tokens are opaque to clients; ours hold what a round starts from, so that saving a state needs no list of them. */
export function sealToken(token: DeltaToken): string {
  const { mailbox, folder, from, to, version, generation, issuedAt } = token;
  return Buffer.from(JSON.stringify([mailbox, folder, from, to, version, generation, issuedAt])).toString('base64url');
}

/** Null for anything that is no token of ours. */
export function openToken(text: string): DeltaToken | null {
  try {
    const parts = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    const [mailbox, folder, from, to, version, generation, issuedAt] = parts as [string, string, ...number[]];
    const numbers = [from, to, version, generation, issuedAt];
    if (typeof mailbox !== 'string' || typeof folder !== 'string') return null;
    if (numbers.some((each) => typeof each !== 'number')) return null;
    return { mailbox, folder, from, to, version, generation, issuedAt } as DeltaToken;
  } catch {
    return null;
  }
}
