/** The only place where events change: keeps indexes, versions, the change log and listeners together. */
import { type CalendarFolder, DEFAULT_FOLDER, type Mailbox } from './mailbox.ts';
import type { StoredEvent } from './model.ts';
import type { World } from './world.ts';

function folderOf(mailbox: Mailbox, event: StoredEvent): CalendarFolder {
  return mailbox.folders.get(event.folder) as CalendarFolder;
}

export const propertyKey = (id: string, value: string): string => `${id}\0${value.toLowerCase()}`;

/** Makes a live event findable; used when events are loaded too. */
export function indexEvent(mailbox: Mailbox, event: StoredEvent): void {
  if (event.deletedAt !== null) return;
  const folder = folderOf(mailbox, event);
  mailbox.byICalUId.set(event.iCalUId, event);
  if (event.series) folder.masters.add(event);
  else folder.timeline.insert(event);
  for (const id in event.properties) {
    const key = propertyKey(id, event.properties[id] as string);
    const cores = mailbox.byProperty.get(key);
    if (cores) cores.add(event.core);
    else mailbox.byProperty.set(key, new Set([event.core]));
  }
}

function unindexEvent(mailbox: Mailbox, event: StoredEvent): void {
  if (event.deletedAt !== null) return;
  const folder = folderOf(mailbox, event);
  mailbox.byICalUId.delete(event.iCalUId);
  folder.masters.delete(event);
  folder.timeline.remove(event);
  for (const id in event.properties) {
    const key = propertyKey(id, event.properties[id] as string);
    const cores = mailbox.byProperty.get(key);
    cores?.delete(event.core);
    if (cores?.size === 0) mailbox.byProperty.delete(key);
  }
}

function stamp(world: World, mailbox: Mailbox, event: StoredEvent): void {
  event.version = ++mailbox.version;
  event.modifiedAt = world.clock.now();
}

/** Puts a finished event into its mailbox. */
export function insertEvent(world: World, mailbox: Mailbox, event: StoredEvent): void {
  stamp(world, mailbox, event);
  mailbox.events.set(event.core, event);
  indexEvent(mailbox, event);
  mailbox.changes.note(event.core, event.version).ownVersion = event.version;
  world.onChange(mailbox, event, 'created', null);
}

/** Changes an event or master: new version, new delta row. */
export function changeEvent(world: World, mailbox: Mailbox, event: StoredEvent, change: () => void): void {
  unindexEvent(mailbox, event);
  change();
  stamp(world, mailbox, event);
  indexEvent(mailbox, event);
  if (event.deletedAt !== null) return;
  const record = mailbox.changes.note(event.core, event.version);
  record.ownVersion = event.version;
  record.undoneDeletion = 0;
  world.onChange(mailbox, event, 'updated', null);
}

/** Changes one occurrence: the master gets a new version, delta a row for the exception. */
export function changeOccurrence(
  world: World,
  mailbox: Mailbox,
  event: StoredEvent,
  date: string,
  change: () => void,
): void {
  change();
  stamp(world, mailbox, event);
  const record = mailbox.changes.note(event.core, event.version);
  record.exceptions ??= new Map();
  record.exceptions.set(date, event.version);
  world.onChange(mailbox, event, 'updated', date);
}

/** Cancels one occurrence: no delta row for it, at best the master again. */
export function cancelOccurrence(world: World, mailbox: Mailbox, event: StoredEvent, date: string): void {
  const series = event.series;
  if (!series) return;
  delete series.exceptions[date];
  series.cancelled[date] = true;
  stamp(world, mailbox, event);
  mailbox.changes.get(event.core)?.exceptions?.delete(date);
  if (world.settings.delta.masterAfterOccurrenceDelete) {
    mailbox.changes.note(event.core, event.version).ownVersion = event.version;
  }
  world.onChange(mailbox, event, 'updated', null);
}

/** Moves an event to Deleted Items, or removes it for good when `purge`. */
export function discardEvent(world: World, mailbox: Mailbox, event: StoredEvent, purge = false): void {
  const wasLive = event.deletedAt === null;
  unindexEvent(mailbox, event);
  event.deletedAt = world.clock.now();
  event.purged = event.purged || purge;
  event.moves++;
  stamp(world, mailbox, event);
  if (!wasLive) return;
  mailbox.changes.note(event.core, event.version).ownVersion = event.version;
  world.onChange(mailbox, event, 'deleted', null);
}

/** A person brings an event back from Deleted Items: same immutable id, new regular id. */
export function restoreEvent(world: World, mailbox: Mailbox, event: StoredEvent): void {
  if (event.deletedAt === null || event.purged) return;
  const deletion = mailbox.changes.get(event.core)?.ownVersion ?? 0;
  event.deletedAt = null;
  event.moves++;
  stamp(world, mailbox, event);
  indexEvent(mailbox, event);
  const record = mailbox.changes.note(event.core, event.version);
  record.ownVersion = event.version;
  record.undoneDeletion = deletion;
  world.onChange(mailbox, event, 'created', null);
}

/**
 * Moves an event to another calendar of its mailbox: the regular id changes, the immutable one stays. One that comes back to the
 * default calendar is remembered as having left it, like a restored one.
 */
export function moveEvent(world: World, mailbox: Mailbox, event: StoredEvent, folder: string): void {
  const departure = mailbox.changes.get(event.core)?.ownVersion ?? 0;
  const returns = folder === DEFAULT_FOLDER && event.folder !== DEFAULT_FOLDER;
  changeEvent(world, mailbox, event, () => {
    event.folder = folder;
    event.moves++;
  });
  const record = mailbox.changes.get(event.core);
  if (returns && record) record.undoneDeletion = departure;
}
