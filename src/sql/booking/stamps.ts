import { sql } from 'kysely';
import { toWallClock } from '../../domain/wall-clock.ts';
import { type BookingContext, moment, read, type Sql } from './context.ts';

type Stamp = 'created_at' | 'updated_at';

/**
 * The present for those of `stamps` that the configured table has (S94), on the database's clock in the booking system's zone.
 * Costs a statement only where there is such a column.
 */
export async function stampNow(
  context: BookingContext,
  table: 'event' | 'booking' | 'allocation',
  ...stamps: readonly Stamp[]
): Promise<Partial<Record<Stamp, Sql>>> {
  const columns = context.names.as(table, 't');
  const present = stamps.filter((stamp) => columns.$has(stamp));
  if (present.length === 0) return {};
  const [row] = await read<{ now: string }>(context, sql`SELECT ${context.executor.text.now()} AS "now"`);
  if (row === undefined) return {};
  const now = moment(context, toWallClock(row.now, context.zone));
  return Object.fromEntries(present.map((stamp) => [stamp, now]));
}
