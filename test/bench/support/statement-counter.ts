import type { StatementEnd, StatementHooks } from '../../../src/sql/database.ts';

const WRITES_MAPPINGS = /^\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?bridge_mappings\b/i;

export interface StatementCounts {
  /** Trips to the database; begin, commit and rollback are trips too. */
  readonly statements: number;
  /** Statements that could change rows of `bridge_mappings`, whether they did or not. */
  readonly mappingWrites: number;
}

/** Counts statements through the seams of the SQL layer. */
export interface StatementCounter {
  readonly hooks: StatementHooks;
  counts(): StatementCounts;
  reset(): void;
}

export function createStatementCounter(): StatementCounter {
  let statements = 0;
  let mappingWrites = 0;
  return {
    hooks: {
      onStatement: ({ sql }: StatementEnd) => {
        statements += 1;
        if (WRITES_MAPPINGS.test(sql)) mappingWrites += 1;
      },
    },
    counts: () => ({ statements, mappingWrites }),
    reset: () => {
      statements = 0;
      mappingWrites = 0;
    },
  };
}
