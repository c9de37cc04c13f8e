import { SyncError } from '../domain/errors.ts';
import type { FunctionsHost } from './functions-host/host.ts';
import type { HttpServer } from './functions-host/http-server.ts';

/** Listens on a port; throws `not-allowed` with what to do when the port cannot be had. */
export async function listenOn(
  host: FunctionsHost,
  port: number,
  handle: (request: Request) => Promise<Response> = host.fetch,
): Promise<HttpServer> {
  try {
    return await host.listen(port, handle);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EADDRINUSE' ? 'is taken by another program: stop that one' : 'may not be used';
    const other = port < 1024 || port > 65_000 ? 8082 : port + 1;
    const message = `Port ${port} ${why}, or choose another port: npm start -- --port ${other}`;
    throw new SyncError('not-allowed', message, { cause: error });
  }
}
