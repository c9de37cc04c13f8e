import type { Mapping } from '../../../src/domain/mapping.ts';
import { importedRow } from '../../../src/sync/import-plan.ts';
import type { PullStep } from '../../../src/sync/pull-steps.ts';
import { pairRescheduled } from '../../../src/sync/suspects.ts';
import { anEvent } from '../../support/domain-builders.ts';
import { aMapping, aRoom, pullFacts, SETTINGS } from '../../support/sync-builders.ts';

/** A removed occurrence of series S on a day of March, 17:00 to 18:00. */
function gone(id: number, day: string, series = 'S'): PullStep & { kind: 'gone' } {
  const mapping: Mapping = aMapping({
    id,
    eventId: `old${id}`,
    status: 'synced',
    origin: 'outlook',
    seriesMasterId: series,
    startsAt: `2027-03-${day} 17:00:00`,
    endsAt: `2027-03-${day} 18:00:00`,
  });
  return { kind: 'gone', mapping, reason: 'Deleted in Outlook' };
}

/** A new occurrence of series S, 18:00 to 19:00. */
function arrival(id: string, day: string, series = 'S'): PullStep {
  const event = anEvent({
    id,
    kind: 'occurrence',
    seriesMasterId: series,
    start: `2027-03-${day}T17:00:00.000Z`,
    end: `2027-03-${day}T18:00:00.000Z`,
  });
  return { kind: 'import', event, row: importedRow(event, aRoom(), SETTINGS) };
}

const pairs = (steps: readonly PullStep[]) =>
  pairRescheduled(steps, pullFacts()).map((step) => {
    if (step.kind === 'relink') return [step.mapping.id, step.event.id];
    return [step.kind, 'mapping' in step ? step.mapping.id : 'event' in step ? step.event.id : null];
  });

describe('a rescheduled series', () => {
  test('each occurrence keeps its reservation on its day', () => {
    expect(pairs([gone(1, '02'), gone(2, '09'), arrival('n1', '02'), arrival('n2', '09')])).toEqual([
      [1, 'n1'],
      [2, 'n2'],
    ]);
  });

  test('moved by a day, the nearest are paired', () => {
    expect(pairs([gone(1, '02'), gone(2, '09'), arrival('n2', '10'), arrival('n1', '03')])).toEqual([
      [2, 'n2'],
      [1, 'n1'],
    ]);
  });

  test('an occurrence that is deleted stays deleted; one that is new stays new', () => {
    expect(pairs([gone(1, '02'), gone(2, '09'), arrival('n1', '02'), arrival('n5', '30')])).toEqual([
      ['gone', 2],
      [1, 'n1'],
      ['import', 'n5'],
    ]);
  });

  test('other series and single events are not mixed up', () => {
    const single = { ...gone(3, '02'), mapping: { ...gone(3, '02').mapping, seriesMasterId: null } };
    expect(pairs([gone(1, '02', 'T'), single, arrival('n1', '02')])).toEqual([
      ['gone', 1],
      ['gone', 3],
      ['import', 'n1'],
    ]);
  });
});
