import { TRANSITIONS } from '../../../src/domain/transitions.ts';
import type { RuleTable } from './rule-table.ts';

/** Which transition leads from a state (row; `–` = no row yet) to another; several numbers: the trigger decides. */
export const STATE_MATRIX: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '–': { pending: 'T1', conflict: 'T2', imported: 'T11' },
  pending: { synced: 'T3', error: 'T4 T9', conflict: 'T6', cancelled: 'T8 T15', removed: 'T18' },
  synced: { pending: 'T5 T17', synced: 'T16', error: 'T9', conflict: 'T6', cancelled: 'T8 T15' },
  error: { pending: 'T5', synced: 'T3', error: 'T4 T9', conflict: 'T6', cancelled: 'T8 T15' },
  conflict: { pending: 'T7', synced: 'T16', error: 'T9', cancelled: 'T8 T15', imported: 'T14' },
  cancelled: { pending: 'T10', synced: 'T10', conflict: 'T10', imported: 'T11', removed: 'T18' },
  imported: { pending: 'T18', synced: 'T12', imported: 'T13', conflict: 'T14', cancelled: 'T15' },
};

export const STATES_TO = ['pending', 'synced', 'error', 'conflict', 'cancelled', 'imported', 'removed'] as const;

export const stateTables: readonly RuleTable[] = [
  {
    name: 'transitions',
    headings: ['T', 'from', 'to', 'when', 'what else changes'],
    rows: TRANSITIONS.map((row) => [
      row.number,
      row.from.map((state) => state ?? '–').join(', '),
      row.to,
      row.when,
      row.effects,
    ]),
  },
  {
    name: 'states',
    headings: ['from \\ to', ...STATES_TO],
    rows: Object.entries(STATE_MATRIX).map(([from, row]) => [from, ...STATES_TO.map((to) => row[to] ?? '')]),
  },
];
