/** Drives complete cycles through the registered HTTP functions, and measures each step in the database and in Outlook itself. */
import { countWrites, type MappingCounts, readMappings } from './mapping-state.ts';
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
  /** Mappings by status after the step. */
  readonly mappings: MappingCounts;
  readonly graph_requests: number;
  readonly sql_statements: number;
}

export interface CycleReport {
  readonly steps: readonly StepReport[];
  /** Events created, updated and deleted, and mapping rows written. */
  readonly operations: number;
}

export interface WorldReport {
  readonly mappings: MappingCounts;
  readonly events: Readonly<Record<string, number>>;
  readonly graph_requests: number;
  /** Requests and parts of batches, by kind. */
  readonly graph_operations: Readonly<Record<string, number>>;
  readonly graph_throttled: number;
  /** Mails anybody sent. The sync never causes one. */
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
export async function reportWorld({ graph, database, statements }: Sandbox): Promise<WorldReport> {
  return {
    mappings: (await readMappings(database)).counts,
    events: countEvents(readOutlook(graph)),
    graph_requests: graph.metrics.requests,
    graph_operations: { ...graph.metrics.operations },
    graph_throttled: graph.metrics.throttled,
    mails: graph.mails.length,
    sql_statements: statements(),
  };
}

function succeeded({ status, answered: { processed = 0, errors = 0 } }: StepReport): number {
  return status === 200 ? processed - errors : 0;
}

async function runStep(sandbox: Sandbox, { step, method, path }: CycleCall): Promise<StepReport> {
  const { host, graph, database, statements } = sandbox;
  const before = { outlook: readOutlook(graph), mappings: await readMappings(database) };
  const [requests, sent] = [graph.metrics.requests, statements()];
  const response = await host.fetch(new Request(`http://localhost${path}`, { method }));
  const body = await readJson(response);
  const mappings = await readMappings(database);
  return {
    step,
    request: `${method} ${path}`,
    status: response.status,
    answered: countsIn(body),
    events: compareOutlook(before.outlook, readOutlook(graph)),
    mapping_writes: countWrites(before.mappings, mappings),
    mappings: mappings.counts,
    graph_requests: graph.metrics.requests - requests,
    sql_statements: statements() - sent,
  };
}

function summed(steps: readonly StepReport[]): CycleReport {
  const operations = steps.map(
    ({ events, mapping_writes }) => events.created + events.updated + events.deleted + mapping_writes,
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
