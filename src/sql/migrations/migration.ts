import type { Engine } from '../sql-text.ts';

/** One step forward of the schema. Never changed once released: a later one corrects it. */
export interface Migration {
  /** 1, 2, 3, ... without gaps. */
  readonly version: number;
  readonly name: string;
  /** Statements in order; each is sent by itself, all in one transaction. */
  readonly statements: (engine: Engine) => readonly string[];
}
