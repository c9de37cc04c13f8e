/** What many bodies have in common, and what the tests look up behind them. */
import type { FunctionWorld } from './function-world.ts';

/** What the conventions add to the body of a call that writes, did all it should and took no time of the frozen clock. */
export const FINISHED = {
  run_id: expect.any(String),
  dry_run: false,
  duration_ms: 0,
  remaining: 0,
  stopped_early: false,
  queued: false,
};

export interface EventRow {
  readonly active: number;
  readonly name: string;
  readonly description: string;
  readonly from_: string;
}

/** An event of the booking system. */
export async function eventRow(world: FunctionWorld, id: number): Promise<EventRow | undefined> {
  return (await world.run<EventRow>(`SELECT active, name, description, from_ FROM bb_event WHERE id = ${id}`))[0];
}

/** The id in Outlook of an event of the booking system; '' when it has none. */
export async function eventIdOf(world: FunctionWorld, id: number): Promise<string> {
  const rows = await world.run<{ id: string }>(
    `SELECT outlook_event_id AS id FROM bridge_mappings WHERE reservation_type = 'event' AND reservation_id = ${id}`,
  );
  return rows[0]?.id ?? '';
}

export const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, one) => total + one, 0);
