/** Pure: what the import answers, entry by entry. */
import type { Mapping } from '../domain/mapping.ts';
import type { Candidate, ImportLook } from './import-look.ts';
import type { MeetingOutcome } from './import-meeting.ts';
import { importSnapshotOf } from './import-plan.ts';
import type { ImportDetail, ImportsResult } from './results.ts';
import type { SyncSettings } from './settings.ts';

/** One entry per meeting: its oldest copy, with every room it was linked to. */
export function detailOfMeeting(
  meeting: readonly Candidate[],
  outcome: MeetingOutcome,
  settings: SyncSettings,
): ImportDetail {
  const { row, event } = meeting[0] as Candidate;
  const { subject, startsAt, endsAt } = importSnapshotOf(event, settings);
  const base = { ...detailOfRow(row, 'waiting'), title: subject ?? null, start: startsAt ?? null, end: endsAt ?? null };
  switch (outcome.kind) {
    case 'created':
    case 'linked':
      return {
        ...base,
        status: outcome.kind,
        mappingId: outcome.linked[0]?.mappingId ?? row.id,
        reservationId: outcome.reservationId,
        linkedResources: outcome.linked.map(({ resourceId }) => resourceId),
        warnings: outcome.warnings,
      };
    case 'conflict':
      return { ...base, status: 'conflict', error: `Overlaps ${outcome.labels.join(', ')}` };
    case 'ended':
      return { ...base, status: 'gone', reservationId: outcome.reservationId };
    case 'later':
      return base;
  }
}

/** An entry for a row about which nothing newer than its snapshot is known. */
export function detailOfRow(row: Mapping, status: ImportDetail['status'], error?: string): ImportDetail {
  return {
    mappingId: row.id,
    calendar: row.calendar,
    eventId: row.eventId ?? '',
    resourceId: row.resourceId,
    reservationId: row.reservationId,
    title: row.subject,
    start: row.startsAt,
    end: row.endsAt,
    status,
    linkedResources: [],
    warnings: [],
    ...(error === undefined ? {} : { error }),
  };
}

/** The entry of a row that did not get as far as its import. */
export function detailOfLook(look: Exclude<ImportLook, { kind: 'importable' }>): ImportDetail {
  return detailOfRow(look.row, look.kind === 'gone' ? 'gone' : 'waiting', look.reason);
}

export function countImports(
  details: readonly ImportDetail[],
): Pick<ImportsResult, 'processed' | 'successful' | 'errors' | 'skipped' | 'reservationIds'> {
  const count = (...statuses: ImportDetail['status'][]) =>
    details.filter(({ status }) => statuses.includes(status)).length;
  const successful = count('created', 'linked');
  const errors = count('error');
  return {
    processed: successful + errors,
    successful,
    errors,
    skipped: count('conflict', 'gone', 'waiting'),
    reservationIds: details.flatMap(({ status, reservationId }) =>
      status === 'created' && reservationId !== null ? [reservationId] : [],
    ),
  };
}
