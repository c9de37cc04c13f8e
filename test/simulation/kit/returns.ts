/** What leaves a calendar and comes back: events out of Deleted Items, meetings sent again; and whose edit that was. */
import type { Meeting, SeenEvent } from '../../../src/sandbox/graph-simulator/actors.ts';
import { immutableId, parseEventId } from '../../../src/sandbox/graph-simulator/ids.ts';
import type { StoredEvent } from '../../../src/sandbox/graph-simulator/model.ts';
import { editOf } from './ledger.ts';
import type { PeopleWorld } from './people.ts';
import { ROOMS } from './stage.ts';

interface NotedRow {
  readonly reservation_type: string | null;
  readonly reservation_id: number | null;
  readonly speaks: number;
  readonly lives: number;
}

/** Whose event a person changed, as far as the mapping tells now. */
export async function noteEdit(
  { stage, ledger }: PeopleWorld,
  event: Pick<SeenEvent, 'id' | 'properties'>,
  note: (edit: ReturnType<typeof editOf>) => void,
) {
  const [row] = await stage.query<NotedRow>(
    `SELECT reservation_type, reservation_id, origin = 'outlook' AND EXISTS (SELECT 1 FROM bb_event_resource AS r
       WHERE r.event_id = m.reservation_id AND r.resource_id = m.resource_id) AS speaks,
       EXISTS (SELECT 1 FROM bb_event AS e WHERE e.id = m.reservation_id AND e.active = 1) AS lives
     FROM bridge_mappings AS m WHERE m.outlook_event_id = '${event.id}'`,
  );
  if (row?.reservation_id != null) {
    const edit = editOf(ledger, `${row.reservation_type}:${row.reservation_id}`);
    // Brought back (E66): one born in Outlook, in a room its reservation still has, speaks for itself; others start from what that says.
    // What is cancelled, and not brought back, may go while it is edited, and the edit with it.
    const isBack = ledger.restored.has(parseEventId(event.id)?.core ?? '');
    if (isBack ? row.speaks === 0 : row.lives === 0) edit.blurred = true;
    return note(edit);
  }
  ledger.loose.add(event.id);
  // Not the event that stands for it, or not yet: whose word counts cannot be told.
  const marker = Object.values(event.properties)[0]?.split(':');
  if (marker !== undefined) editOf(ledger, `${marker[0]}:${marker[1]}`).blurred = true;
}

/** Out of Deleted Items, at once under another `title` where the room itself organises it. */
export async function restore(world: PeopleWorld, calendar: string, b: number, title: string | null): Promise<void> {
  const { graph, ledger } = world;
  const mailbox = graph.mailbox(calendar);
  const isOwn = ({ isOrganizer, attendees, series }: StoredEvent) => isOrganizer && attendees.length === 0 && !series;
  const gone = [...mailbox.events.values()].filter(
    (event) => event.deletedAt !== null && !event.purged && (title === null || isOwn(event)),
  );
  const event = gone[b % Math.max(1, gone.length)];
  if (event === undefined) return;
  ledger.restored.add(event.core);
  const id = immutableId(mailbox.tag, event.core);
  await noteEdit(world, { id, properties: event.properties }, () => undefined);
  graph.actors.restoreInRoom(calendar, id);
  if (title === null) return;
  graph.actors.editInRoom(calendar, id, { subject: title });
  await noteEdit(world, { id, properties: event.properties }, (edit) => {
    Object.assign(edit, { person: title, titleBy: 'person' });
  });
}

/** Occurrences may have UIDs of their own: the copies of a series are remembered by their masters too. */
export function noteCopies({ graph, ledger }: PeopleWorld, meeting: Meeting): void {
  for (const { calendar } of ROOMS) {
    const copy = graph.actors.copyIn(calendar, meeting);
    if (copy !== null) ledger.removed.add(`series:${copy}`);
  }
}

/** A room's copy of a meeting is deleted by mistake, and its organiser sends it again, otherwise as it was: it goes on under a new id. */
export async function sendAgain(world: PeopleWorld, b: number): Promise<void> {
  const { graph, ledger } = world;
  const copies = world.meetings.flatMap(({ meeting, rooms }) =>
    rooms.flatMap((calendar) => {
      const copy = graph.actors.copyIn(calendar, meeting);
      return copy === null ? [] : [{ meeting, calendar, copy }];
    }),
  );
  const picked = copies[b % Math.max(1, copies.length)];
  if (picked === undefined) return;
  const { meeting, calendar, copy } = picked;
  // The other rooms are asked again as well, and may have something better by now.
  noteCopies(world, meeting);
  for (const name of [copy, `uid:${meeting.iCalUId}`]) ledger.removed.add(name);
  await noteEdit(world, { id: copy, properties: {} }, (edit) => {
    edit.blurred = true;
  });
  graph.actors.deleteInRoom(calendar, copy);
  graph.actors.edit(meeting, { importance: 'high' });
}
