/** People in Outlook, for tests and for the sandbox page: they act without tokens, limits or faults, and their mails are theirs. */
import { instancesIn } from './calendar-view.ts';
import type { CalendarCall, Query } from './call.ts';
import { createEvent } from './event-create.ts';
import { answerInvitation, cancelEvent, deleteEvent } from './event-remove.ts';
import { updateEvent } from './event-update.ts';
import { immutableId, parseEventId } from './ids.ts';
import { type CalendarFolder, DEFAULT_FOLDER, type Mailbox } from './mailbox.ts';
import { copyOf } from './meetings.ts';
import type { Instance, Person, StoredEvent } from './model.ts';
import { fieldOf } from './series.ts';
import { moveEvent, restoreEvent } from './store.ts';
import { Refusal } from './wire.ts';
import { addMailbox, createFolder, findMailbox, type World } from './world.ts';

/** A change or event in Graph's own JSON (`subject`, `start`, `recurrence`, …). */
export type EventJson = Readonly<Record<string, unknown>>;

export interface Meeting {
  /** Address of the organiser's mailbox. */
  readonly organizer: string;
  /** Immutable id in the organiser's calendar. */
  readonly id: string;
  readonly iCalUId: string;
}

export interface Invitation {
  readonly organizer: Person;
  /** Addresses of room mailboxes, invited as resources. */
  readonly rooms: readonly string[];
  /** Addresses of people. */
  readonly people?: readonly string[];
  readonly event: EventJson;
}

/** One row of a calendar as its owner sees it. */
export interface SeenEvent {
  readonly id: string;
  readonly type: 'singleInstance' | 'occurrence' | 'exception' | 'seriesMaster';
  /** Id of the series; null for a single event. */
  readonly masterId: string | null;
  readonly originalStart: number | null;
  readonly iCalUId: string;
  readonly subject: string | null;
  readonly body: string;
  readonly start: number;
  /** Exclusive; for an all-day event both are the floating dates as UTC midnights. */
  readonly end: number;
  readonly isAllDay: boolean;
  readonly showAs: string;
  readonly sensitivity: string;
  readonly isCancelled: boolean;
  /** Null when the mailbox itself organises. */
  readonly organizer: Person | null;
  readonly attendees: number;
  /** Extended properties by id. */
  readonly properties: Readonly<Record<string, string>>;
}

export interface Actors {
  /** A person invites rooms; their copies appear after the attendant's delays. */
  book(invitation: Invitation): Meeting;
  /** The organiser edits the meeting; attendees are told. */
  edit(meeting: Meeting, change: EventJson): void;
  /** The organiser edits one occurrence, planned for `date` (`2027-03-02`). */
  editOccurrence(meeting: Meeting, date: string, change: EventJson): void;
  cancel(meeting: Meeting, date?: string): void;
  /** Invites other rooms instead of those invited so far. */
  changeRooms(meeting: Meeting, rooms: readonly string[]): void;
  /** Immutable id of the room's copy; null while there is none. */
  copyIn(room: string, meeting: Meeting): string | null;
  /** A person writes straight into the room's calendar; answers the immutable id. */
  createInRoom(room: string, event: EventJson): string;
  editInRoom(room: string, id: string, change: EventJson): void;
  deleteInRoom(room: string, id: string): void;
  /** Somebody answers for the room. */
  declineInRoom(room: string, id: string): void;
  /** Brings an event back from Deleted Items. */
  restoreInRoom(room: string, id: string): void;
  /** Moves an event to another calendar of the mailbox, made when it is missing; `default` brings it back. */
  moveToCalendar(room: string, id: string, calendar: string): void;
  /** Leaves the event with a zone name no library can resolve, as old programs did. */
  useLegacyZone(room: string, id: string): void;
  /** What a person sees in a calendar: no masters, nothing deleted, by start. Times as milliseconds UTC. */
  view(room: string, from: number, to: number): readonly SeenEvent[];
  /** Immutable id of one occurrence of a series in a mailbox. */
  occurrenceId(room: string, masterId: string, date: string): string;
}

const NO_QUERY: Query = {};

function seen(mailbox: Mailbox, instance: Instance): SeenEvent {
  const { event, date } = instance;
  const masterId = immutableId(mailbox.tag, event.core);
  return {
    id: date === null ? masterId : immutableId(mailbox.tag, event.core, date, event.series?.schedule ?? 0),
    type: instance.type,
    masterId: date === null ? null : masterId,
    originalStart: instance.originalStart,
    iCalUId: event.iCalUId,
    subject: fieldOf(instance, 'subject'),
    body: fieldOf(instance, 'body').content,
    start: instance.start,
    end: instance.end,
    isAllDay: fieldOf(instance, 'isAllDay'),
    showAs: fieldOf(instance, 'showAs'),
    sensitivity: fieldOf(instance, 'sensitivity'),
    isCancelled: event.isCancelled,
    organizer: event.isOrganizer ? null : event.organizer,
    attendees: event.attendees.length,
    properties: fieldOf(instance, 'properties'),
  };
}

