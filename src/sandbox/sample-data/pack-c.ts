/**
 * Pack C: what people put into the room calendars before the first import, described without any calendar system, for
 * whoever seeds one. Times are wall clock in the municipality's zone.
 */
import type { Marker } from '../../domain/room-event.ts';
import type { WallClock } from '../../domain/time.ts';
import { createSampleDates, type SampleDates, type SampleShift } from './dates.ts';

export interface PackCPerson {
  readonly name: string;
  readonly address: string;
}

export interface PackCEvent {
  /** `O1` to `O15`; a label for tests, not an event id. */
  readonly id: string;
  /** Rooms the event stands in. Several: one meeting (one iCalUId), a copy in each room. */
  readonly rooms: readonly number[];
  readonly subject: string;
  readonly body: { readonly type: 'html' | 'text'; readonly content: string };
  readonly start: WallClock;
  /** For an all-day event midnight after its last day. */
  readonly end: WallClock;
  readonly isAllDay: boolean;
  /** Person who booked the room; null = written straight into the room's calendar, the room itself organises. */
  readonly organizer: PackCPerson | null;
  readonly showAs: 'busy' | 'tentative' | 'free';
  readonly sensitivity: 'normal' | 'private';
  readonly isCancelled: boolean;
  /** Weekly on the weekday of `start`; `start` and `end` are those of the first occurrence. */
  readonly weekly: { readonly occurrences: number } | null;
  /** Our property, for the event that claims a reservation which does not exist. */
  readonly marker: Marker | null;
  /** What the first import makes of it, in new event rows. */
  readonly expected: 'imported' | 'skipped' | 'conflict' | 'ghost';
}

const OLA: PackCPerson = { name: 'Ola Hansen', address: 'ola.hansen@fjordvik.example' };
const KARI: PackCPerson = { name: 'Kari Lunde', address: 'kari.lunde@fjordvik.example' };

/** Reservation named by the ghost's marker; no sample row has this id. */
export const GHOST_RESERVATION = { type: 'event', id: 9998 } as const;

/** The fifteen events, as written for the frozen clock or shifted by whole weeks. */
export function packC(shift: SampleShift = {}): readonly PackCEvent[] {
  const dates = createSampleDates(shift);
  return EVENTS.map(({ at, ...event }) => ({ ...PLAIN, ...event, ...span(dates, at) }));
}

const PLAIN = {
  subject: '',
  body: { type: 'text', content: '' },
  isAllDay: false,
  organizer: KARI,
  showAs: 'busy',
  sensitivity: 'normal',
  isCancelled: false,
  weekly: null,
  marker: null,
  expected: 'imported',
} as const;

type Written = Pick<PackCEvent, 'id' | 'rooms'> &
  Partial<Omit<PackCEvent, 'start' | 'end'>> & { readonly at: readonly [start: string, end: string] };

const EVENTS: readonly Written[] = [
  {
    id: 'O1',
    rooms: [103],
    at: ['2027-03-02 09:00', '2027-03-02 10:00'],
    subject: 'Prosjektmøte',
    body: { type: 'html', content: '<p>Agenda &amp; saker<br>Kaffe</p><script>alert(1)</script>' },
  },
  {
    id: 'O2',
    rooms: [104],
    at: ['2027-03-02 08:30', '2027-03-02 09:00'],
    subject: 'Morgenmøte',
    weekly: { occurrences: 4 },
  },
  {
    id: 'O3',
    rooms: [103],
    at: ['2027-03-22 00:00', '2027-03-23 00:00'],
    subject: 'Valgkomité',
    isAllDay: true,
  },
  { id: 'O4', rooms: [101], at: ['2027-03-18 12:00', '2027-03-20 14:00'], subject: 'Øving til vårkonserten' },
  {
    id: 'O5',
    rooms: [104],
    at: ['2027-03-09 13:00', '2027-03-09 14:00'],
    subject: 'Medarbeidersamtale',
    body: { type: 'text', content: 'Fortrolig innhold' },
    sensitivity: 'private',
  },
  {
    id: 'O6',
    rooms: [103],
    at: ['2027-03-11 14:00', '2027-03-11 15:00'],
    subject: 'Kanskje idémyldring',
    showAs: 'tentative',
    expected: 'skipped',
  },
  {
    id: 'O7',
    rooms: [104],
    at: ['2027-03-24 10:00', '2027-03-24 11:00'],
    subject: 'Canceled: Prosjektmøte',
    isCancelled: true,
    expected: 'skipped',
  },
  { id: 'O8', rooms: [103, 104], at: ['2027-03-16 09:00', '2027-03-16 11:00'], subject: 'Fellesmøte' },
  {
    id: 'O9',
    rooms: [103],
    at: ['2027-03-17 08:00', '2027-03-17 09:00'],
    subject: 'Gjennomgang av økonomi, årsverk og nærmiljø '.repeat(7).padEnd(300, 'å').slice(0, 300),
  },
  { id: 'O10', rooms: [104], at: ['2027-03-19 09:00', '2027-03-19 10:00'], organizer: OLA },
  { id: 'O11', rooms: [101], at: ['2027-02-27 22:00', '2027-02-28 10:00'], subject: 'Rigging' },
  {
    id: 'O12',
    rooms: [103],
    at: ['2027-03-08 10:00', '2027-03-08 11:00'],
    subject: 'Kollisjon',
    expected: 'conflict',
  },
  { id: 'O13', rooms: [101], at: ['2027-03-09 19:30', '2027-03-09 20:30'], subject: 'Lydprøve' },
  {
    id: 'O14',
    rooms: [101],
    at: ['2027-03-24 13:00', '2027-03-24 14:00'],
    subject: 'Etterlatt kopi',
    organizer: null,
    marker: { ...GHOST_RESERVATION, resourceId: 101, generation: 0 },
    expected: 'ghost',
  },
  {
    id: 'O15',
    rooms: [104],
    at: ['2027-03-23 12:00', '2027-03-23 13:00'],
    subject: 'Åpen kontortid',
    showAs: 'free',
    expected: 'skipped',
  },
];

function span(dates: SampleDates, [start, end]: readonly [string, string]): Pick<PackCEvent, 'start' | 'end'> {
  return { start: dates.wall(start), end: dates.wall(end) };
}
