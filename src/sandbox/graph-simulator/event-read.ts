import { type CalendarCall, calendarPath, formatQuery, pagingOf } from './call.ts';
import { findEvent } from './event-lookup.ts';
import {
  etagOfInstance,
  isEventProperty,
  MASTER_ONLY,
  propertyOf,
  type Rendering,
  renderCancelled,
  renderEvent,
} from './event-output.ts';
import { normalisePropertyId } from './extended-properties.ts';
import type { Instance, StoredEvent } from './model.ts';
import { readExpand, readOrder, readSelect } from './odata.ts';
import { type Filter, type FilterSubject, parseFilter, passes } from './odata-filter.ts';
import { fieldOf, occurrenceOn, occurrencesBetween, singleInstance } from './series.ts';
import { propertyKey } from './store.ts';
import { parseWindowBound } from './wall-time.ts';
import { type Answer, badRequest } from './wire.ts';

const LIST_OPTIONS = ['$top', '$skip', '$select', '$expand', '$filter', '$orderby', '$count'];

export function refuseOtherOptions(call: CalendarCall, allowed: readonly string[]): void {
  for (const name in call.query) {
    if (!allowed.includes(name))
      throw badRequest(`The query parameter '${name}' is not supported here.`, 'ErrorInvalidUrlQuery');
  }
}

export function renderingOf(call: CalendarCall): Rendering {
  return {
    world: call.world,
    mailbox: call.mailbox,
    prefer: call.prefer,
    select: readSelect(call.query, isEventProperty),
    expand: readExpand(call.query),
  };
}

/** One page of a list, with `@odata.nextLink` when more follows. */
export function listAnswer(
  call: CalendarCall,
  path: string,
  rows: readonly unknown[],
  more: boolean,
  context: string,
): Answer {
  const base = call.world.settings.linkBase;
  const { top, skip } = pagingOf(call.query);
  const next = formatQuery({ ...call.query, $top: String(top), $skip: String(skip + top) });
  return {
    status: 200,
    json: {
      '@odata.context': `${base}/$metadata#users('${call.mailbox.id}')/${context}`,
      value: rows,
      ...(more ? { '@odata.nextLink': `${base}/users/${call.mailbox.id}/${path}?${next}` } : {}),
    },
  };
}

/** `GET …/events/{id}`. */
export function getEvent(call: CalendarCall, id: string): Answer {
  refuseOtherOptions(call, ['$select', '$expand']);
  const { event, instance } = findEvent(call, id);
  const rendering = renderingOf(call);
  const json: Record<string, unknown> = {
    '@odata.context': `${call.world.settings.linkBase}/$metadata#users('${call.mailbox.id}')/events/$entity`,
    ...renderEvent(rendering, instance),
  };
  if (instance.type === 'seriesMaster') {
    if (rendering.select?.includes(MASTER_ONLY)) json[MASTER_ONLY] = renderCancelled(rendering, instance);
    if (rendering.expand?.exceptionOccurrences) json['exceptionOccurrences'] = exceptionsOf(call, rendering, event);
  }
  return { status: 200, headers: { ETag: etagOfInstance(call.mailbox, instance) }, json };
}

function exceptionsOf(call: CalendarCall, rendering: Rendering, event: StoredEvent): unknown[] {
  return Object.keys(event.series?.exceptions ?? {})
    .map((date) => occurrenceOn(event, call.world.zones, date))
    .filter((each) => each !== null)
    .map((each) => renderEvent({ ...rendering, select: null }, each));
}

function subjectOf(rendering: Rendering, instance: Instance): FilterSubject {
  const utc = { ...rendering, prefer: { ...rendering.prefer, zone: rendering.world.zones.resolve('UTC') } };
  return {
    value(path) {
      const [name = '', ...rest] = path.split('/');
      if (!isEventProperty(name)) return undefined;
      return rest.reduce(
        (value, key) => (value as Record<string, unknown> | null)?.[key],
        propertyOf(utc, instance, name),
      );
    },
    elements(path) {
      if (path === 'singleValueExtendedProperties') {
        return Object.entries(fieldOf(instance, 'properties')).map(([id, value]) => plainSubject({ id, value }));
      }
      if (path === 'categories') return fieldOf(instance, 'categories').map((each) => plainSubject({ '': each }));
      throw badRequest(`The collection '${path}' cannot be filtered.`, 'ErrorInvalidUrlQueryFilter');
    },
  };
}

