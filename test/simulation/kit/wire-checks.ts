/** What may leave a worker, judged request by request on the wire and against the simulator's own state. */
import { changeKeyOf, parseEventId } from '../../../src/sandbox/graph-simulator/ids.ts';
import type { StoredEvent } from '../../../src/sandbox/graph-simulator/model.ts';
import type { GraphSimulator } from '../../../src/sandbox/graph-simulator/simulator.ts';
import type { Ledger } from './ledger.ts';
import type { Stage } from './stage.ts';
import type { Truth } from './truth.ts';
import type { LeaseLedger } from './watch.ts';

export interface SentWrite {
  readonly kind: 'create' | 'update' | 'delete' | 'decline';
  readonly calendar: string;
  readonly eventId: string | null;
  readonly body: string;
  readonly ifMatch: string | null;
}

interface Part {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The calendar writes of one HTTP request. */
export function writesIn(request: {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
}): readonly SentWrite[] {
  if (request.method === 'GET') return [];
  const isBatch = request.url.endsWith('/$batch');
  const parts: readonly Part[] = isBatch
    ? (JSON.parse(request.body ?? '{}') as { requests: Part[] }).requests
    : [{ ...request, body: request.body === undefined ? undefined : JSON.parse(request.body) }];
  return parts.flatMap((part) => {
    if (part.method === 'GET') return [];
    const match = /\/users\/([^/]+)\/(?:calendar\/)?events(?:\/([^/?]+))?(\/decline)?/.exec(part.url);
    if (match === null) return [];
    const [, user = '', id, decline] = match;
    const kind =
      decline !== undefined
        ? 'decline'
        : part.method === 'POST'
          ? 'create'
          : part.method === 'PATCH'
            ? 'update'
            : 'delete';
    const ifMatch = Object.entries(part.headers ?? {}).find(([name]) => name.toLowerCase() === 'if-match')?.[1] ?? null;
    const eventId = id === undefined ? null : decodeURIComponent(id);
    return [
      { kind, calendar: decodeURIComponent(user), eventId, body: JSON.stringify(part.body ?? null), ifMatch } as const,
    ];
  });
}

export interface WireWorld {
  readonly stage: Stage;
  readonly graph: GraphSimulator;
  readonly ledger: Ledger;
  readonly leases: LeaseLedger;
  truth(): Truth;
  /** Judges now, or after the next look where a worker wrote to the booking side since the last one. */
  whenSeen(judge: () => void): void;
  report(broken: string): void;
  count(check: string): void;
}

interface IntentRow {
  readonly kind: string;
  readonly cause: string;
  readonly fencing_token: number;
  readonly mapping_id: number;
  readonly reservation_type: string | null;
  readonly reservation_id: number | null;
  readonly resource_id: number | null;
  readonly outlook_item_id: string | null;
}

export interface Sending {
  /** The step at which the run that sends began. */
  readonly since: number;
  /** When its worker gave the request to the network; a worker that stood still lets it leave much later. */
  readonly handedOver: number;
}

/** R3, R6 and R9 of writes about to leave. */
export async function checkWrites(
  world: WireWorld,
  writes: readonly SentWrite[],
  { since, handedOver }: Sending,
): Promise<void> {
  for (const write of writes) {
    world.count('R6');
    const intent = await findIntent(world.stage, write, handedOver);
    if (intent === undefined) {
      world.report(`R6: a ${write.kind} in ${write.calendar} without an open intent`);
      continue;
    }
    checkAttendees(world, write);
    if (write.kind !== 'delete' && write.kind !== 'decline') continue;
    // A cancellation is proven again under the lease it is written under; what is hidden by better ones was judged by its run.
    const leased = intent.cause.startsWith('cancelled:') ? world.leases.since(write.calendar, intent.fencing_token) : 0;
    world.whenSeen(() => checkProof(world, write, intent, Math.max(since, leased)));
  }
}

/**
 * The open intent of a write. One that was open when the request was handed over will do when its lease ran out since: another worker
 * settled it then, and the late request changes nothing (R12: same transaction id, `If-Match`).
 */
async function findIntent(stage: Stage, write: SentWrite, handedOver: number): Promise<IntentRow | undefined> {
  const named =
    write.kind === 'create'
      ? `i.create_token = '${(JSON.parse(write.body) as { transactionId?: string }).transactionId ?? 'none'}'`
      : `i.outlook_event_id = '${write.eventId}'`;
  const kinds = write.kind === 'update' ? "('update', 'stamp')" : `('${write.kind}')`;
  const [row] = await stage.query<IntentRow>(
    `SELECT i.kind, i.cause, i.fencing_token, i.mapping_id, m.reservation_type, m.reservation_id, m.resource_id, m.outlook_item_id FROM bridge_intents i
     LEFT JOIN bridge_mappings m ON m.id = i.mapping_id
     LEFT JOIN bridge_calendars c ON c.outlook_item_id = i.outlook_item_id AND c.fencing_token = i.fencing_token
       AND c.lease_expires_at > bridge_now()
     WHERE (i.status = 'open' OR (i.closed_at >= '${new Date(handedOver).toISOString()}' AND c.fencing_token IS NULL))
       AND i.kind IN ${kinds} AND i.outlook_item_id = '${write.calendar}' AND ${named}`,
  );
  return row;
}

function storedEvent(graph: GraphSimulator, calendar: string, eventId: string | null): StoredEvent | undefined {
  return graph.mailbox(calendar).events.get(parseEventId(eventId ?? '')?.core ?? '');
}

/** R9: neither a body with attendees nor a write to an event that has some, unless its version says that nothing will happen. */
function checkAttendees({ graph, report, count }: WireWorld, write: SentWrite): void {
  count('R9');
  if (/"attendees"/.test(write.body)) report('R9: a body with attendees');
  if (write.kind !== 'update' && write.kind !== 'delete') return;
  if (write.ifMatch === null) report(`R12: a ${write.kind} without If-Match`);
  const event = storedEvent(graph, write.calendar, write.eventId);
  if (event === undefined || event.deletedAt !== null) return;
  const isCurrent = write.ifMatch?.includes(changeKeyOf(graph.mailbox(write.calendar).tag, event.version)) ?? true;
  if (isCurrent && (!event.isOrganizer || event.attendees.length > 0))
    report(`R9: a ${write.kind} of an event with guests or of a person's meeting in ${write.calendar}`);
}

/** R3: an event goes only when its reservation was not wanted there at some moment since `since`. */
function checkProof(
  { truth, ledger, report, count }: WireWorld,
  write: SentWrite,
  intent: IntentRow,
  since: number,
): void {
  count('R3');
  if (intent.reservation_id === null) return;
  const key = `${intent.reservation_type}:${intent.reservation_id}:${intent.resource_id}`;
  const { wanted, rooms } = truth();
  const elsewhere = rooms.get(intent.resource_id ?? 0) !== write.calendar;
  if (elsewhere || !wanted.has(key) || (ledger.unwantedAt.get(key) ?? -1) >= since) return;
  if (ledger.touchedRooms.has(intent.resource_id ?? 0) || ledger.asked.has(`held:${key}`)) return;
  report(`R3: a ${write.kind} for ${key}, which is wanted and was all along`);
}

/**
 * Of a request that Outlook carries out long after its sender gave up: answers with the events it made although another one stands, or stood,
 * for their reservation by now, or its room has gone to another calendar. No client can prevent those; people have to be told.
 */
export async function watchLateCreates(
  { graph, stage }: WireWorld,
  writes: readonly SentWrite[],
): Promise<() => readonly string[]> {
  const creates = writes.filter((write) => write.kind === 'create');
  const befores = await Promise.all(
    creates.map(async ({ calendar, body }) => {
      const token = (JSON.parse(body) as { transactionId?: string }).transactionId ?? '';
      const waiting = await stage.query(
        `SELECT m.id FROM bridge_intents i JOIN bridge_mappings m ON m.id = i.mapping_id
         WHERE i.create_token = '${token}' AND m.outlook_event_id IS NULL AND m.outlook_item_id = '${calendar}'`,
      );
      const { transactions } = graph.mailbox(calendar);
      return { transactions, token, first: transactions.get(token)?.core, isAwaited: waiting.length > 0 };
    }),
  );
  return () =>
    befores.flatMap(({ transactions, token, first, isAwaited }) => {
      const core = transactions.get(token)?.core;
      return core === undefined || core === first || (first === undefined && isAwaited) ? [] : [core];
    });
}

/** R1: at most one living event per marker, but for those people brought back and those of late requests that nobody can prevent. */
export function checkMarkers({ graph, ledger, report, count }: WireWorld, calendar: string): void {
  count('R1');
  const seen = new Map<string, string>();
  for (const event of graph.mailbox(calendar).events.values()) {
    if (event.deletedAt !== null || event.purged || ledger.restored.has(event.core) || ledger.belated.has(event.core))
      continue;
    const marker = Object.values(event.properties)[0];
    if (marker === undefined) continue;
    const label = marker.split(':').slice(0, 3).join(':');
    const other = seen.get(label);
    if (other !== undefined) report(`R1: ${label} has two events in ${calendar}: ${other} and ${event.number}`);
    seen.set(label, String(event.number));
  }
}
