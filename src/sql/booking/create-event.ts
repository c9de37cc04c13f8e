/** The import: one event with its date, rooms, age group and audience, inside the caller's transaction (S8, S13, S99). */
import { sql } from 'kysely';
import { isSyncError, SyncError } from '../../domain/errors.ts';
import type { NewEvent } from '../../sync/ports.ts';
import { type BookingContext, moment, read, type Sql } from './context.ts';
import {
  type Building,
  chooseActivity,
  chooseRanked,
  findBuilding,
  type ImportActivity,
  type RankedTable,
  readIdentity,
} from './import-defaults.ts';
import type { BookingColumn } from './layout.ts';
import { stampNow } from './stamps.ts';

/** Inserts in the order they are made; the names stand in errors (S99). */
export type ImportStep = 'activity' | 'event' | 'date' | 'resource' | 'agegroup' | 'targetaudience';

/** `BookingSystem.createEvent`. */
export async function createEvent(
  context: BookingContext,
  event: NewEvent,
): Promise<{ readonly id: number; readonly warnings: readonly string[] }> {
  const warnings: string[] = [];
  const activity = await inStep('activity', () => chooseActivity(context, event));
  const id = await inStep('event', async () => {
    const building = await findBuilding(context, event.rooms);
    if (building === null) warnings.push(`Room ${event.rooms[0]} is in no building: the building name stays empty.`);
    return insertEvent(context, event, activity, building);
  });
  await inStep('date', () => insertDate(context, id, event));
  await inStep('resource', () => insertRooms(context, id, event.rooms));
  for (const table of ['agegroup', 'targetaudience'] as const) {
    const warning = await inStep(table, () => insertRanked(context, id, table, event, activity));
    if (warning !== null) warnings.push(warning);
  }
  return { id, warnings };
}

async function insertEvent(
  context: BookingContext,
  event: NewEvent,
  activity: ImportActivity,
  building: Building | null,
): Promise<number> {
  const { names, executor } = context;
  const target = names.bare('event');
  const values = Object.entries({
    ...importColumns(context, event),
    activity_id: activity.id,
    building_id: building?.id ?? null,
    building_name: building?.name ?? '',
    ...(await stampNow(context, 'event', 'created_at', 'updated_at')),
  }).filter(([column]) => target.$has(column as BookingColumn<'event'>));
  const columns = values.map(([column]) => target[column as BookingColumn<'event'>]);
  const insert = sql`INSERT INTO ${target.$table} (${sql.join(columns)})
    VALUES (${sql.join(values.map(([, value]) => value))})`;
  const id = await readIdentity(context, executor.text.identityOf(insert, target.$name('id')));
  if (target.$has('id_string')) {
    await read(
      context,
      sql`UPDATE ${target.$table} SET ${target.id_string} = ${String(id)} WHERE ${target.id} = ${id}`,
    );
  }
  return id;
}

/**
 * Fixed values of an imported event. Reminder off: 1 would mail the organiser for attendance numbers (E61). Cost 0: a past event
 * with a cost becomes an invoice line (E62). An empty phone number passes the booking form's validation, "N/A" does not.
 */
function importColumns(context: BookingContext, event: NewEvent): Partial<Record<BookingColumn<'event'>, unknown>> {
  return {
    active: 1,
    name: event.name,
    description: event.description,
    organizer: event.organizer,
    from_: moment(context, event.start),
    to_: moment(context, event.end),
    cost: 0,
    contact_name: event.contactName,
    contact_email: event.contactEmail,
    contact_phone: '',
    completed: 0,
    reminder: 0,
    is_public: event.isPublic ? 1 : 0,
    secret: event.secret,
    customer_internal: 0,
  };
}

/** Exactly one date row, equal to the event (1.7, S95). */
async function insertDate(context: BookingContext, id: number, event: NewEvent): Promise<void> {
  const date = context.names.bare('event_date');
  if (!date.$exists) return;
  await read(
    context,
    sql`INSERT INTO ${date.$table} (${date.event_id}, ${date.from_}, ${date.to_})
      VALUES (${id}, ${moment(context, event.start)}, ${moment(context, event.end)})`,
  );
}

async function insertRooms(context: BookingContext, id: number, rooms: readonly number[]): Promise<void> {
  if (rooms.length === 0) return;
  const link = context.names.bare('event_resource');
  const list = context.executor.text.rows(
    'room',
    { id: 'int' },
    [...new Set(rooms)].map((room) => ({ id: room })),
  );
  await read(
    context,
    sql`INSERT INTO ${link.$table} (${link.event_id}, ${link.resource_id}) SELECT ${id}, room.id FROM ${list}`,
  );
}

/** Returns a warning where there is nothing to choose from: an empty reference table must not fail the import (1.4). */
async function insertRanked(
  context: BookingContext,
  id: number,
  table: RankedTable,
  event: NewEvent,
  activity: ImportActivity,
): Promise<string | null> {
  const insert = table === 'agegroup' ? agegroupInsert(context) : audienceInsert(context);
  if (insert === null) return null;
  const configured = table === 'agegroup' ? event.agegroupId : event.audienceId;
  const chosen = configured ?? (await chooseRanked(context, table, activity.rootId));
  if (chosen === null) return `No active row in the ${table} table: the event has none, add one by hand.`;
  await read(context, insert(id, chosen));
  return null;
}

type LinkInsert = (eventId: number, chosenId: number) => Sql;

function agegroupInsert({ names }: BookingContext): LinkInsert | null {
  const link = names.bare('event_agegroup');
  if (!link.$exists) return null;
  // Attendance has no default in the real system.
  const attendance = [link.$has('male') && link.male, link.$has('female') && link.female].filter((c) => c !== false);
  const columns = sql.join([link.event_id, link.agegroup_id, ...attendance]);
  const zeroes = attendance.map(() => 0);
  return (id, chosen) => sql`INSERT INTO ${link.$table} (${columns}) VALUES (${sql.join([id, chosen, ...zeroes])})`;
}

function audienceInsert({ names }: BookingContext): LinkInsert | null {
  const link = names.bare('event_targetaudience');
  if (!link.$exists) return null;
  return (id, chosen) =>
    sql`INSERT INTO ${link.$table} (${link.event_id}, ${link.targetaudience_id}) VALUES (${id}, ${chosen})`;
}

/** Names the step in whatever fails in it; a refusal by the customer's own rules or triggers concerns this event alone. */
async function inStep<T>(step: ImportStep, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isSyncError(cause)) throw cause;
    const passes = isSyncError(cause, 'transient', 'database-unavailable', 'misconfigured');
    const code = cause.code === undefined ? {} : { code: cause.code };
    throw new SyncError(
      passes ? cause.kind : 'rejected',
      `Transaction failed during event creation, at the insert of the ${step}. ${cause.message}`,
      { step, cause, ...code },
    );
  }
}
