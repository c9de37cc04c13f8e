/** The jobs in the words of the tests, and the rooms most of them look at. */
import { detectCancellations } from '../../src/sync/cancellations.ts';
import { type ImportsInput, processImports } from '../../src/sync/import-reservations.ts';
import { type PollInput, pollChanges } from '../../src/sync/poll.ts';
import { pushPending } from '../../src/sync/push.ts';
import { passRooms } from '../../src/sync/run.ts';
import { detectMissing, type MissingInput } from '../../src/sync/verify-missing.ts';
import { addEvent, type Engine, type EngineOptions, inEngine, meeting } from './engine.ts';
import { countByStatus } from './mapping-statuses.ts';
import { eventIdOf } from './outlook.ts';

/** Room 103. */
export const ORNEN = 'ornen@fjordvik.example';
/** Room 104. */
export const AERE = 'aere@fjordvik.example';

/** Event 700 in room 103 on 2 March 2027 from 10:00 to 11:00, for `addEvent`. */
export const KORPS = { id: 700, name: 'Korps', start: '2027-03-02 10:00', end: '2027-03-02 11:00', rooms: [103] };

export const poll = (engine: Engine, input: PollInput = {}) =>
  pollChanges(engine.deps, engine.run('poll-changes'), input);
export const imports = (engine: Engine, input: Partial<ImportsInput> = {}) =>
  processImports(engine.deps, engine.run('process-imports'), { limit: 100, ...input });
export const detect = (engine: Engine) => detectCancellations(engine.deps, engine.run('sync-deletions'));
export const missing = (engine: Engine, input: MissingInput = {}) =>
  detectMissing(engine.deps, engine.run('detect-missing'), input);
export const push = (engine: Engine, limit = 1000) => pushPending(engine.deps, engine.run('to-outlook'), { limit });

/** What the change tick does: everything from the booking system to Outlook. */
export const pass = (engine: Engine) =>
  passRooms(engine.deps, engine.run('change-tick', { trigger: 'timer' }), { pull: false });

/** Two whole cycles: enough for anything to arrive on the other side and to come to rest. */
export async function settle(engine: Engine): Promise<void> {
  for (let cycle = 0; cycle < 2; cycle += 1) {
    await poll(engine);
    await imports(engine);
    await detect(engine);
    await push(engine);
  }
}

/** In a municipality without reservations. */
export const inRoom = (work: (engine: Engine) => Promise<void>, options: EngineOptions = {}) =>
  inEngine({ empty: true, ...options }, work);

/** Event 700 in these rooms, in Outlook since a moment, and every room polled. */
export async function shown(engine: Engine, rooms: readonly number[]): Promise<void> {
  await addEvent(engine, { ...KORPS, rooms, description: 'Ta med noter' });
  await push(engine);
  await poll(engine);
}

/** Event 700 in room 103, agreed on both sides; its id in Outlook. */
export async function agreed(engine: Engine, description = ''): Promise<string> {
  await addEvent(engine, { ...KORPS, description });
  await settle(engine);
  return eventIdOf(engine, 'event', 700, 103);
}

/** Event 700 in room 103 on 2 March 2027 from 9 to 12, and over it somebody's "Kollisjon" in Outlook from 10 to 11. */
export async function collide(engine: Engine): Promise<void> {
  const taken = { id: 700, name: 'Opptatt', start: '2027-03-02 09:00', end: '2027-03-02 12:00', rooms: [103] };
  await addEvent(engine, taken);
  engine.people.createInRoom(ORNEN, meeting('Kollisjon', '2027-03-02 10:00', '2027-03-02 11:00'));
}

/** Titles of a room's live events, in the order of the alphabet. */
export const subjectsIn = (engine: Engine, room: number) =>
  engine
    .events(room)
    .map((event) => event.subject)
    .sort();

export const statuses = (engine: Engine) => countByStatus(engine.sql<{ s: string; n: number }>);

/** Everything that must not change while Graph is out. */
export async function snapshot(engine: Engine): Promise<unknown> {
  return {
    events: await engine.sql('SELECT * FROM bb_event ORDER BY id'),
    bookings: await engine.sql('SELECT * FROM bb_booking ORDER BY id'),
    mappings: await engine.sql(
      'SELECT id, sync_status, reservation_id, outlook_event_id, gone_since FROM bridge_mappings ORDER BY id',
    ),
  };
}
