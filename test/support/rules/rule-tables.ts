import { brakeTables } from './brake-rows.ts';
import { mergeTables } from './merge-rows.ts';
import { occupancyTables } from './occupancy-rows.ts';
import { pullTables } from './pull-rows.ts';
import type { RuleTable } from './rule-table.ts';
import { stateTables } from './state-rows.ts';
import { textTables } from './text-rows.ts';
import { timeTables } from './time-rows.ts';

/** Every table of docs/sync-rules.md. */
export const ruleTables: readonly RuleTable[] = [
  ...stateTables,
  ...occupancyTables,
  ...pullTables,
  ...mergeTables,
  ...brakeTables,
  ...timeTables,
  ...textTables,
];
