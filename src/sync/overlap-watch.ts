/**
 * Two events in one room at one time. Exchange does not check what is written straight into a calendar, so it is judged from the next
 * delta, which shows our own writes and everybody's edits. Nothing is undone: both sides are told, once.
 */
import type { Mapping } from '../domain/mapping.ts';
import { reservationLabel } from '../domain/reservation.ts';
import type { Room } from '../domain/room.ts';
import type { WallSpan } from '../domain/time.ts';
import { isValidSpan } from '../domain/wall-clock.ts';
import { journalEntry } from './journal-entries.ts';
import type { Observation } from './observe-rooms.ts';
import type { PullStep } from './pull-steps.ts';
import type { RunContext, SyncDeps } from './settings.ts';

/** Raises an alert and a journal entry for each new pair; two statements, and none where nothing of ours changed. */
export async function watchOverlaps(
  deps: SyncDeps,
  run: RunContext,
  observation: Observation,
  room: Room,
  steps: readonly PullStep[],
): Promise<void> {
  if (deps.settings.importOnOverlap === 'create') return;
  const touched = new Set(touchedMappings(observation, steps).map((mapping) => mapping.id));
  if (touched.size === 0) return;
  const span = await spanOfRows(deps, touched);
  if (span === null) return;
  const rows = (await deps.store.mappings.listLive(room.calendar, span)).filter(isShownEvent);
  for (const [one, other] of overlappingPairs(rows, touched)) await report(deps, run, room, one, other);
}

/** What changed in time or place, and our own writes coming back. */
function touchedMappings(observation: Observation, steps: readonly PullStep[]): readonly Mapping[] {
  const changed = steps.flatMap((step) =>
    step.kind === 'edit' || step.kind === 'adopt' || step.kind === 'relink' || step.kind === 'restored'
      ? [step.mapping]
      : [],
  );
  if (observation.full) return changed;
  const echoes = observation.events.flatMap((event) => observation.known.get(event.id) ?? []);
  return [...changed, ...echoes.filter((mapping) => mapping.origin === 'booking')];
}

/** Events of the booking system that stand in Outlook. Lower priorities give way by rule (2.3), waiting imports are conflicts already. */
function isShownEvent(row: Mapping): boolean {
  return (
    row.type === 'event' &&
    row.reservationId !== null &&
    row.status !== 'conflict' &&
    row.startsAt !== null &&
    row.endsAt !== null &&
    isValidSpan(row.startsAt, row.endsAt)
  );
}

/** Pure: pairs of different reservations at the same time, at least one of them touched; each pair once, by id. */
export function overlappingPairs(
  rows: readonly Mapping[],
  touched: ReadonlySet<number>,
): readonly (readonly [Mapping, Mapping])[] {
  const byStart = rows.toSorted((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
  return byStart.flatMap((one, index) => {
    const pairs: (readonly [Mapping, Mapping])[] = [];
    for (const other of later(byStart, index)) {
      if (startOf(other) >= (one.endsAt ?? '')) break;
      const isNews = touched.has(one.id) || touched.has(other.id);
      if (isNews && other.reservationId !== one.reservationId)
        pairs.push(one.id < other.id ? [one, other] : [other, one]);
    }
    return pairs;
  });
}

function* later<T>(rows: readonly T[], index: number): Generator<T> {
  for (let at = index + 1; at < rows.length; at += 1) yield rows[at] as T;
}

function startOf(row: Mapping): string {
  return row.startsAt ?? '';
}

/** The time the touched rows take up, as they are now; null when none is left. */
async function spanOfRows(deps: SyncDeps, ids: ReadonlySet<number>): Promise<WallSpan | null> {
  const rows = (await deps.store.mappings.findByIds([...ids])).filter(isShownEvent);
  if (rows.length === 0) return null;
  const starts = rows.map((row) => row.startsAt ?? '').sort();
  const ends = rows.map((row) => row.endsAt ?? '').sort();
  return { from: starts[0] ?? '', to: ends.at(-1) ?? '' };
}

async function report(deps: SyncDeps, run: RunContext, room: Room, one: Mapping, other: Mapping): Promise<void> {
  const labels = [one, other].map(({ reservationId }) => reservationLabel({ type: 'event', id: reservationId ?? 0 }));
  const isNew = await deps.store.alerts.raise({
    kind: 'overlap',
    severity: 'warning',
    message: 'Two events occupy a room at the same time: move or cancel one of them.',
    properties: { calendar: room.calendar, resourceId: room.resourceId, reservations: labels },
    episode: `overlap:${room.resourceId}:${labels.join(':')}`,
  });
  if (!isNew) return;
  await deps.store.journal.append([
    journalEntry(run, one, { action: 'conflict-recorded', reason: `Overlaps ${labels[1]} in Outlook` }),
  ]);
}
