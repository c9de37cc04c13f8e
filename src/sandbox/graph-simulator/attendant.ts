/**
 * The calendar attendant and the resource booking attendant: what happens in a mailbox some seconds after somebody invited it
 *. Requests show up tentative with their own subject, then are accepted, rewritten, or declined.
 */
import { instancesIn } from './calendar-view.ts';
import { draftEvent } from './event-draft.ts';
import { type CalendarFolder, DEFAULT_FOLDER, type Mailbox } from './mailbox.ts';
import { copyOf, respond } from './meetings.ts';
import type { EventFields, Instance, Series, StoredEvent } from './model.ts';
import { fieldOf, occurrenceOn, occurrencesBetween, singleInstance } from './series.ts';
import { cancelOccurrence, changeEvent, changeOccurrence, discardEvent, insertEvent } from './store.ts';
import { DAY_MS } from './wall-time.ts';
import type { MailboxJob, World } from './world.ts';

const BLOCKING = ['busy', 'tentative', 'oof'];

/** What an invitation carries into the receiver's copy. */
function carried(original: StoredEvent): Partial<StoredEvent> {
  const { subject, body, start, end, isAllDay, startZone, endZone, locations, categories } = original;
  const { sensitivity, importance, attendees, properties, series, responseRequested, isOnlineMeeting } = original;
  const plain = { subject, body, start, end, isAllDay, startZone, endZone, locations, categories, sensitivity };
  return structuredClone({ ...plain, importance, attendees, properties, series, responseRequested, isOnlineMeeting });
}

const scheduleOf = ({ series }: StoredEvent): string =>
  JSON.stringify(series && [series.pattern, series.range, series.wallStart, series.wallEnd]);

function receiveWhole(world: World, mailbox: Mailbox, original: StoredEvent): StoredEvent {
  const response = { response: 'notResponded', time: '0001-01-01T00:00:00Z' };
  const news = { ...carried(original), isCancelled: false, showAs: 'tentative', response };
  const existing = copyOf(mailbox, original.iCalUId);
  if (existing) {
    const schedule = existing.series?.schedule ?? -1;
    const rescheduled = scheduleOf(existing) !== scheduleOf(original);
    if (news.series) news.series.schedule = rescheduled ? schedule + 1 : schedule;
    changeEvent(world, mailbox, existing, () => Object.assign(existing, news));
    return existing;
  }
  const copy = draftEvent(world, mailbox, DEFAULT_FOLDER, { ...original.organizer });
  Object.assign(copy, news, { isOrganizer: false, iCalUId: original.iCalUId });
  insertEvent(world, mailbox, copy);
  return copy;
}

function receiveOccurrence(world: World, mailbox: Mailbox, original: StoredEvent, date: string): StoredEvent | null {
  const copy = copyOf(mailbox, original.iCalUId);
  const exception = original.series?.exceptions[date];
  if (!copy?.series || !exception) return null;
  const series: Series = copy.series;
  changeOccurrence(world, mailbox, copy, date, () => {
    const overrides = { ...structuredClone(exception.overrides), showAs: 'tentative' };
    series.exceptions[date] = { overrides };
  });
  return copy;
}

/** Rooms that process nothing, or nothing from outside. */
function ignores({ processing, tenant }: Mailbox, from: string | undefined): boolean {
  return processing.automateProcessing === 'None' || (from !== tenant && !processing.processExternalMeetingMessages);
}

function receiveRequest(world: World, job: Extract<MailboxJob, { kind: 'request' }>): void {
  const mailbox = world.mailboxes.get(job.mailbox);
  const original = world.mailboxes.get(job.from)?.events.get(job.core);
  if (!mailbox || !original || original.deletedAt !== null) return;
  if (mailbox.kind === 'room' && ignores(mailbox, world.mailboxes.get(job.from)?.tenant)) return;
  const known = job.date !== null && copyOf(mailbox, original.iCalUId) !== undefined;
  const date = known ? job.date : null;
  const copy =
    date === null ? receiveWhole(world, mailbox, original) : receiveOccurrence(world, mailbox, original, date);
  if (!copy || mailbox.kind !== 'room') return;
  const wait = mailbox.processing.addNewRequestsTentatively ? world.settings.attendant.processing : 0;
  world.jobs.add(world.clock.now() + wait, { kind: 'processing', mailbox: mailbox.id, core: copy.core, date });
}

/** Everything of the request the room would be busy with, as far as it is booked ahead. */
function wanted(world: World, copy: StoredEvent, date: string | null): Instance[] {
  if (date !== null) return [occurrenceOn(copy, world.zones, date)].filter((each) => each !== null);
  if (!copy.series) return [singleInstance(copy)];
  return occurrencesBetween(copy, world.zones, copy.start, copy.start + 1_825 * DAY_MS);
}

/** Cancelled, or a request nobody has answered yet: first come, first served. */
function isPending(event: StoredEvent): boolean {
  return event.isCancelled || event.response.response === 'notResponded';
}

