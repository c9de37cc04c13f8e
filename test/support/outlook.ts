/** What people do in Outlook, in the words of the tests. */
import type { Meeting } from '../../src/sandbox/graph-simulator/actors.ts';
import { type Engine, MINUTE, type meeting } from './engine.ts';

export const KARI = { name: 'Kari Lunde', address: 'kari.lunde@fjordvik.example' };

/** Rooms that keep what the organiser wrote. */
const PLAIN = {
  deleteSubject: false,
  addOrganizerToSubject: false,
  deleteComments: false,
  removePrivateProperty: false,
};

/** Kari invites rooms; their copies are accepted. */
export function invite(engine: Engine, rooms: readonly string[], event: ReturnType<typeof meeting>): Meeting {
  for (const room of rooms) Object.assign(engine.graph.mailbox(room).processing, PLAIN);
  const booked = engine.people.book({ organizer: KARI, rooms, event });
  engine.wait(MINUTE);
  return booked;
}

/** The event id in `calendar` of a reservation's event. */
export async function eventIdOf(engine: Engine, type: string, id: number, resourceId: number): Promise<string> {
  const { outlook_event_id } = await engine.row<{ outlook_event_id: string | null }>(
    `SELECT outlook_event_id FROM bridge_mappings WHERE reservation_type = '${type}' AND reservation_id = ${id} AND resource_id = ${resourceId}`,
  );
  if (outlook_event_id === null) throw new Error(`${type}:${id} has no event in room ${resourceId}`);
  return outlook_event_id;
}
