import { transactionIdOf } from '../../../src/domain/marker.ts';
import type { Marker, RoomEvent } from '../../../src/domain/room-event.ts';
import { instantOf } from '../../../src/domain/time.ts';
import { createGraph, type Graph } from '../../../src/graph/graph.ts';
import type { GraphTuning } from '../../../src/graph/settings.ts';
import type { Actors } from '../../../src/sandbox/graph-simulator/actors.ts';
import type { Deliver } from '../../../src/sandbox/graph-simulator/delivery.ts';
import type { SettingsOverride } from '../../../src/sandbox/graph-simulator/settings.ts';
import { createGraphSimulator, type GraphSimulator } from '../../../src/sandbox/graph-simulator/simulator.ts';
import { createVirtualClock, type VirtualClock } from '../../../src/sandbox/virtual-clock.ts';
import type { EventWrite, Ids, Log, WriteOutcome } from '../../../src/sync/ports.ts';

export const START = Date.parse('2027-03-01T08:00:00.000Z');
/** A deadline no test reaches. */
export const LATER = { deadline: START + 30 * 24 * 3_600_000 };
/** Five years: as long as Graph takes. */
export const WINDOW = { from: '2027-01-01T00:00:00.000Z', to: '2031-12-01T00:00:00.000Z' };

export interface SimulatedGraph {
  readonly graph: Graph;
  readonly simulator: GraphSimulator;
  /** People in Outlook. */
  readonly people: Actors;
  readonly clock: VirtualClock;
  readonly warnings: string[];
}

/** The gateway over the simulator, both on one virtual clock, with `rooms` room mailboxes. */
export function createSimulatedGraph(
  options: { rooms?: number; settings?: SettingsOverride; tuning?: Partial<GraphTuning>; deliver?: Deliver } = {},
): SimulatedGraph {
  const clock = createVirtualClock(START);
  const { settings, deliver = answerHandshake } = options;
  const simulator = createGraphSimulator({ clock, deliver, ...(settings && { settings }) });
  for (let room = 0; room < (options.rooms ?? 1); room += 1) {
    simulator.addMailbox({ address: roomAddress(room), name: `Room ${room}`, kind: 'room' });
  }
  const warnings: string[] = [];
  const loopback = { credential: { kind: 'none' }, cloud: 'global', baseUrl: 'http://localhost:8083' } as const;
  const graph = createGraph(
    { ...loopback, tuning: options.tuning ?? {} },
    { clock, ids: countedIds(), log: quietLog(warnings), transport: simulator.handle },
  );
  return { graph, simulator, people: simulator.actors, clock, warnings };
}

export function roomAddress(room = 0): string {
  return `room-${room}@contoso.no`;
}

export function markerOf(id: number, generation = 0, resourceId = 101): Marker {
  return { type: 'event', id, resourceId, generation };
}

/** The create of reservation `id`: an hour each, one after the other, eight a day. */
export function createOf(id: number, generation = 0): EventWrite & { kind: 'create' } {
  const marker = markerOf(id, generation);
  const start = START + Math.floor(id / 8) * 24 * 3_600_000 + (id % 8) * 3_600_000;
  const time = (epoch: number) => ({ dateTime: instantOf(epoch).slice(0, 19), timeZone: 'UTC' });
  return {
    kind: 'create',
    token: transactionIdOf(marker),
    marker,
    content: {
      subject: `Reservation ${id}`,
      body: `Ref ${id}`,
      start: time(start),
      end: time(start + 3_600_000),
      isAllDay: false,
      location: 'Room',
      sensitivity: 'normal',
      showAs: 'busy',
    },
  };
}

export function createsOf(count: number, from = 1): (EventWrite & { kind: 'create' })[] {
  return Array.from({ length: count }, (_, index) => createOf(from + index));
}

export function written(outcome: WriteOutcome | undefined): RoomEvent {
  if (outcome?.kind !== 'written') throw new Error(`expected a written event, got ${JSON.stringify(outcome)}`);
  return outcome.event;
}

/** Writes and expects every one to succeed. */
export async function writeAll(
  graph: Graph,
  writes: readonly EventWrite[],
  calendar = roomAddress(),
): Promise<RoomEvent[]> {
  return (await graph.calendars.write(calendar, writes, LATER)).map(written);
}

/** A notification endpoint that answers handshakes. */
const answerHandshake: Deliver = async (url) => {
  const body = new URL(url).searchParams.get('validationToken') ?? '';
  return { status: 200, headers: { 'content-type': 'text/plain' }, body };
};

/** Lets everything happen in the simulated service that is due within a minute: attendants, notifications. */
export async function settle({ simulator, clock }: SimulatedGraph): Promise<void> {
  const end = clock.now() + 60_000;
  for (let due = simulator.nextDue(); due !== null && due <= end; due = simulator.nextDue()) {
    clock.advanceTo(Math.max(clock.now(), due));
    await simulator.work();
  }
}

/** People put `count` events straight into a room, an hour each and eight a day; answers their ids. */
export function fillRoom({ people }: SimulatedGraph, count: number, calendar = roomAddress()): string[] {
  return Array.from({ length: count }, (_, index) => {
    const { subject, start, end } = createOf(index + 1).content;
    return people.createInRoom(calendar, { subject, start, end });
  });
}

/** Events of a mailbox that lie in its calendar, as the service itself keeps them. */
export function liveEvents(simulator: GraphSimulator, calendar = roomAddress()) {
  return [...simulator.mailbox(calendar).events.values()].filter(({ deletedAt }) => deletedAt === null);
}

function countedIds(): Ids {
  let next = 0;
  return {
    uuid: () => {
      next += 1;
      return `${next.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
    },
  };
}

function quietLog(warnings: string[]): Log {
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (message) => {
      warnings.push(message);
    },
    error: (message) => {
      warnings.push(message);
    },
    scope: () => log,
  };
  return log;
}
