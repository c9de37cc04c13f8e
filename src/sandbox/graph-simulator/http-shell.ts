import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GraphSimulator } from './simulator.ts';

export interface SimulatorServer {
  /** `http://127.0.0.1:<port>/v1.0` */
  readonly url: string;
  close(): Promise<void>;
}

/** Far longer than a busy client leaves a connection alone, so that no request meets one that is being closed. */
const IDLE_MS = 120_000;

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

async function answer(simulator: GraphSimulator, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const body = await readText(request);
    const answered = await simulator.handle({
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      headers: headersOf(request),
      body: body === '' ? undefined : body,
    });
    response.writeHead(answered.status, answered.headers);
    response.end(answered.body);
  } catch {
    // An injected transport failure, or a fault of the simulator: either way the client sees a broken connection.
    response.destroy();
  }
}

/**
 * Serves the simulator on loopback, for clients that need a socket. Links in answers still start with the simulator's `linkBase`.
 * @param port 0 picks a free one
 */
export async function serveGraphSimulator(simulator: GraphSimulator, port = 0): Promise<SimulatorServer> {
  const server: Server = createServer(
    { keepAliveTimeout: IDLE_MS },
    (request, response) => void answer(simulator, request, response),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: chosen } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${chosen}/v1.0`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
