/** What lies in the simulated calendars, read from the simulator itself and not from what anybody said. */
import type { GraphSimulator } from './graph-simulator/simulator.ts';

/** Versions of the live events of each room, by mailbox address and event. */
export type OutlookState = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface OutlookChanges {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
}

/** Live events (nothing in Deleted Items) of every room; a series counts once. */
export function readOutlook({ world }: GraphSimulator): OutlookState {
  const rooms = [...world.mailboxes.values()].filter((mailbox) => mailbox.kind === 'room');
  return new Map(
    rooms.map((room) => {
      const live = [...room.events.values()].filter((event) => event.deletedAt === null && !event.purged);
      return [room.address, new Map(live.map((event) => [event.core, event.version]))];
    }),
  );
}

/** What became different between two readings. */
export function compareOutlook(before: OutlookState, after: OutlookState): OutlookChanges {
  let [created, updated, deleted] = [0, 0, 0];
  for (const [room, events] of after) {
    const earlier = before.get(room) ?? new Map<string, number>();
    for (const [event, version] of events) {
      if (!earlier.has(event)) created += 1;
      else if (earlier.get(event) !== version) updated += 1;
    }
    for (const event of earlier.keys()) if (!events.has(event)) deleted += 1;
  }
  return { created, updated, deleted };
}

/** Number of live events by room address. */
export function countEvents(state: OutlookState): Readonly<Record<string, number>> {
  return Object.fromEntries([...state].map(([room, events]) => [room, events.size]));
}
