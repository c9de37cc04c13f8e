/**
 * A model of the usual way, written for the bench alone: GET the event, compare, PATCH or POST, one event per request. It is dealt with
 * kindly: it knows each event's id, its SQL costs nothing, it compares as well as we do, and nothing ever fails. Two paces:
 *
 * - one by one: a single loop over all rooms, as a scheduled script works (the service this one replaces did);
 * - four per mailbox: four loops in every room, all rooms side by side: the most that Exchange lets single requests do.
 */
import pLimit from 'p-limit';
import { canonicalOfContent, canonicalOfEvent, changedFields, hashFields } from '../../../src/domain/canonical.ts';
import { contentOf } from '../../../src/domain/content.ts';
import type { ContentRules } from '../../../src/domain/content-settings.ts';
import { transactionIdOf } from '../../../src/domain/marker.ts';
import type { RoomReservation } from '../../../src/domain/reservation.ts';
import type { EventContent, Marker, RoomEvent } from '../../../src/domain/room-event.ts';
import type { GraphCall } from '../../../src/graph/client.ts';
import { createCalendarRequests } from '../../../src/graph/requests.ts';
import { readRow } from '../../../src/graph/wire.ts';
import type { EventWrite } from '../../../src/sync/ports.ts';
import type { UsualFigures } from './check.ts';
import type { BenchGraph, GraphFigures } from './simulated-graph.ts';
import type { BenchWorld } from './world.ts';

/** One reservation as the usual way keeps it. */
interface UsualEvent {
  readonly mailbox: string;
  readonly marker: Marker;
  content: EventContent;
  eventId: string | null;
}

/** On the world's clock, and as the simulator counted it. */
export interface UsualRun {
  readonly ms: number;
  readonly graph: GraphFigures;
}

type Pace = keyof UsualFigures;

/** The usual way over a world's reservations, at both paces. */
export interface UsualWay {
  /** A run that counts for nothing: the events are there afterwards. */
  makeEvents(): Promise<void>;
  /** One run at each pace, with what the booking system says now. */
  measure(): Promise<Readonly<Record<Pace, UsualRun>>>;
  /** One run at the faster pace alone. */
  measureFast(): Promise<UsualRun>;
}

export async function openUsualWay(world: BenchWorld): Promise<UsualWay> {
  const events = {
    oneByOne: await usualEventsOf(world, 'oneByOne'),
    fourPerMailbox: await usualEventsOf(world, 'fourPerMailbox'),
  };
  return {
    measureFast: () => runUsualWay(world, events.fourPerMailbox, 'fourPerMailbox'),
    async makeEvents() {
      await runUsualWay(world, events.oneByOne, 'fourPerMailbox');
      await runUsualWay(world, events.fourPerMailbox, 'fourPerMailbox');
    },
    async measure() {
      await refreshContents(world, [...events.oneByOne, ...events.fourPerMailbox]);
      return {
        oneByOne: await runUsualWay(world, events.oneByOne, 'oneByOne'),
        fourPerMailbox: await runUsualWay(world, events.fourPerMailbox, 'fourPerMailbox'),
      };
    },
  };
}

/** The same figure at both paces. */
export function usual(runs: Readonly<Record<Pace, UsualRun>>, figure: (run: UsualRun) => number): UsualFigures {
  return { oneByOne: figure(runs.oneByOne), fourPerMailbox: figure(runs.fourPerMailbox) };
}

/** The town's reservations, in mailboxes of their own so that neither way meets the other's events. */
async function usualEventsOf(world: BenchWorld, pace: Pace): Promise<readonly UsualEvent[]> {
  const mailboxOf = (resourceId: number) => `${pace.toLowerCase()}-${resourceId}@bench.example`;
  const reservations = await world.reservations();
  await world.graph.addMailboxes([...new Set(reservations.map(({ resourceId }) => mailboxOf(resourceId)))]);
  return reservations.map((reservation) => ({
    mailbox: mailboxOf(reservation.resourceId),
    marker: { type: reservation.type, id: reservation.id, resourceId: reservation.resourceId, generation: 0 },
    content: contentIn(world, reservation),
    eventId: null,
  }));
}

