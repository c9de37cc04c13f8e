/** Writes to reservations that exist. Row counts come from returned rows: a customer's trigger may change the count itself. */
import { sql } from 'kysely';
import type { ReservationKey, ReservationType } from '../../domain/reservation.ts';
import type { NewEvent } from '../../sync/ports.ts';
import { type BookingContext, linkTable, moment, momentOf, read, type Sql } from './context.ts';
import { stampNow } from './stamps.ts';

/** `BookingSystem.lock`. */
export async function lockReservation(context: BookingContext, { type, id }: ReservationKey): Promise<boolean> {
  const r = context.names.as(type, 'r');
  const rows = await read(
    context,
    sql`SELECT ${r.id} AS "id" FROM ${r.$table} ${context.executor.text.rowLock()} WHERE ${r.id} = ${id}`,
  );
  return rows.length > 0;
}

export type EventFields = Partial<Pick<NewEvent, 'name' | 'description' | 'start' | 'end' | 'isPublic'>>;

/** `BookingSystem.updateEvent`: the event, and its date row when the time changes. */
export async function updateEvent(context: BookingContext, id: number, fields: EventFields): Promise<void> {
  const event = context.names.bare('event');
  const sets: Sql[] = [];
  if (fields.name !== undefined) sets.push(sql`${event.name} = ${fields.name}`);
  if (fields.description !== undefined) sets.push(sql`${event.description} = ${fields.description}`);
  if (fields.start !== undefined) sets.push(sql`${event.from_} = ${moment(context, fields.start)}`);
  if (fields.end !== undefined) sets.push(sql`${event.to_} = ${moment(context, fields.end)}`);
  if (fields.isPublic !== undefined && event.$has('is_public')) {
    sets.push(sql`${event.is_public} = ${fields.isPublic ? 1 : 0}`);
  }
  if (sets.length === 0) return;
  sets.push(...(await updatedStamp(context, 'event')));
  await read(context, sql`UPDATE ${event.$table} SET ${sql.join(sets)} WHERE ${event.id} = ${id}`);
  if (fields.start !== undefined || fields.end !== undefined) await alignDates(context, id);
}

/** Leaves exactly one date row, equal to the event (1.7); one that is equal already stays. */
async function alignDates(context: BookingContext, id: number): Promise<void> {
  const date = context.names.bare('event_date');
  if (!date.$exists) return;
  const event = context.names.as('event', 'e');
  const ofEvent = (column: Sql) =>
    sql`(SELECT ${momentOf(context, column)} FROM ${event.$table} WHERE ${event.id} = ${id})`;
  await read(
    context,
    sql`DELETE FROM ${date.$table} WHERE ${date.event_id} = ${id}
      AND NOT (${momentOf(context, date.from_)} = ${ofEvent(event.from_)} AND ${momentOf(context, date.to_)} = ${ofEvent(event.to_)})`,
  );
  await read(
    context,
    sql`INSERT INTO ${date.$table} (${date.event_id}, ${date.from_}, ${date.to_})
      SELECT ${event.id}, ${event.from_}, ${event.to_} FROM ${event.$table} WHERE ${event.id} = ${id}
      AND NOT EXISTS (SELECT 1 FROM ${date.$table} WHERE ${date.event_id} = ${id})`,
  );
}

/** `BookingSystem.deactivate`. */
export async function deactivate(context: BookingContext, key: ReservationKey, note: string | null): Promise<boolean> {
  const r = context.names.bare(key.type);
  const sets = [sql`${r.active} = 0`, ...(await updatedStamp(context, key.type))];
  if (key.type === 'event' && note !== null) sets.push(appendOnce(context, note));
  return changes(context, {
    verb: sql`UPDATE ${r.$table} SET ${sql.join(sets)}`,
    id: r.id,
    source: 'inserted',
    where: sql`WHERE ${r.id} = ${key.id} AND ${r.active} = 1`,
  });
}

/** `BookingSystem.reactivate`. */
export async function reactivate(context: BookingContext, key: ReservationKey): Promise<boolean> {
  const r = context.names.bare(key.type);
  const sets = [sql`${r.active} = 1`, ...(await updatedStamp(context, key.type))];
  return changes(context, {
    verb: sql`UPDATE ${r.$table} SET ${sql.join(sets)}`,
    id: r.id,
    source: 'inserted',
    where: sql`WHERE ${r.id} = ${key.id} AND (${r.active} <> 1 OR ${r.active} IS NULL)`,
  });
}

/** `BookingSystem.linkRoom`: false when it was linked already. */
export async function linkRoom(context: BookingContext, key: ReservationKey, resourceId: number): Promise<boolean> {
  const link = linkTable(context.names, key.type, null);
  const linked = sql`SELECT 1 FROM ${link.$table}
      WHERE ${link.reservation_id} = ${key.id} AND ${link.resource_id} = ${resourceId}`;
  return changes(context, {
    verb: sql`INSERT INTO ${link.$table} (${link.reservation_id}, ${link.resource_id})`,
    id: link.reservation_id,
    source: 'inserted',
    where: sql`SELECT ${key.id}, ${resourceId} WHERE NOT EXISTS (${linked})`,
  });
}

/** `BookingSystem.unlinkRoom`: false when it was not linked. */
export async function unlinkRoom(context: BookingContext, key: ReservationKey, resourceId: number): Promise<boolean> {
  const link = linkTable(context.names, key.type, null);
  return changes(context, {
    verb: sql`DELETE FROM ${link.$table}`,
    id: link.reservation_id,
    source: 'deleted',
    where: sql`WHERE ${link.reservation_id} = ${key.id} AND ${link.resource_id} = ${resourceId}`,
  });
}

/** The note at the end of the description, after a blank line; a description that has it stays as it is (E65). */
function appendOnce({ names, executor }: BookingContext, note: string): Sql {
  const { description } = names.bare('event');
  const marker = note.trim();
  const tail = `\n\n${marker}`;
  if (executor.engine === 'sqlite') {
    return sql`${description} = CASE WHEN instr(COALESCE(${description}, ''), ${marker}) > 0 THEN ${description}
      ELSE COALESCE(${description}, '') || ${tail} END`;
  }
  return sql`${description} = CASE WHEN CHARINDEX(${marker}, ${description}) > 0 THEN ${description}
      ELSE CONCAT(${description}, ${tail}) END`;
}

async function updatedStamp(context: BookingContext, type: ReservationType): Promise<readonly Sql[]> {
  const { updated_at: now } = await stampNow(context, type, 'updated_at');
  return now === undefined ? [] : [sql`${context.names.bare(type).updated_at} = ${now}`];
}

interface Change {
  /** Everything before the place of OUTPUT. */
  readonly verb: Sql;
  /** An integer column of the changed rows. */
  readonly id: Sql;
  readonly source: 'inserted' | 'deleted';
  /** Everything after it. */
  readonly where: Sql;
}

/** Whether the statement changed a row. On SQL Server through OUTPUT INTO: plain OUTPUT is refused where triggers are (error 334). */
async function changes(context: BookingContext, { verb, id, source, where }: Change): Promise<boolean> {
  const statement =
    context.executor.engine === 'sqlite'
      ? sql`${verb} ${where} RETURNING ${id} AS "id"`
      : sql`DECLARE @changed TABLE (id int);
      ${verb} OUTPUT ${sql.raw(source)}.${id} INTO @changed (id) ${where};
      SELECT id FROM @changed`;
  return (await read(context, statement)).length > 0;
}
