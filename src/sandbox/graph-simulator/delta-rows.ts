/** What one delta round has to tell: the rows of each changed event, and how they are written out. */
import type { ViewWindow } from './calendar-view.ts';
import type { CalendarCall } from './call.ts';
import type { ChangeRecord } from './change-log.ts';
import { etagOfInstance, idOf, masterIdOf, renderEvent, renderTime } from './event-output.ts';
import type { CalendarFolder } from './mailbox.ts';
import type { Instance, StoredEvent } from './model.ts';
import { fieldOf, occurrenceOn, occurrencesBetween, singleInstance } from './series.ts';
import { overlaps } from './timeline.ts';

const TYPE = '#microsoft.graph.event';

/** A row to come: an event, or one date of a series; written out when its page is read. */
export interface DeltaRow {
  readonly core: string;
  readonly date: string | null;
  readonly removed: boolean;
}

/** Rows that may not be torn apart by a page break: an event alone, or a series. */
export type RowGroup = readonly DeltaRow[];

const row = (event: StoredEvent, date: string | null = null, removed = false): DeltaRow => ({
  core: event.core,
  date,
  removed,
});

function seriesGroup(call: CalendarCall, event: StoredEvent, window: ViewWindow): RowGroup {
  const planned = occurrencesBetween(event, call.world.zones, window.from, window.to);
  if (planned.length === 0) return [row(event, null, true)];
  return [row(event), ...planned.map((instance) => row(event, instance.date))];
}

/** Rows of a first round: everything inside the window, never earlier deletions. */
export function initialGroups(call: CalendarCall, folder: CalendarFolder, window: ViewWindow): RowGroup[] {
  const groups: RowGroup[] = folder.timeline.overlapping(window.from, window.to).map((event) => [row(event)]);
  for (const master of folder.masters) {
    const group = seriesGroup(call, master, window);
    if (group[0]?.removed === false) groups.push(group);
  }
  return groups;
}

function deletedGroup(call: CalendarCall, event: StoredEvent, window: ViewWindow): RowGroup {
  const gone = [row(event, null, true)];
  if (!event.series || !call.world.settings.delta.tombstonePerOccurrence) return gone;
  const planned = occurrencesBetween(event, call.world.zones, window.from, window.to);
  return [...gone, ...planned.map((instance) => row(event, instance.date, true))];
}

/** Changed exceptions of a series; one that left the window, or was moved out of it, is a tombstone. */
function exceptionRows(
  call: CalendarCall,
  event: StoredEvent,
  record: ChangeRecord,
  since: number,
  window: ViewWindow,
): RowGroup {
  const rows: DeltaRow[] = [];
  for (const [date, version] of record.exceptions ?? []) {
    if (version <= since) continue;
    const instance = occurrenceOn(event, call.world.zones, date);
    if (!instance) continue;
    rows.push(row(event, date, !overlaps(instance.start, instance.end, window.from, window.to)));
  }
  return rows;
}

/** Rows of one changed event after version `since`. */
export function changedGroup(
  call: CalendarCall,
  folder: CalendarFolder,
  record: ChangeRecord,
  since: number,
  window: ViewWindow,
): RowGroup {
  const event = call.mailbox.events.get(record.core);
  if (!event) return [];
  if (event.deletedAt !== null || event.folder !== folder.key) return deletedGroup(call, event, window);
  if (record.undoneDeletion > since && call.world.settings.delta.restoredStaysRemoved) return [row(event, null, true)];
  if (event.series) {
    return record.ownVersion > since
      ? seriesGroup(call, event, window)
      : exceptionRows(call, event, record, since, window);
  }
  return [row(event, null, !overlaps(event.start, event.end, window.from, window.to))];
}

/** A row as it stands when its page is read; what was deleted meanwhile is a tombstone. */
export function renderRow(call: CalendarCall, each: DeltaRow): unknown {
  const event = call.mailbox.events.get(each.core) as StoredEvent;
  const whole = singleInstance(event);
  const instance = each.date === null ? whole : occurrenceOn(event, call.world.zones, each.date);
  if (each.removed || event.deletedAt !== null || !instance) {
    const gone: Instance = { ...whole, date: each.date };
    return { '@odata.type': TYPE, id: idOf(call, gone), '@removed': { reason: 'deleted' } };
  }
  if (instance.type !== 'occurrence') {
    return { '@odata.type': TYPE, ...renderEvent(call, instance) };
  }
  const isAllDay = fieldOf(instance, 'isAllDay');
  return {
    '@odata.type': TYPE,
    '@odata.etag': etagOfInstance(call.mailbox, instance),
    id: idOf(call, instance),
    type: 'occurrence',
    seriesMasterId: masterIdOf(call, instance),
    start: renderTime(call, instance.start, isAllDay),
    end: renderTime(call, instance.end, isAllDay),
  };
}