async function refreshContents(world: BenchWorld, events: readonly UsualEvent[]): Promise<void> {
  const now = new Map((await world.reservations()).map((one) => [`${one.type}:${one.id}`, one]));
  for (const event of events) {
    const reservation = now.get(`${event.marker.type}:${event.marker.id}`);
    if (reservation !== undefined) event.content = contentIn(world, reservation);
  }
}

function contentIn({ app }: BenchWorld, reservation: RoomReservation): EventContent {
  return contentOf(reservation, app.config.sync.content, app.config.sync.zone);
}

/** Brings every event up to date, changed or not: nothing tells the usual way which ones changed. */
async function runUsualWay(world: BenchWorld, events: readonly UsualEvent[], pace: Pace): Promise<UsualRun> {
  const { clock, graph, app } = world;
  await graph.resetFigures();
  const began = clock.now();
  const bring = (event: UsualEvent) => bringUpToDate(graph, event, app.config.sync);
  if (pace === 'oneByOne') for (const event of events) await bring(event);
  else await fourPerMailbox(events, bring);
  return { ms: clock.now() - began, graph: await graph.figures() };
}

async function fourPerMailbox(events: readonly UsualEvent[], bring: (event: UsualEvent) => Promise<void>) {
  const rooms = Map.groupBy(events, ({ mailbox }) => mailbox);
  await Promise.all(
    [...rooms.values()].map((inRoom) => {
      const limit = pLimit(4);
      return Promise.all(inRoom.map((event) => limit(() => bring(event))));
    }),
  );
}

const requests = createCalendarRequests(false);

async function bringUpToDate(graph: BenchGraph, event: UsualEvent, rules: ContentRules): Promise<void> {
  const { mailbox, marker, content } = event;
  const found = await find(graph, event);
  if (found === null) {
    const create: EventWrite = { kind: 'create', token: transactionIdOf(marker), marker, content };
    event.eventId = eventOf(await sendAlone(graph, requests.write(mailbox, create))).id;
    return;
  }
  event.eventId = found.id;
  const wanted = hashFields(canonicalOfContent(content, rules, 'booking'));
  const held = hashFields(canonicalOfEvent(found, rules, 'booking'));
  if (changedFields(wanted, held).length === 0) return;
  await sendAlone(graph, requests.write(mailbox, { kind: 'update', eventId: found.id, changeKey: null, content }));
}

/** By its id, or else by its marker: an earlier run may have made it. */
async function find(graph: BenchGraph, { mailbox, marker, eventId }: UsualEvent): Promise<RoomEvent | null> {
  if (eventId !== null) return eventOf(await sendAlone(graph, requests.getEvent(mailbox, eventId)));
  const page = await sendAlone(graph, requests.findByMarker(mailbox, marker));
  const [first] = (page as { readonly value: readonly unknown[] }).value;
  return first === undefined ? null : eventOf(first);
}

function eventOf(body: unknown): RoomEvent {
  const row = readRow(body, true);
  if (row.kind !== 'event') throw new Error(`The bench cannot read an event: ${row.kind}.`);
  return row.event;
}

/** One operation, one HTTP request. Throws for anything but success: the usual way has no answer to it. */
async function sendAlone({ transport, baseUrl }: BenchGraph, call: GraphCall): Promise<unknown> {
  const response = await transport({
    method: call.method,
    url: `${baseUrl}/v1.0${call.path}`,
    headers: { Authorization: 'Bearer usual-way', 'Content-Type': 'application/json', ...call.headers },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
  if (response.status >= 400) throw new Error(`The usual way met ${response.status}: ${response.body}`);
  return JSON.parse(response.body ?? 'null');
}
