/** The 32 events of the sample municipality; each is there for one rule (see `tests`). */
import type { ChangeDays, SampleDates } from './dates.ts';
import { buildingOf } from './municipality.ts';
import type { Row, SampleRows } from './rows.ts';

interface SampleEvent {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly rooms: readonly number[];
  readonly name: string | null;
  /** What it is in the sample for. */
  readonly tests: string;
  readonly description?: string | null;
  readonly active?: 0;
  readonly isPublic?: 0;
  /** A DST row: stays on the night the clocks change. */
  readonly pin?: keyof ChangeDays;
  /** Date rows other than one equal to the event's own time. */
  readonly dates?: readonly (readonly [from: string, to: string])[];
}

const NORWEGIAN = 'Blåbærsyltetøy på øya, ærlig talt – ';

/** One entry of the booking form with three dates: three events, each carrying all three date rows. */
const COURSE_DATES = [
  ['2027-04-06 10:00', '2027-04-06 12:00'],
  ['2027-04-13 10:00', '2027-04-13 12:00'],
  ['2027-04-20 10:00', '2027-04-20 12:00'],
] as const;

// biome-ignore format: one event per line reads as the table it is
const EVENTS: readonly SampleEvent[] = [
  { id: 1001, from: '2027-03-04 17:00', to: '2027-03-04 21:00', rooms: [101], name: 'Kommunestyremøte', tests: 'plain' },
  { id: 1002, from: '2027-03-08 09:00', to: '2027-03-08 15:30', rooms: [103], name: 'Budsjettseminar', tests: 'plain' },
  { id: 1003, from: '2027-03-13 10:00', to: '2027-03-14 17:00', rooms: [101, 102], name: 'Vårmarked 🌷 & kunstmesse', tests: 'several days, two rooms' },
  { id: 1004, from: '2027-03-06 09:00', to: '2027-03-06 18:00', rooms: [201, 202], name: 'Fjordvikcupen', tests: 'covers 5033 and 3049' },
  { id: 1005, from: '2027-03-16 19:00', to: '2027-03-16 21:30', rooms: [101], name: 'Konsert: Kor Ø – «Lys i mørket»', tests: 'covers 5027 and 3043' },
  { id: 1006, from: '2027-03-27 23:00', to: '2027-03-28 04:00', rooms: [101], name: 'Nattkonsert', tests: 'really 4 h', pin: 'spring' },
  { id: 1007, from: '2027-03-28 02:15', to: '2027-03-28 02:45', rooms: [103], name: 'Teknisk prøve', tests: 'time that does not exist', pin: 'spring' },
  { id: 1008, from: '2027-03-10 18:00', to: '2027-03-10 20:00', rooms: [104], name: 'Årsmøte Frivilligsentralen', tests: 're-enabled' },
  { id: 1009, from: '2027-03-27 16:00', to: '2027-03-28 01:00', rooms: [102], name: 'Jubileumsfest – Solveig', tests: 'private, crosses midnight', isPublic: 0 },
  { id: 1010, from: '2027-04-03 12:00', to: '2027-04-03 17:00', rooms: [102], name: 'Bursdag – Åse & Øyvind', tests: 'private', isPublic: 0 },
  { id: 1011, from: '2027-03-11 12:00', to: '2027-03-11 13:00', rooms: [103], name: null, description: 'Lunsjmøte med rektorene', tests: 'description becomes the title' },
  { id: 1012, from: '2027-03-12 12:00', to: '2027-03-12 13:00', rooms: [103], name: null, description: null, tests: 'neither name nor description' },
  { id: 1013, from: '2027-03-15 10:00', to: '2027-03-15 11:00', rooms: [104], name: `${repeatTo(NORWEGIAN, 254)}å`, tests: 'name of exactly 255 characters' },
  { id: 1014, from: '2027-03-17 11:00', to: '2027-03-17 12:30', rooms: [104], name: '<b>Åpen</b> dag <script>alert(1)</script> &amp; kaffe &lt;3', tests: 'tags, script, entities' },
  { id: 1015, from: '2027-03-18 09:00', to: '2027-03-18 10:00', rooms: [104], name: 'Reguleringsplan', description: repeatTo(NORWEGIAN, 40_000), tests: 'description of 40 000 characters' },
  { id: 1016, from: '2027-03-19 18:00', to: '2027-03-19 20:00', rooms: [101], name: 'Quizkveld', tests: 'inactive', active: 0 },
  { id: 1017, from: '2027-04-05 00:00', to: '2027-04-12 00:00', rooms: [201], name: 'Stengt: sliping av gulv', tests: 'week-long closure, covers 5006, 5014 on 201, 3006, 3014, 3022' },
  { id: 1018, from: '2027-03-30 00:00', to: '2027-03-31 00:00', rooms: [103], name: 'Planleggingsdag', tests: 'all day, midnight style' },
  { id: 1019, from: '2027-03-31 00:00', to: '2027-03-31 23:59', rooms: [103], name: 'Kursdag', tests: 'all day, 23:59 style' },
  { id: 1020, from: '2027-04-01 10:00', to: '2027-04-01 10:00', rooms: [103], name: 'Uten varighet', tests: 'zero length', dates: [] },
  { id: 1021, from: '2027-04-01 12:00', to: '2027-04-01 11:00', rooms: [103], name: 'Bakvendt', tests: 'negative length', dates: [] },
  { id: 1022, from: '2027-04-02 10:00', to: '2027-04-02 11:00', rooms: [], name: 'Byvandring', tests: 'no room row' },
  { id: 1023, from: '2027-04-02 12:00', to: '2027-04-02 14:00', rooms: [105], name: 'Matkurs', tests: 'unmapped room' },
  { id: 1024, from: '2027-04-02 14:00', to: '2027-04-02 16:00', rooms: [203], name: 'Styrkeprøve', tests: 'inactive room mapping' },
  { id: 1025, from: '2027-04-06 10:00', to: '2027-04-06 12:00', rooms: [104], name: 'Språkkafé', tests: 'several dates', dates: COURSE_DATES },
  { id: 1031, from: '2027-04-13 10:00', to: '2027-04-13 12:00', rooms: [104], name: 'Språkkafé', tests: 'several dates', dates: COURSE_DATES },
  { id: 1032, from: '2027-04-20 10:00', to: '2027-04-20 12:00', rooms: [104], name: 'Språkkafé', tests: 'several dates', dates: COURSE_DATES },
  { id: 1026, from: '2026-11-30 08:00', to: '2026-12-04 16:00', rooms: [202], name: 'Lagerrydding', tests: 'past' },
  { id: 1027, from: '2027-02-25 09:00', to: '2027-03-05 16:00', rooms: [102], name: 'Kunstutstilling', tests: 'running at start, covers 5017 and 3033' },
  { id: 1028, from: '2029-01-02 17:00', to: '2029-01-02 19:00', rooms: [101], name: 'Jubileumskonsert', tests: 'beyond the horizon' },
  { id: 1029, from: '2027-10-30 22:00', to: '2027-10-31 06:00', rooms: [201], name: 'Nattcup', tests: 'really 9 h', pin: 'autumn' },
  { id: 1030, from: '2027-10-31 02:30', to: '2027-10-31 02:45', rooms: [202], name: 'Klokka stilles', tests: 'ambiguous hour', pin: 'autumn' },
];

