import { fromOutlookBody, outlookEventsBody } from '../src/http/bodies/outlook.ts';
import * as bodies from '../src/http/bodies/sync.ts';
import { dateRange, rangeOf } from '../src/http/date-range.ts';
import { reading, running } from '../src/http/endpoint.ts';
import { flag, limit, positiveId, roomReservationPath } from '../src/http/parameters.ts';
import { presentFromOutlook, presentOutlookEvents } from '../src/http/presenters/outlook.ts';
import {
  presentCleanup,
  presentPending,
  presentPopulate,
  presentPush,
  presentPushOne,
} from '../src/http/presenters/sync.ts';
import { cleanupOrphans } from '../src/sync/cleanup.ts';
import { discover } from '../src/sync/discover.ts';
import { importFromOutlook } from '../src/sync/from-outlook.ts';
import { listPending } from '../src/sync/lists.ts';
import { listOutlookEvents } from '../src/sync/outlook-lists.ts';
import { pushOne, pushPending } from '../src/sync/push.ts';

const area = 'Setup and sync';

export const populateMapping = running({
  name: 'populateMapping',
  method: 'POST',
  route: 'sync/populate-mapping',
  area,
  summary: 'Make or refresh the mapping of every reservation on a mapped room',
  description:
    'Repeating it changes nothing. Every push does the same first, so this is only needed to look before pushing.',
  query: { resource_id: positiveId.optional().meta({ description: 'Only this room.' }) },
  response: bodies.populateBody,
  statuses: [404],
  job: 'populate-mapping',
  needsGraph: false,
  work: (deps, run, { query: { resource_id } }) =>
    discover(deps, run, resource_id === undefined ? {} : { resourceId: resource_id }),
  present: presentPopulate,
});

export const pendingItems = reading({
  name: 'pendingItems',
  method: 'GET',
  route: 'sync/pending-items',
  area,
  summary: 'What the next push would take: pending rows and errors that can be retried',
  query: { limit: limit(50) },
  response: bodies.pendingBody,
  read: async ({ deps }, { query }) => presentPending(await listPending(deps, query)),
});

export const toOutlook = running({
  name: 'toOutlook',
  method: 'POST',
  route: 'sync/to-outlook',
  area,
  summary: 'Write pending reservations to Outlook',
  description: 'Discovers new and changed reservations first. Failed rows stay listed and are tried again.',
  query: {
    limit: limit(50),
    include_past: flag(false, 'Also reservations that ended before the synced window.'),
  },
  response: bodies.pushBody,
  job: 'to-outlook',
  needsGraph: true,
  work: (deps, run, { query }) => pushPending(deps, run, { limit: query.limit, includePast: query.include_past }),
  present: presentPush,
});

export const syncItem = running({
  name: 'syncItem',
  method: 'POST',
  route: 'sync/item/{reservationType}/{reservationId}/{resourceId}',
  area,
  summary: 'Write one reservation of one room to Outlook now',
  description: 'For hooks of the booking system, called after commit. Makes the mapping when it is missing.',
  path: roomReservationPath,
  response: bodies.pushOneBody,
  statuses: [404, 409],
  job: 'sync-item',
  needsGraph: true,
  work: (deps, run, { path }) =>
    pushOne(deps, run, { type: path.reservationType, id: path.reservationId, resourceId: path.resourceId }),
  present: presentPushOne,
});

export const outlookEvents = reading({
  name: 'outlookEvents',
  method: 'GET',
  route: 'sync/outlook-events',
  area: 'Imports',
  summary: 'Events of the room calendars that are not in the booking system',
  description:
    'Reads only. `importable` tells whether an import would take it, `reason` why not. Our own events are left out.',
  query: { ...dateRange, limit: limit(50) },
  response: outlookEventsBody,
  statuses: [502],
  async read(app, { deps, query }) {
    app.requireGraph();
    const range = rangeOf(query, deps.clock.now(), deps.settings.zone);
    return presentOutlookEvents(await listOutlookEvents(deps, { range, limit: query.limit }));
  },
});

export const fromOutlook = running({
  name: 'fromOutlook',
  method: 'POST',
  route: 'sync/from-outlook',
  area: 'Imports',
  summary: 'Note Outlook events of a range for import',
  description:
    'Repeating it creates nothing new. Known meetings get their mapping back; nothing is concluded from what is missing.',
  query: dateRange,
  response: fromOutlookBody,
  job: 'from-outlook',
  needsGraph: true,
  work: (deps, run, { query }) =>
    importFromOutlook(deps, run, { range: rangeOf(query, deps.clock.now(), deps.settings.zone) }),
  present: presentFromOutlook,
});

export const cleanupOrphaned = running({
  name: 'cleanupOrphaned',
  method: 'DELETE',
  route: 'sync/cleanup-orphaned',
  area,
  summary: 'Remove mappings whose reservation does not exist any more',
  description: 'Keeps imports, and rows whose Outlook event still has to be deleted.',
  response: bodies.cleanupBody,
  job: 'cleanup-orphaned',
  needsGraph: false,
  work: (deps, run) => cleanupOrphans(deps, run),
  present: presentCleanup,
});

export const syncEndpoints = [
  populateMapping,
  pendingItems,
  toOutlook,
  syncItem,
  outlookEvents,
  fromOutlook,
  cleanupOrphaned,
];
