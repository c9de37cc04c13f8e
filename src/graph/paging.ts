import { SyncError } from '../domain/errors.ts';
import type { Clock } from '../sync/ports.ts';
import type { GraphCall, GraphClient } from './client.ts';
import { type Resource, readFailure, toSyncError } from './graph-errors.ts';
import { type GraphReply, isSuccess } from './transport.ts';
import { pathOfLink, readPage } from './wire.ts';

/** Times the client may repeat a GET outside the calendar batches. */
const READ_RETRIES = 3;

export interface DirectDeps {
  readonly client: GraphClient;
  readonly clock: Clock;
}

/** Sends one call outside the mailbox batches; answers a successful reply or throws `SyncError`. GETs are repeated. */
export async function callDirectly(
  { client, clock }: DirectDeps,
  call: GraphCall,
  resource: Resource,
  deadline: number,
): Promise<GraphReply> {
  const reply = await client.send(call, { deadline, retries: READ_RETRIES });
  if (reply.lost === null && isSuccess(reply.status)) return reply;
  throw toSyncError(readFailure(reply, clock.now()), resource);
}

/** All rows of a collection, page by page. Throws `transient` when a page is cut. */
export async function readAllPages(
  deps: DirectDeps,
  path: string,
  resource: Resource,
  deadline: number,
): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  for (let next: string | null = path; next !== null; ) {
    const { body } = await callDirectly(deps, { method: 'GET', path: next }, resource, deadline);
    const page = readPage(body);
    const following: string | null = page?.nextLink == null ? null : pathOfLink(page.nextLink);
    if (page === null || following === next) {
      throw new SyncError('transient', 'Microsoft Graph answered with an incomplete page.', { code: 'CutPage' });
    }
    rows.push(...page.rows);
    next = following;
  }
  return rows;
}
