/** People in Outlook: they organise meetings, write into room calendars, and change what they find there, the sync's own events included. */
import type { Actors, EventJson, Meeting } from '../../../src/sandbox/graph-simulator/actors.ts';
import type { GraphSimulator } from '../../../src/sandbox/graph-simulator/simulator.ts';
import { slotOf } from './clerk.ts';
import type { Command } from './commands.ts';
import type { Ledger } from './ledger.ts';
import { noteCopies, noteEdit, restore, sendAgain } from './returns.ts';
import { ROOMS, type Stage } from './stage.ts';

const ZONE = 'W. Europe Standard Time';
const FROM = Date.parse('2027-02-20T00:00:00Z');
const TO = Date.parse('2028-12-01T00:00:00Z');

export interface PeopleWorld {
  readonly stage: Stage;
  readonly graph: GraphSimulator;
  readonly ledger: Ledger;
  readonly meetings: { readonly meeting: Meeting; readonly dates: readonly string[]; rooms: readonly string[] }[];
  counter: number;
}

/** One act; what Outlook refuses is no act. */
export async function actAsPerson(world: PeopleWorld, command: Command): Promise<void> {
  const { verb, a, b, c } = command;
  const { actors } = world.graph;
  const calendar = ROOMS[a % ROOMS.length]?.calendar ?? '';
  world.counter += 1;
  const n = world.counter;
  switch (verb) {
    case 'invite':
    case 'inviteSeries':
      return invite(world, command, n);
    case 'write':
      actors.createInRoom(calendar, { subject: `Hemmelig notat ${n}`, ...timesOf(b, c), ...flavour(c) });
      return;
    case 'writeSeries':
      actors.createInRoom(calendar, { subject: `Hemmelig serie ${n}`, ...timesOf(b, c, true), ...daily(b) });
      return;
    case 'editMeeting':
    case 'cancelMeeting':
    case 'cancelOccurrence':
    case 'changeRooms':
      return changeMeeting(world, command, n);
    case 'restore':
    case 'bringBack':
      return restore(world, calendar, b, verb === 'restore' ? null : `Hemmelig P${n}`);
    case 'sendAgain':
      return sendAgain(world, b);
    default:
      return changeInRoom(world, command, calendar, n);
  }
}

function invite({ graph, meetings, ledger }: PeopleWorld, { verb, a, b, c }: Command, n: number): void {
  const rooms = [
    ...new Set([a, ...(a % 3 === 0 ? [a + 1] : [])].map((at) => ROOMS[at % ROOMS.length]?.calendar ?? '')),
  ];
  const series = verb === 'inviteSeries';
  const meeting = graph.actors.book({
    organizer: { name: `Ola ${n}`, address: `ola.${n}@fjordvik.example` },
    rooms,
    event: { subject: `Hemmelig møte ${n}`, ...timesOf(b, c, series), ...(series ? daily(b) : {}) },
  });
  const first = slotOf(b, 3).from.slice(0, 10);
  meetings.push({ meeting, rooms, dates: series ? [first, nextDay(first), nextDay(nextDay(first))] : [] });
  ledger.removed.delete(`uid:${meeting.iCalUId}`);
}

function changeMeeting(world: PeopleWorld, { verb, a, b, c }: Command, n: number): void {
  const known = world.meetings[a % Math.max(1, world.meetings.length)];
  if (known === undefined) return;
  const { actors } = world.graph;
  const { ledger } = world;
  noteCopies(world, known.meeting);
  const date = known.dates[b % Math.max(1, known.dates.length)];
  if (verb === 'cancelMeeting') {
    ledger.removed.add(`uid:${known.meeting.iCalUId}`);
    actors.cancel(known.meeting);
    return;
  }
  if (verb === 'cancelOccurrence') {
    if (date === undefined) return;
    ledger.removed.add(`uid:${known.meeting.iCalUId}`);
    actors.cancel(known.meeting, date);
    return;
  }
  // A room that is not invited any more is cancelled; one that refuses the new time too.
  ledger.removed.add(`uid:${known.meeting.iCalUId}`);
  if (verb === 'changeRooms') {
    known.rooms = [
      ROOMS[b % ROOMS.length]?.calendar ?? '',
      ...(c % 3 === 0 ? [ROOMS[(b + 1) % ROOMS.length]?.calendar ?? ''] : []),
    ];
    actors.changeRooms(known.meeting, known.rooms);
    return;
  }
  const change: EventJson = c % 3 === 0 ? { subject: `Hemmelig møte ${n}` } : timesOf(b, c, known.dates.length > 0);
  if (known.dates.length === 0) actors.edit(known.meeting, change);
  else if (date !== undefined && c % 2 === 0) actors.editOccurrence(known.meeting, date, sameDay(change, date));
  else if (c % 3 === 0) actors.edit(known.meeting, change);
}