export function eventRows(dates: SampleDates): SampleRows {
  return {
    event: EVENTS.map((event) => eventRow(dates, event)),
    event_date: EVENTS.flatMap((event) =>
      (event.dates ?? [[event.from, event.to] as const]).map(([from, to]) => ({
        event_id: event.id,
        from_: placed(dates, event, from),
        to_: placed(dates, event, to),
      })),
    ),
    event_resource: EVENTS.flatMap(({ id, rooms }) => rooms.map((room) => ({ event_id: id, resource_id: room }))),
    event_agegroup: EVENTS.map(({ id }) => ({ event_id: id, agegroup_id: 2 + (id % 8), male: 0, female: 0 })),
    event_targetaudience: EVENTS.map(({ id }) => ({ event_id: id, targetaudience_id: 2 + (id % 8) })),
  };
}

function eventRow(dates: SampleDates, event: SampleEvent): Row {
  const [room = 101] = event.rooms;
  const building = buildingOf(room);
  return {
    id: event.id,
    id_string: String(event.id),
    active: event.active ?? 1,
    activity_id: room < 200 ? 51 : 1,
    name: event.name,
    description: event.description === undefined ? 'Velkommen!' : event.description,
    organizer: 'Fjordvik kommune',
    from_: placed(dates, event, event.from),
    to_: placed(dates, event, event.to),
    building_id: building.id,
    building_name: building.name,
    contact_name: 'Kari Nordmann',
    contact_email: `kontakt${event.id}@fjordvik.example`,
    contact_phone: '99 00 00 00',
    customer_ssn: event.isPublic === 0 ? '01017012345' : null,
    is_public: event.isPublic ?? 1,
    secret: String(event.id).padStart(32, '0'),
  };
}

function placed(dates: SampleDates, event: SampleEvent, written: string): string {
  return event.pin === undefined ? dates.wall(written) : dates.pinned(written, event.pin);
}

function repeatTo(text: string, length: number): string {
  return text.repeat(Math.ceil(length / text.length)).slice(0, length);
}
