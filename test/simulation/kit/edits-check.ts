/** No edit that only one side made since the last rest may be lost, and neither may two of different fields. */
import { FAR, isUndecided, type MappingRow, readMappings } from './equality.ts';
import type { Edit, Ledger } from './ledger.ts';
import type { Stage } from './stage.ts';
import { type Booked, readTruth } from './truth.ts';

export interface EditsWorld {
  readonly stage: Stage;
  readonly ledger: Ledger;
  report(broken: string): void;
  count(check: string): void;
}

export async function checkEdits({ stage, ledger, report, count }: EditsWorld): Promise<void> {
  const truth = await readTruth(stage);
  const rows = await readMappings(stage);
  for (const [key, edit] of ledger.edited) {
    const booked = truth.reservations.get(key);
    const mine = rows.filter((row) => `${row.reservation_type}:${row.reservation_id}` === key);
    if (booked === undefined || edit.blurred || !isPlain(booked, mine, ledger)) continue;
    if (!truth.wanted.has(`${key}:${booked.rooms[0]}`)) continue;
    // The body of a private event is nobody's business (E8): whether a person's came before or after that makes the difference.
    const isText = booked.isPublic || edit.personText === undefined;
    const losses = [
      lossOf('title', edit.clerk, edit.person, booked.title, winnerOf(edit, booked, mine)),
      isText ? lossOf('text', edit.clerkText, edit.personText, booked.text) : null,
    ];
    count('edits');
    for (const loss of losses) if (loss !== null) report(`edit lost: the ${loss} of ${key}`);
  }
}

/** Nothing else could have changed its texts: it was neither cut from its event nor left to a person to decide. */
function isPlain(booked: Booked, rows: readonly MappingRow[], ledger: Ledger): boolean {
  if (!booked.active || booked.type !== 'event' || booked.rooms.length !== 1) return false;
  // Beyond everybody's window edits are ignored (E28).
  if (booked.from >= FAR) return false;
  // What is edited in a calendar its room has left is lost with it.
  if (ledger.wasResetSinceRest || ledger.touchedRooms.has(booked.rooms[0] ?? 0)) return false;
  return !rows.some((row) => isUndecided(row) || row.room_copy === 1 || ledger.loose.has(row.outlook_event_id ?? ''));
}

/**
 * Where both sides wrote: the last word, if it is that of the side the reservation comes from. It wins whether the other one had been seen by
 * then or not (E10).
 */
function winnerOf({ titleBy }: Edit, { rooms }: Booked, rows: readonly MappingRow[]): 'clerk' | 'person' | null {
  const here = rows.find((row) => row.resource_id === rooms[0]);
  const origin = here?.origin === 'booking' ? 'clerk' : 'person';
  return titleBy === origin ? origin : null;
}

/** Null where both sides wrote and nobody's word has to win, nobody wrote, or what was written is there. */
function lossOf(
  what: string,
  clerk: string | undefined,
  person: string | undefined,
  now: string,
  winner: 'clerk' | 'person' | null = null,
): string | null {
  if (clerk === undefined && person === undefined) return null;
  if (clerk !== undefined && person !== undefined && winner === null) return null;
  const isClerks = person === undefined || (clerk !== undefined && winner === 'clerk');
  const last = (isClerks ? clerk : person) ?? '';
  if (now.replace(/<[^>]*>/g, ' ').trim() === last) return null;
  return `${what} '${last}' which ${isClerks ? 'a clerk gave' : 'a person gave in Outlook'} became '${now}'`;
}