async function changeInRoom(world: PeopleWorld, { verb, b, c }: Command, calendar: string, n: number): Promise<void> {
  const { graph, ledger } = world;
  const seen = graph.actors.view(calendar, FROM, TO);
  const event = seen[b % Math.max(1, seen.length)];
  if (event === undefined) return;
  const own = event.organizer === null && event.attendees === 0;
  if (verb === 'decline') {
    if (own) return;
    ledger.removed.add(event.id);
    return graph.actors.declineInRoom(calendar, event.id);
  }
  if (verb === 'delete') {
    const whole = event.masterId !== null && c % 3 === 0;
    for (const one of whole ? seen.filter(({ masterId }) => masterId === event.masterId) : [event]) {
      ledger.removed.add(one.id);
      await noteEdit(world, one, (edit) => {
        edit.blurred = true;
      });
    }
    return graph.actors.deleteInRoom(calendar, whole ? (event.masterId ?? event.id) : event.id);
  }
  if (!own) return;
  if (verb === 'rename') {
    const subject = `Hemmelig P${n}`;
    graph.actors.editInRoom(calendar, event.id, { subject });
    return noteEdit(world, event, (edit) => {
      Object.assign(edit, { person: subject, titleBy: 'person' });
    });
  }
  if (verb === 'moveFar') {
    // Out of everybody's window: it leaves the delta as if it were deleted.
    if (event.masterId !== null || event.isAllDay) return;
    const time = (hour: string) => ({ dateTime: `2028-06-${10 + (n % 18)}T${hour}:00:00`, timeZone: ZONE });
    graph.actors.editInRoom(calendar, event.id, { start: time('10'), end: time('12') });
    return noteEdit(world, event, (edit) => {
      edit.blurred = true;
    });
  }
  if (verb === 'addGuest') {
    // Only single events: a series' guests are the series' own.
    if (event.masterId !== null) return;
    const attendees = [{ type: 'required', emailAddress: { address: `kari.${n}@fjordvik.example` } }];
    graph.actors.editInRoom(calendar, event.id, { attendees });
    return noteEdit(world, event, (edit) => {
      edit.blurred = true;
    });
  }
  if (verb === 'editBack') {
    graph.actors.editInRoom(calendar, event.id, { body: { contentType: 'text', content: `Hemmelig ord ${n}` } });
    return noteEdit(world, event, (edit) => {
      edit.personText = `Hemmelig ord ${n}`;
    });
  }
  const change = timesOf(b + n, c, true);
  graph.actors.editInRoom(calendar, event.id, event.masterId === null ? change : sameDay(change, isoDay(event.start)));
  return noteEdit(world, event, (edit) => {
    edit.blurred = true;
  });
}

function timesOf(b: number, c: number, plain = false): EventJson {
  const { from, to } = slotOf(b, plain ? (c % 39) + 1 : c);
  const time = (wall: string) => ({ dateTime: wall.replace(' ', 'T'), timeZone: ZONE });
  if (to.endsWith('23:59:00')) {
    const day = from.slice(0, 10);
    return { isAllDay: true, start: time(`${day} 00:00:00`), end: time(`${nextDay(day)} 00:00:00`) };
  }
  return { start: time(from), end: time(to) };
}

/** The same hours on the day the occurrence was planned for. */
function sameDay(change: EventJson, date: string): EventJson {
  const on = (value: unknown) => {
    const time = value as { dateTime: string };
    return { ...time, dateTime: `${date}${time.dateTime.slice(10)}` };
  };
  return 'start' in change ? { ...change, start: on(change['start']), end: on(change['end']) } : change;
}

/** Mostly plain; sometimes private, tentative or shown as free. */
function flavour(c: number): EventJson {
  if (c % 17 === 0) return { showAs: 'free' };
  if (c % 13 === 0) return { showAs: 'tentative' };
  return c % 7 === 0 ? { sensitivity: 'private' } : {};
}

function daily(b: number): EventJson {
  return {
    recurrence: {
      pattern: { type: 'daily', interval: 1 },
      range: {
        type: 'numbered',
        startDate: slotOf(b, 3).from.slice(0, 10),
        numberOfOccurrences: 3,
        recurrenceTimeZone: ZONE,
      },
    },
  };
}

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

function isoDay(epochMs: number): string {
  return new Date(epochMs + 3_600_000).toISOString().slice(0, 10);
}

export type { Actors };
