import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGraph, type Graph } from '../../../src/graph/graph.ts';
import type { GraphSimulator } from '../../../src/sandbox/graph-simulator/simulator.ts';
import type { Clock, Log } from '../../../src/sync/ports.ts';
import {
  createOf,
  createSimulatedGraph,
  createsOf,
  LATER,
  liveEvents,
  roomAddress,
  START,
  WINDOW,
  written,
} from './simulated-graph.ts';

/** A clock that stands still: no timeout comes, whatever the machine is doing. */
const still: Clock = {
  now: () => START,
  sleep: (_ms, signal) => new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
};
const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, scope: () => silent };

let simulator: GraphSimulator;
let server: Server;
let graph: Graph;
let cutNext = false;

beforeEach(async () => {
  cutNext = false;
  ({ simulator } = createSimulatedGraph());
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const headers = request.headers as Record<string, string>;
      const body = chunks.length === 0 ? undefined : Buffer.concat(chunks).toString('utf8');
      const answer = await simulator.handle({ method: request.method ?? '', url: request.url ?? '', headers, body });
      if (cutNext) {
        cutNext = false;
        response.destroy();
        return;
      }
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = { credential: { kind: 'none' }, cloud: 'global', baseUrl } as const;
  let count = 0;
  graph = createGraph(settings, { clock: still, ids: { uuid: () => `id-${count++}` }, log: silent });
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('writes, reads and delta rounds travel over fetch on plain loopback http', async () => {
  const events = (await graph.calendars.write(roomAddress(), createsOf(120), LATER)).map(written);
  expect(await graph.calendars.readWindow(roomAddress(), WINDOW, LATER)).toHaveLength(120);
  const request = { calendar: roomAddress(), link: null, window: WINDOW };
  const [round] = await graph.calendars.readDelta([request], LATER);
  expect(round?.ok && round.value.events).toHaveLength(120);
  const remove = { kind: 'delete', eventId: events[0]?.id ?? '', changeKey: events[0]?.changeKey ?? null } as const;
  expect(await graph.calendars.write(roomAddress(), [remove], LATER)).toEqual([{ kind: 'deleted' }]);
});

test('R1: a connection that breaks after the event was stored leaves one event', async () => {
  cutNext = true;
  const [first] = await graph.calendars.write(roomAddress(), [createOf(1)], LATER);
  expect(first).toMatchObject({ kind: 'unknown', error: { code: expect.any(String) } });
  const [second] = await graph.calendars.write(roomAddress(), [createOf(1)], LATER);
  expect(second?.kind).toBe('written');
  expect(liveEvents(simulator)).toHaveLength(1);
});