function clashes(world: World, folder: CalendarFolder, copy: StoredEvent, instance: Instance): boolean {
  return instancesIn(folder, world.zones, { from: instance.start, to: instance.end }).some(
    (other) => other.event !== copy && !isPending(other.event) && BLOCKING.includes(fieldOf(other, 'showAs')),
  );
}

/** Whether the room's policy takes the request. */
function acceptable(world: World, mailbox: Mailbox, copy: StoredEvent, date: string | null): boolean {
  const { allowConflicts, bookingWindowInDays, maximumDurationInMinutes, enforceSchedulingHorizon } =
    mailbox.processing;
  const horizon = world.clock.now() + bookingWindowInDays * DAY_MS;
  const instances = wanted(world, copy, date);
  const endless = date === null && copy.series?.range.type === 'noEnd';
  if (endless && enforceSchedulingHorizon) return false;
  const folder = mailbox.folders.get(DEFAULT_FOLDER) as CalendarFolder;
  return instances.every((instance) => {
    if (instance.start > horizon) return !enforceSchedulingHorizon && copy.series !== null;
    if (instance.end - instance.start > maximumDurationInMinutes * 60_000) return false;
    return allowConflicts || !clashes(world, folder, copy, instance);
  });
}

/** What the attendant leaves of the organiser's words. */
function rewritten(mailbox: Mailbox, copy: StoredEvent, own: Partial<EventFields>): Partial<EventFields> {
  const { deleteSubject, addOrganizerToSubject, deleteComments, removePrivateProperty } = mailbox.processing;
  const changes: Partial<EventFields> = { showAs: 'busy' };
  if ('subject' in own) {
    const kept = deleteSubject ? '' : (own.subject ?? '');
    changes.subject = [addOrganizerToSubject ? copy.organizer.name : '', kept].filter((each) => each !== '').join(' ');
  }
  if ('body' in own && deleteComments) changes.body = { kind: 'html', content: '' };
  if (own.sensitivity === 'private' && removePrivateProperty) changes.sensitivity = 'normal';
  return changes;
}

function decline(world: World, mailbox: Mailbox, copy: StoredEvent, date: string | null): void {
  respond(world, mailbox, copy, 'declined', { send: true, cause: 'room' });
  if (date === null) discardEvent(world, mailbox, copy);
  else cancelOccurrence(world, mailbox, copy, date);
}

function accept(world: World, mailbox: Mailbox, copy: StoredEvent, date: string | null): void {
  const mail = { send: true, cause: 'room' } as const;
  if (date === null) {
    changeEvent(world, mailbox, copy, () => {
      Object.assign(copy, rewritten(mailbox, copy, copy));
      for (const each of Object.values(copy.series?.exceptions ?? {})) {
        Object.assign(each.overrides, rewritten(mailbox, copy, each.overrides));
      }
      respond(world, mailbox, copy, 'accepted', mail);
    });
    return;
  }
  const exception = copy.series?.exceptions[date];
  if (!exception) return;
  changeOccurrence(world, mailbox, copy, date, () => {
    Object.assign(exception.overrides, rewritten(mailbox, copy, exception.overrides));
    respond(world, mailbox, copy, 'accepted', mail);
  });
}

function processRequest(world: World, job: Extract<MailboxJob, { kind: 'processing' }>): void {
  const mailbox = world.mailboxes.get(job.mailbox);
  const copy = mailbox?.events.get(job.core);
  if (!mailbox || !copy || copy.deletedAt !== null || copy.isCancelled) return;
  if (acceptable(world, mailbox, copy, job.date)) accept(world, mailbox, copy, job.date);
  else decline(world, mailbox, copy, job.date);
}

/** A cancelled meeting stays in the room's calendar, marked, unless the room is set to remove it. */
function receiveCancellation(world: World, job: Extract<MailboxJob, { kind: 'cancellation' }>): void {
  const mailbox = world.mailboxes.get(job.mailbox);
  const copy = mailbox && copyOf(mailbox, job.iCalUId);
  if (!mailbox || !copy) return;
  if (job.date !== null) {
    cancelOccurrence(world, mailbox, copy, job.date);
  } else if (mailbox.kind === 'room' && mailbox.processing.removeCanceledMeetings) {
    discardEvent(world, mailbox, copy);
  } else {
    changeEvent(world, mailbox, copy, () => {
      copy.isCancelled = true;
      copy.showAs = 'free';
      copy.subject = `Canceled: ${copy.subject ?? ''}`;
    });
  }
}

/** Does everything that is due by now. */
export function workOffJobs(world: World): void {
  for (let job = world.jobs.takeDue(world.clock.now()); job; job = world.jobs.takeDue(world.clock.now())) {
    const { payload } = job;
    if (payload.kind === 'request') receiveRequest(world, payload);
    else if (payload.kind === 'processing') processRequest(world, payload);
    else receiveCancellation(world, payload);
  }
}
