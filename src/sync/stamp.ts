/**
 * Our marker on events the room itself organises (E36): after an operator's reset they are known again instead of being imported twice.
 * Nothing else of the event changes and nobody is mailed (R9). Occurrences are left alone, as a stamp would make exceptions of them; they
 * and people's meetings are known by (iCalUId, original start).
 */
import type { Mapping } from '../domain/mapping.ts';
import { markerOf } from './intents.ts';
import type { NewIntent, WriteOutcome } from './ports.ts';
import type { HeldRoom } from './room-lease.ts';
import type { RunContext, SyncDeps } from './settings.ts';

/** Parts of one `$batch`. */
const BATCH_SIZE = 20;

/** Stamps the events of these mappings of a held room, as far as they may be stamped. What fails stays unstamped, which is harmless. */
export async function stampMarkers(
  deps: SyncDeps,
  run: RunContext,
  held: HeldRoom,
  mappingIds: readonly number[],
): Promise<void> {
  const rows = mappingIds.length === 0 ? [] : (await deps.store.mappings.findByIds(mappingIds)).filter(isStampable);
  for (let at = 0; at < rows.length; at += BATCH_SIZE) {
    const limits = await held.limits();
    const batch = rows.slice(at, at + BATCH_SIZE);
    const intents = await deps.store.intents.open(
      held.lease,
      batch.map((row) => intentOf(row, run)),
    );
    const claimed = batch.filter((row) => intents.has(row.id));
    const outcomes = await deps.calendars.write(
      held.calendar,
      claimed.map((row) => ({
        kind: 'update',
        eventId: row.eventId ?? '',
        changeKey: row.changeKey,
        content: {},
        marker: markerOf(row),
      })),
      limits,
    );
    await checkpoint(deps, held, claimed, outcomes, intents);
  }
}

/** Rows whose event is ours to patch and stands for one reservation. */
function isStampable(row: Mapping): boolean {
  return (
    row.eventId !== null &&
    row.changeKey !== null &&
    row.reservationId !== null &&
    !row.roomCopy &&
    row.seriesMasterId === null &&
    row.status !== 'cancelled'
  );
}

function intentOf(row: Mapping, run: RunContext): NewIntent {
  return {
    mappingId: row.id,
    mappingVersion: row.version,
    calendar: row.calendar,
    kind: 'stamp',
    cause: `stamp:${row.type}:${row.reservationId}`,
    eventId: row.eventId,
    createToken: null,
    generation: row.generation,
    content: null,
    contentHash: null,
    bookingHash: null,
    runId: run.runId,
  };
}

/** The version our stamp made is saved, so that it is no edit when delta reports it. */
async function checkpoint(
  deps: SyncDeps,
  held: HeldRoom,
  rows: readonly Mapping[],
  outcomes: readonly WriteOutcome[],
  intents: ReadonlyMap<number, number>,
): Promise<void> {
  const lease = { calendar: held.calendar, token: held.lease.token };
  const known = rows.flatMap((row, index) => {
    const outcome = outcomes[index];
    const intent = intents.get(row.id);
    return outcome === undefined || outcome.kind === 'unknown' || intent === undefined
      ? []
      : [{ row, outcome, intent }];
  });
  if (known.length === 0) return;
  await deps.store.transaction(async (store) => {
    const saves = known.flatMap(({ row, outcome }) =>
      outcome.kind === 'written'
        ? [{ id: row.id, version: row.version, change: { changeKey: outcome.event.changeKey }, lease }]
        : [],
    );
    if (saves.length > 0) await store.mappings.save(saves);
    await store.intents.close(
      known.map(({ intent, outcome }) => ({ id: intent, status: outcome.kind === 'written' ? 'done' : 'failed' })),
    );
  });
}
