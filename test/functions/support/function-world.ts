/** The real handlers over the real composition root: SQLite with the sample municipality, Graph simulated, clock frozen. */
import { HttpRequest, InvocationContext } from '@azure/functions';
import { sql } from 'kysely';
import { endpoints } from '../../../functions/endpoints.ts';
import { type App, type AppParts, createApp } from '../../../src/app.ts';
import { type Environment, loadConfig } from '../../../src/config.ts';
import type { Endpoint } from '../../../src/http/endpoint.ts';
import { handlerOf } from '../../../src/http/handler.ts';
import { createGraphSimulator, type GraphSimulator } from '../../../src/sandbox/graph-simulator/simulator.ts';
import { createBookingTables } from '../../../src/sandbox/sample-data/create-tables.ts';
import { SAMPLE_NOW } from '../../../src/sandbox/sample-data/dates.ts';
import { loadPackA } from '../../../src/sandbox/sample-data/pack-a.ts';
import { addSampleRooms, seedOutlook } from '../../../src/sandbox/seed-outlook.ts';
import { createSeededIds } from '../../../src/sandbox/seeded-ids.ts';
import { createVirtualClock, type VirtualClock } from '../../../src/sandbox/virtual-clock.ts';
import { type Database, openDatabase } from '../../../src/sql/database.ts';
import { migrate } from '../../../src/sql/migrations/migrate.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape.
  readonly body: any;
}

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Text of the body as it is sent. */
  readonly body?: string;
}

export interface FunctionWorld {
  readonly app: App;
  readonly database: Database;
  readonly graph: GraphSimulator;
  readonly clock: VirtualClock;
  /** `POST /sync/to-outlook?limit=5`, through the handler of whichever function has that method and route. */
  call(line: string, options?: CallOptions): Promise<Reply>;
  /** Lets time pass, in Outlook too. */
  wait(ms: number): Promise<void>;
  /** Plain SQL, as an operator types it. */
  run<Row = Record<string, unknown>>(text: string): Promise<Row[]>;
  close(): Promise<void>;
}

/** Settings of the world unless a test says otherwise. */
const SETTINGS = { SQLITE_FILE: ':memory:', GRAPH_CREDENTIAL: 'none', GRAPH_BASE_URL: 'http://localhost:1' };

export async function openFunctionWorld(
  options: {
    readonly settings?: Environment;
    readonly parts?: AppParts;
    readonly empty?: boolean;
    /** ISO instant the clock starts at; default: the sample's frozen Monday. */
    readonly now?: string;
    /** Pack C stands in the calendars. */
    readonly packC?: boolean;
  } = {},
): Promise<FunctionWorld> {
  const config = loadConfig({ ...SETTINGS, ...options.settings });
  const clock = createVirtualClock(Date.parse(options.now ?? SAMPLE_NOW));
  const database = await openDatabase({ engine: 'sqlite', file: ':memory:', clock });
  await migrate(database);
  await createBookingTables(database, config.booking.schema);
  if (options.empty !== true) await loadPackA(database, config.booking.schema);
  const graph = createGraphSimulator({ clock });
  addSampleRooms(graph);
  if (options.packC === true) await seedOutlook(graph, config.sync.zone, {});
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const app = await createApp(config, {
    clock,
    ids: createSeededIds('functions'),
    database,
    graphTransport: graph.handle,
    logSink: silent,
    ...options.parts,
  });
  return {
    app,
    database,
    graph,
    clock,
    call: (line, callOptions) => call(app, line, callOptions),
    async wait(ms) {
      clock.advanceTo(clock.now() + ms);
      await graph.work();
    },
    run: async <Row>(text: string) => (await sql.raw<Row>(text).execute(database.db)).rows,
    async close() {
      await app.close();
      await database.close();
    },
  };
}

/** Calls the function whose method and route fit the line, as the host would. */
export async function call(app: App, line: string, { headers = {}, body }: CallOptions = {}): Promise<Reply> {
  const [method = '', target = ''] = line.split(' ');
  const url = new URL(target, 'http://localhost:8082');
  const { endpoint, params } = find(method, url.pathname);
  const request = new HttpRequest({
    method,
    url: url.href,
    query: Object.fromEntries(url.searchParams),
    params,
    headers: { ...headers },
    ...(body !== undefined && { body: { string: body } }),
  });
  const context = new InvocationContext({ functionName: endpoint.name, logHandler: () => {} });
  const answer = await handlerOf(endpoint, async () => app)(request, context);
  const { status = 200, headers: sent = {}, jsonBody, body: text } = answer as Record<string, never>;
  return { status, headers: sent, body: jsonBody === undefined ? text : JSON.parse(JSON.stringify(jsonBody)) };
}

/** Every method and route there is, aliases included. */
export const ROUTES = endpoints.flatMap((endpoint) =>
  [endpoint, ...endpoint.aliases].map(({ name, method, route }) => ({ name, method, route, endpoint })),
);

function find(method: string, path: string): { readonly endpoint: Endpoint; readonly params: Record<string, string> } {
  for (const { route, method: own, endpoint } of ROUTES) {
    const pattern = new RegExp(`^/${route.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
    const match = own === method ? pattern.exec(path) : null;
    if (match === null) continue;
    const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
    return { endpoint, params: Object.fromEntries(params) };
  }
  throw new Error(`no function is registered for ${method} ${path}`);
}
