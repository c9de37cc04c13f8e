import * as bodies from '../src/http/bodies/conflicts.ts';
import { reading, running } from '../src/http/endpoint.ts';
import { limit, positiveId } from '../src/http/parameters.ts';
import {
  presentConflicts,
  presentDecided,
  presentParked,
  presentResolution,
} from '../src/http/presenters/conflicts.ts';
import { resolveConflict as decideConflict } from '../src/sync/conflict-decide.ts';
import { listParked } from '../src/sync/conflict-parked.ts';
import { listConflicts } from '../src/sync/conflicts.ts';
import { decideOnParked } from '../src/sync/decide-parked.ts';

const area = 'Conflicts';

export const conflicts = reading({
  name: 'conflicts',
  method: 'GET',
  route: 'conflicts',
  area,
  summary: 'What waits for a person: both versions, the reason and what may be decided',
  description: 'Newest first. Reservations that better ones hide need no decision and are not listed.',
  query: { limit: limit(50) },
  response: bodies.conflictsBody,
  read: async ({ deps }, { query }) => presentConflicts(await listConflicts(deps, query)),
});

export const resolveConflict = running({
  name: 'resolveConflict',
  method: 'POST',
  route: 'conflicts/{id}/resolve',
  area,
  summary: 'Decide a conflict',
  description: 'Carried out at once. The version that loses stays in the journal.',
  path: { id: positiveId },
  body: bodies.resolveRequest,
  response: bodies.resolveBody,
  statuses: [404, 409],
  job: 'resolve-conflict',
  actor: 'operator',
  needsGraph: true,
  work: (deps, run, { path, body }) =>
    decideConflict(deps, run, {
      mappingId: path.id,
      decision: body.decision,
      ...(body.twin_id !== undefined && { twinId: body.twin_id }),
    }),
  present: presentResolution,
});

export const parked = reading({
  name: 'parked',
  method: 'GET',
  route: 'parked',
  area,
  summary: 'Cancellations the brake holds until somebody decides, oldest first',
  query: { limit: limit(50) },
  response: bodies.parkedBody,
  read: async ({ deps }, { query }) => presentParked(await listParked(deps, query)),
});

/** One decision: for one operation by its path, and for several by the body. */
function decisions(word: 'approve' | 'dismiss', decision: 'approved' | 'dismissed', summary: string) {
  const shared = {
    method: 'POST',
    area,
    response: bodies.decidedBody,
    statuses: [404],
    job: `${word}-parked`,
    actor: 'operator',
    needsGraph: false,
    present: presentDecided,
  } as const;
  return [
    running({
      ...shared,
      name: `${word}Parked`,
      route: `parked/{id}/${word}`,
      summary,
      path: { id: positiveId },
      work: (deps, run, { path }) => decideOnParked(deps, run, { ids: [path.id], decision, field: 'id' }),
    }),
    running({
      ...shared,
      name: `${word}SeveralParked`,
      route: `parked/${word}`,
      summary: 'The same for several at once',
      body: bodies.parkedRequest,
      work: (deps, run, { body }) => decideOnParked(deps, run, { ids: body.ids, decision, field: 'ids' }),
    }),
  ];
}

export const conflictEndpoints = [
  conflicts,
  resolveConflict,
  parked,
  ...decisions('approve', 'approved', 'Let a parked cancellation happen'),
  ...decisions('dismiss', 'dismissed', 'Drop a parked cancellation: nothing is cancelled for it'),
];