function plainSubject(record: Readonly<Record<string, unknown>>): FilterSubject {
  return { value: (path) => record[path], elements: () => [] };
}

/** Index keys of a filter that only asks for extended properties by value; null for any other filter. */
function propertyKeysOf(filter: Filter): string[] | null {
  if (filter.kind === 'or') {
    const left = propertyKeysOf(filter.left);
    const right = left && propertyKeysOf(filter.right);
    return left && right ? [...left, ...right] : null;
  }
  if (filter.kind !== 'any' || filter.path !== 'singleValueExtendedProperties' || filter.inner.kind !== 'and')
    return null;
  const operands = new Map<string, string>();
  for (const side of [filter.inner.left, filter.inner.right]) {
    if (side.kind !== 'compare' || side.operator !== 'eq') return null;
    operands.set(side.path.slice(filter.variable.length + 1), String(side.value));
  }
  const value = operands.get('value');
  return value === undefined ? null : [propertyKey(normalisePropertyId(operands.get('id')), value)];
}

function matching(call: CalendarCall, rendering: Rendering): StoredEvent[] {
  const { mailbox, folder, query } = call;
  const visible = (event: StoredEvent): boolean =>
    event.deletedAt === null ? !folder || event.folder === folder.key : foundInTrash(call, event);
  const filter = query['$filter'] === undefined ? null : parseFilter(query['$filter']);
  const keys = filter && propertyKeysOf(filter);
  if (keys && !call.world.settings.searchFindsDeleted) {
    const cores = new Set(keys.flatMap((key) => [...(mailbox.byProperty.get(key) ?? [])]));
    return [...cores].map((core) => mailbox.events.get(core) as StoredEvent).filter(visible);
  }
  const events = [...mailbox.events.values()].filter(visible);
  return filter ? events.filter((event) => passes(filter, subjectOf(rendering, singleInstance(event)))) : events;
}

function foundInTrash(call: CalendarCall, event: StoredEvent): boolean {
  const { settings } = call.world;
  return settings.searchFindsDeleted && settings.deletedEvents === 'resolve' && !call.folder && !event.purged;
}

/** `GET …/events`: single events and masters of the mailbox or of one calendar. */
export function listEvents(call: CalendarCall): Answer {
  refuseOtherOptions(call, LIST_OPTIONS);
  const rendering = renderingOf(call);
  const { top, skip } = pagingOf(call.query);
  const order = readOrder(call.query);
  const found = matching(call, rendering);
  if (order) found.sort((a, b) => (order === 'ascending' ? a.start - b.start : b.start - a.start));
  const page = found.slice(skip, skip + top).map((event) => renderEvent(rendering, singleInstance(event)));
  return listAnswer(call, `${calendarPath(call)}events`, page, found.length > skip + top, 'events');
}

/** `GET …/events/{master}/instances`: occurrences and exceptions, not cancelled ones. */
export function listInstances(call: CalendarCall, id: string): Answer {
  refuseOtherOptions(call, ['startDateTime', 'endDateTime', '$top', '$skip', '$select', '$expand', '$orderby']);
  const from = parseWindowBound(call.query['startDateTime'], 'startDateTime');
  const to = parseWindowBound(call.query['endDateTime'], 'endDateTime');
  const { event, instance } = findEvent(call, id);
  if (instance.type !== 'seriesMaster') throw badRequest('Instances exist for a series master only.');
  const rendering = renderingOf(call);
  const { top, skip } = pagingOf(call.query);
  const found = event.deletedAt === null ? occurrencesBetween(event, call.world.zones, from, to) : [];
  const page = found.slice(skip, skip + top).map((each) => renderEvent(rendering, each));
  return listAnswer(call, `events/${encodeURIComponent(id)}/instances`, page, found.length > skip + top, 'events');
}
