/** What an imported event needs besides its own content: activity, age group, audience and building. */
import { sql } from 'kysely';
import { SyncError } from '../../domain/errors.ts';
import type { NewEvent } from '../../sync/ports.ts';
import { type BookingContext, NULL, read } from './context.ts';

/** Made when no activity is configured and none of this name exists (S92). */
export const IMPORT_ACTIVITY = 'Outlook Import';

interface Activity {
  readonly id: number;
  readonly parentId: number | null;
  readonly name: string;
  readonly active: number;
}

export interface ImportActivity {
  /** Null where the booking system knows no activities. */
  readonly id: number | null;
  /** Top of its tree: age groups and audiences belong to it. */
  readonly rootId: number | null;
}

/** The configured activity, else the one named "Outlook Import" (made when missing), else the room's own. */
export async function chooseActivity(context: BookingContext, event: NewEvent): Promise<ImportActivity> {
  const { names } = context;
  if (!names.as('event', 'e').$has('activity_id')) return { id: null, rootId: null };
  if (!names.as('activity', 'a').$exists) {
    return { id: event.activityId ?? (await activityOfRoom(context, event.rooms)), rootId: null };
  }
  const activities = await readActivities(context);
  const id = event.activityId ?? findImportActivity(activities)?.id ?? (await makeImportActivity(context));
  return { id, rootId: rootOf(activities, id) };
}

async function readActivities(context: BookingContext): Promise<readonly Activity[]> {
  const a = context.names.as('activity', 'a');
  const active = a.$has('active') ? sql`CASE WHEN ${a.active} = 1 THEN 1 ELSE 0 END` : sql`1`;
  return read<Activity>(
    context,
    sql`SELECT ${a.id} AS "id", ${a.parent_id} AS "parentId", ${a.name} AS "name", ${active} AS "active"
      FROM ${a.$table} ORDER BY ${a.id}`,
  );
}

/** An inactive one is used rather than made a second time. */
function findImportActivity(activities: readonly Activity[]): Activity | undefined {
  const named = activities.filter(({ name }) => name === IMPORT_ACTIVITY);
  return named.find(({ active }) => active === 1) ?? named[0];
}

/** Two imports at once must not make two: the second waits here, then finds what the first committed. */
async function makeImportActivity(context: BookingContext): Promise<number> {
  await lockImportActivity(context);
  const known = findImportActivity(await readActivities(context));
  if (known !== undefined) return known.id;
  const { text } = context.executor;
  const activity = context.names.bare('activity');
  const values = [[activity.name, IMPORT_ACTIVITY] as const];
  if (activity.$has('description')) values.push([activity.description, IMPORT_ACTIVITY]);
  const insert = sql`INSERT INTO ${activity.$table} (${sql.join(values.map(([column]) => column))})
    VALUES (${sql.join(values.map(([, value]) => value))})`;
  return readIdentity(context, text.identityOf(insert, activity.$name('id')));
}

/** SQLite's transactions exclude each other anyway. */
async function lockImportActivity(context: BookingContext): Promise<void> {
  if (context.executor.engine === 'sqlite') return;
  const [row] = await read<{ result: number }>(
    context,
    sql`DECLARE @result int;
      EXEC @result = sp_getapplock @Resource = 'booking-import-activity', @LockMode = 'Exclusive',
        @LockOwner = 'Transaction', @LockTimeout = 15000;
      SELECT @result AS "result"`,
  );
  if (row !== undefined && row.result >= 0) return;
  throw new SyncError('transient', 'Another import is making the import activity; run this one again.');
}

async function activityOfRoom(context: BookingContext, rooms: readonly number[]): Promise<number | null> {
  const resource = context.names.as('resource', 'r');
  if (!resource.$has('activity_id')) return null;
  const [row] = await read<{ id: number | null }>(
    context,
    sql`SELECT ${resource.activity_id} AS "id" FROM ${resource.$table} WHERE ${resource.id} = ${rooms[0] ?? null}`,
  );
  return row?.id ?? null;
}

/** An activity made a moment ago is its own root. Stops at a loop in the data. */
function rootOf(activities: readonly Activity[], id: number): number {
  const parents = new Map(activities.map((activity) => [activity.id, activity.parentId]));
  const seen = new Set<number>();
  let root = id;
  while (!seen.has(root)) {
    seen.add(root);
    root = parents.get(root) ?? root;
  }
  return root;
}

/** Age groups and audiences have the same columns and the same rule. */
export type RankedTable = 'agegroup' | 'targetaudience';

interface Ranked {
  readonly id: number;
  readonly activityId: number | null;
  readonly sort: number | null;
}

/**
 * The active row with the lowest `sort` under the activity's root, else the active row with the lowest `sort` of all, else null.
 * The lowest id is no default: in a default install it is inactive.
 */
export async function chooseRanked(
  context: BookingContext,
  table: RankedTable,
  rootId: number | null,
): Promise<number | null> {
  const t = context.names.as(table, 't');
  if (!t.$exists) return null;
  const active = t.$has('active') ? sql`WHERE ${t.active} = 1` : sql``;
  const rows = await read<Ranked>(
    context,
    sql`SELECT ${t.id} AS "id", ${t.activity_id} AS "activityId", ${t.sort} AS "sort" FROM ${t.$table} ${active}`,
  );
  const ordered = rows.toSorted((a, b) => (a.sort ?? 0) - (b.sort ?? 0) || a.id - b.id);
  const fitting = ordered.find(({ activityId }) => activityId !== null && activityId === rootId);
  return (fitting ?? ordered[0])?.id ?? null;
}

export interface Building {
  readonly id: number | null;
  readonly name: string | null;
}

/** The building of the first room, the lowest id when it has several; null when it has none. */
export async function findBuilding(context: BookingContext, rooms: readonly number[]): Promise<Building | null> {
  const link = context.names.as('building_resource', 'l');
  const building = context.names.as('building', 'b');
  if (!link.$exists) return null;
  const name = building.$exists ? building.name : NULL;
  const join = building.$exists ? sql`JOIN ${building.$table} ON ${building.id} = ${link.building_id}` : sql``;
  const [lowest] = await read<Building>(
    context,
    sql`SELECT ${link.building_id} AS "id", ${name} AS "name" FROM ${link.$table} ${join}
      WHERE ${link.resource_id} = ${rooms[0] ?? null} ORDER BY ${link.building_id}`,
  );
  return lowest ?? null;
}

/** The id a customer's insert was given. */
export async function readIdentity(context: BookingContext, insert: Parameters<typeof read>[1]): Promise<number> {
  const [row] = await read<{ id: number | null }>(context, insert);
  if (typeof row?.id === 'number') return row.id;
  throw new SyncError('rejected', 'The table gave the new row no id: its id column must be an identity column.');
}