export function createActors(world: World): Actors {
  function mailboxOf(reference: string): Mailbox {
    const mailbox = findMailbox(world, reference);
    if (!mailbox) throw new Error(`The simulator has no mailbox '${reference}'.`);
    return mailbox;
  }

  function callOn(mailbox: Mailbox, body: unknown): CalendarCall {
    return {
      world,
      app: 'person',
      cause: 'person',
      query: NO_QUERY,
      headers: {},
      prefer: {
        immutableIds: true,
        zone: world.zones.resolve('UTC'),
        bodyType: 'html',
        maxPageSize: null,
        applied: '',
      },
      body,
      mailbox,
      folder: mailbox.folders.get(DEFAULT_FOLDER) ?? null,
    };
  }

  function eventOf(room: string, id: string): { mailbox: Mailbox; event: StoredEvent } {
    const mailbox = mailboxOf(room);
    const event = mailbox.events.get(parseEventId(id)?.core ?? '');
    if (!event) throw new Error(`The mailbox '${room}' has no such event.`);
    return { mailbox, event };
  }

  function occurrenceId(room: string, masterId: string, date: string): string {
    const { mailbox, event } = eventOf(room, masterId);
    return immutableId(mailbox.tag, event.core, date, event.series?.schedule ?? 0);
  }

  const attendeesOf = (rooms: readonly string[], people: readonly string[]): unknown[] => [
    ...rooms.map((address) => ({
      type: 'resource',
      emailAddress: { address, name: findMailbox(world, address)?.name },
    })),
    ...people.map((address) => ({ type: 'required', emailAddress: { address } })),
  ];

  return {
    book({ organizer, rooms, people = [], event }) {
      const mailbox = addMailbox(world, { ...organizer, kind: 'user' });
      const body = { ...event, attendees: attendeesOf(rooms, people) };
      const created = createEvent(callOn(mailbox, body)).json as { id: string; iCalUId: string };
      return { organizer: mailbox.address, id: created.id, iCalUId: created.iCalUId };
    },
    edit(meeting, change) {
      updateEvent(callOn(mailboxOf(meeting.organizer), change), meeting.id);
    },
    editOccurrence(meeting, date, change) {
      const id = occurrenceId(meeting.organizer, meeting.id, date);
      updateEvent(callOn(mailboxOf(meeting.organizer), change), id);
    },
    cancel(meeting, date) {
      const id = date === undefined ? meeting.id : occurrenceId(meeting.organizer, meeting.id, date);
      cancelEvent(callOn(mailboxOf(meeting.organizer), {}), id);
    },
    changeRooms(meeting, rooms) {
      const { mailbox, event } = eventOf(meeting.organizer, meeting.id);
      const people = event.attendees
        .filter((each) => each.type !== 'resource')
        .map((each) => each.emailAddress.address);
      updateEvent(callOn(mailbox, { attendees: attendeesOf(rooms, people) }), meeting.id);
    },
    copyIn(room, meeting) {
      const mailbox = mailboxOf(room);
      const copy = copyOf(mailbox, meeting.iCalUId);
      return copy ? immutableId(mailbox.tag, copy.core) : null;
    },
    createInRoom(room, event) {
      return (createEvent(callOn(mailboxOf(room), event)).json as { id: string }).id;
    },
    editInRoom(room, id, change) {
      updateEvent(callOn(mailboxOf(room), change), id);
    },
    deleteInRoom(room, id) {
      deleteEvent(callOn(mailboxOf(room), undefined), id);
    },
    declineInRoom(room, id) {
      answerInvitation(callOn(mailboxOf(room), { sendResponse: true }), id, 'declined');
    },
    restoreInRoom(room, id) {
      const { mailbox, event } = eventOf(room, id);
      if (event.purged) throw new Refusal(404, 'ErrorItemNotFound', 'The event is gone for good.');
      restoreEvent(world, mailbox, event);
    },
    moveToCalendar(room, id, calendar) {
      const { mailbox, event } = eventOf(room, id);
      if (!mailbox.folders.has(calendar)) mailbox.folders.set(calendar, createFolder(calendar, calendar));
      moveEvent(world, mailbox, event, calendar);
    },
    useLegacyZone(room, id) {
      const { event } = eventOf(room, id);
      event.startZone = 'tzone://Microsoft/Custom';
      event.endZone = event.startZone;
    },
    view(room, from, to) {
      const mailbox = mailboxOf(room);
      return instancesIn(mailbox.folders.get(DEFAULT_FOLDER) as CalendarFolder, world.zones, { from, to })
        .sort((a, b) => a.start - b.start || a.event.number - b.event.number)
        .map((instance) => seen(mailbox, instance));
    },
    occurrenceId,
  };
}
