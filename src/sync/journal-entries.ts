import type { Mapping } from '../domain/mapping.ts';
import type { JournalAction, JournalEntry } from './ports.ts';
import type { RunContext } from './settings.ts';

/** A journal entry about a mapping; `before` and `after` hold field values for undo, never more than the synced fields. */
export function journalEntry(
  run: RunContext,
  mapping: Pick<Mapping, 'id' | 'calendar' | 'resourceId' | 'type' | 'reservationId' | 'eventId'>,
  entry: {
    readonly action: JournalAction;
    readonly reason: string;
    readonly cause?: string;
    readonly before?: object | null;
    readonly after?: object | null;
    readonly eventId?: string | null;
  },
): JournalEntry {
  return {
    runId: run.runId,
    actor: run.actor,
    action: entry.action,
    reason: entry.reason,
    cause: entry.cause ?? null,
    calendar: mapping.calendar,
    resourceId: mapping.resourceId,
    mappingId: mapping.id,
    type: mapping.type,
    reservationId: mapping.reservationId,
    eventId: entry.eventId === undefined ? mapping.eventId : entry.eventId,
    before: (entry.before ?? null) as JournalEntry['before'],
    after: (entry.after ?? null) as JournalEntry['after'],
  };
}
