/** People in Outlook, for tests and for the sandbox page: they act without tokens, limits or faults, and their mails are theirs. */
import type { CalendarCall, Query } from './call.ts';
import { createEvent } from './event-create.ts';
import { answerInvitation, cancelEvent, deleteEvent } from './event-remove.ts';
import { updateEvent } from './event-update.ts';
import { immutableId, parseEventId } from './ids.ts';
import { DEFAULT_FOLDER, type Mailbox } from './mailbox.ts';
import { copyOf } from './meetings.ts';
import type { Person, StoredEvent } from './model.ts';
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
  /** Immutable id of one occurrence of a series in a mailbox. */
  occurrenceId(room: string, masterId: string, date: string): string;
}

const NO_QUERY: Query = {};

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
    occurrenceId,
  };
}
