/** Drives complete cycles through the registered HTTP functions, and measures each step in the database and in Outlook itself. */
import { type BookingState, countBookingWrites, readBooking } from './booking-state.ts';
import { type ConflictCounts, countWrites, type MappingCounts, readMappings } from './mapping-state.ts';
import { compareOutlook, countEvents, type OutlookChanges, readOutlook } from './outlook-state.ts';
import type { Sandbox } from './sandbox.ts';

/** A call of the cycle; with `untilDone` repeated until nothing is processed, or nothing succeeds, any more. */
interface CycleCall {
  readonly step: string;
  readonly method: string;
  readonly path: string;
  readonly untilDone?: boolean;
}

const CYCLE: readonly CycleCall[] = [
  { step: 'populate-mapping', method: 'POST', path: '/sync/populate-mapping' },
  { step: 'to-outlook', method: 'POST', path: '/sync/to-outlook', untilDone: true },
  { step: 'poll-changes', method: 'POST', path: '/polling/poll-changes' },
  { step: 'from-outlook', method: 'POST', path: '/sync/from-outlook' },
  { step: 'process-imports', method: 'POST', path: '/booking/process-imports', untilDone: true },
  // With some policies what was imported takes the place of rentals that were just written.
  { step: 'to-outlook', method: 'POST', path: '/sync/to-outlook', untilDone: true },
  { step: 'sync-deletions', method: 'POST', path: '/bridges/sync-deletions' },
];

export interface StepReport {
  readonly step: string;
  readonly request: string;
  readonly status: number;
  /** The counts of the answer. */
  readonly answered: Readonly<Record<string, number>>;
  /** What became different in the calendars. */
  readonly events: OutlookChanges;
  /** Mapping rows added, written or removed. */
  readonly mapping_writes: number;
  /** Rows of the booking system added, written or removed. */
  readonly booking_writes: number;
  /** Mappings by status after the step. */
  readonly mappings: MappingCounts;
  readonly graph_requests: number;
  readonly sql_statements: number;
}

export interface CycleReport {
  readonly steps: readonly StepReport[];
  /** Events created, updated and deleted, and rows of mappings and of the booking system written. */
  readonly operations: number;
}

export interface WorldReport {
  readonly mappings: MappingCounts;
  /** Mappings in `conflict` by kind. */
  readonly conflicts: ConflictCounts;
  /** Mappings born in Outlook that have their reservation. */
  readonly linked_imports: number;
  /** Rows of the booking system. */
  readonly reservations: BookingState['reservations'];
  readonly events: Readonly<Record<string, number>>;
  readonly graph_requests: number;
  /** Requests and parts of batches, by kind. */
  readonly graph_operations: Readonly<Record<string, number>>;
  readonly graph_throttled: number;
  /** Mails that requests caused; what people in the sample sent is theirs. The sync never causes one (R9). */
  readonly mails: number;
  readonly sql_statements: number;
}

/** Runs one cycle. A step that answers other than 200 ends it. */
export async function runCycle(sandbox: Sandbox): Promise<CycleReport> {
  const steps: StepReport[] = [];
  for (const call of CYCLE) {
    let report: StepReport;
    do {
      report = await runStep(sandbox, call);
      steps.push(report);
    } while (call.untilDone === true && succeeded(report) > 0);
    if (report.status !== 200) break;
  }
  return summed(steps);
}

/** Everything there is after the cycles. */
export async function reportWorld({ app, graph, database, statements }: Sandbox): Promise<WorldReport> {
  const { counts, conflicts, imported } = await readMappings(database);
  return {
    mappings: counts,
    conflicts,
    linked_imports: imported,
    reservations: (await readBooking(database, app.config.booking.schema)).reservations,
    events: countEvents(readOutlook(graph)),
    graph_requests: graph.metrics.requests,
    graph_operations: { ...graph.metrics.operations },
    graph_throttled: graph.metrics.throttled,
    mails: graph.mails.filter(({ cause }) => cause === 'graph').length,
    sql_statements: statements(),
  };
}

function succeeded({ status, answered: { processed = 0, errors = 0 } }: StepReport): number {
  return status === 200 ? processed - errors : 0;
}

async function runStep(sandbox: Sandbox, { step, method, path }: CycleCall): Promise<StepReport> {
  const { app, host, graph, database, statements } = sandbox;
  const read = async () => ({
    outlook: readOutlook(graph),
    mappings: await readMappings(database),
    booking: await readBooking(database, app.config.booking.schema),
  });
  const before = await read();
  const [requests, sent] = [graph.metrics.requests, statements()];
  const response = await host.fetch(new Request(`http://localhost${path}`, { method }));
  const body = await readJson(response);
  const after = await read();
  return {
    step,
    request: `${method} ${path}`,
    status: response.status,
    answered: countsIn(body),
    events: compareOutlook(before.outlook, after.outlook),
    mapping_writes: countWrites(before.mappings, after.mappings),
    booking_writes: countBookingWrites(before.booking, after.booking),
    mappings: after.mappings.counts,
    graph_requests: graph.metrics.requests - requests,
    sql_statements: statements() - sent,
  };
}

function summed(steps: readonly StepReport[]): CycleReport {
  const operations = steps.map(
    ({ events, mapping_writes, booking_writes }) =>
      events.created + events.updated + events.deleted + mapping_writes + booking_writes,
  );
  return { steps, operations: operations.reduce((sum, count) => sum + count, 0) };
}

/** The numbers of an answer, whether they stand beside `success` or below `results`. */
function countsIn(body: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  const { duration_ms: _, ...rest } = body;
  const results = typeof rest['results'] === 'object' && rest['results'] !== null ? rest['results'] : {};
  const entries: [string, unknown][] = Object.entries({ ...rest, ...results });
  return Object.fromEntries(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}

async function readJson(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
