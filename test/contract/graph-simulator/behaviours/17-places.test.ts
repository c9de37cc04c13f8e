import { seedRooms } from '../../../../src/sandbox/graph-simulator/seeding.ts';
import { behavioursOf } from '../../../support/graph-behaviours.ts';
import { at, codeOf, createTenant, ROOM, ROOM_B, type Tenant } from '../../../support/graph-tenant.ts';

const documented = behavioursOf('Places, users and free/busy');
const LIST = { address: 'kulturhus@fjordvik.example', name: 'Fjordvik kulturhus' };

function furnished(rooms = 3): Tenant {
  const tenant = createTenant();
  seedRooms(
    tenant.simulator,
    Array.from({ length: rooms }, (_, n) => ({
      address: `rom-${String(n).padStart(3, '0')}@fjordvik.example`,
      name: `Rom ${n}`,
      building: 'Kulturhus',
      capacity: n,
      bookingType: n === 2 ? ('reserved' as const) : ('standard' as const),
      ...(n < 2 ? { roomList: LIST } : {}),
    })),
  );
  return tenant;
}

documented(
  {
    id: 'places-01',
    behaviour:
      'GET /places/microsoft.graph.room lists rooms in pages of 100, with $top, $skip, $filter, $select and $count',
    source: '10, C:place-list.md',
    standing: 'confirmed',
  },
  async () => {
    const { get } = furnished(150);
    const first = (await get('/places/microsoft.graph.room')).json;
    expect(first.value).toHaveLength(100);
    expect((await get(first['@odata.nextLink'] ?? '')).json.value).toHaveLength(50);
    const few = (await get('/places/microsoft.graph.room?$top=2&$count=true&$select=displayName')).json;
    expect(few['@odata.count']).toBe(150);
    expect(few.value.map((each) => each['displayName'])).toEqual(['Rom 0', 'Rom 1']);
    const filter = encodeURIComponent("capacity ge 148 and building eq 'Kulturhus'");
    expect((await get(`/places/microsoft.graph.room?$filter=${filter}`)).json.value).toHaveLength(2);
  },
);

documented(
  {
    id: 'places-02',
    behaviour:
      'A room has id, placeId, emailAddress, displayName, building, capacity, bookingType (standard, reserved, unknown)',
    source: '10, L:resources/room (2026-09)',
    standing: 'confirmed',
  },
  async () => {
    const { get } = furnished();
    const { value } = (await get('/places/microsoft.graph.room')).json;
    expect(value[2]).toMatchObject({
      emailAddress: 'rom-002@fjordvik.example',
      displayName: 'Rom 2',
      building: 'Kulturhus',
      capacity: 2,
      bookingType: 'reserved',
    });
    expect(value[2]?.['placeId']).not.toBe(value[2]?.id);
  },
);

documented(
  {
    id: 'places-03',
    behaviour: 'Room lists, and the rooms of one by its e-mail, not by id',
    source: '10, C:place-list.md',
    standing: 'confirmed',
  },
  async () => {
    const { get } = furnished();
    const lists = (await get('/places/microsoft.graph.roomlist')).json.value;
    expect(lists).toMatchObject([{ emailAddress: LIST.address, displayName: LIST.name }]);
    const rooms = (await get(`/places/${LIST.address}/microsoft.graph.roomlist/rooms`)).json.value;
    expect(rooms).toHaveLength(2);
    expect((await get(`/places/${lists[0]?.id}/microsoft.graph.roomlist/rooms`)).status).toBe(404);
  },
);

documented(
  {
    id: 'users-01',
    behaviour: 'GET /users/{address or id} answers the directory’s user; unknown: 404 Request_ResourceNotFound',
    source: '10, 11, C:concepts/errors.md, FIELD-1, FIELD-2',
    standing: 'field report',
  },
  async () => {
    const { get, simulator } = createTenant();
    const { id } = simulator.mailbox(ROOM);
    for (const reference of [ROOM, ROOM.toUpperCase(), id]) {
      expect((await get(`/users/${reference}`)).json).toMatchObject({ id, mail: ROOM, userPrincipalName: ROOM });
    }
    const reply = await get('/users/nobody@fjordvik.example');
    expect([reply.status, codeOf(reply)]).toEqual([404, 'Request_ResourceNotFound']);
  },
);

documented(
  {
    id: 'users-02',
    behaviour: 'GET /users/{id}/calendars lists the mailbox’s calendars, one of them the default',
    source: '2, 3.2, CSDL',
    standing: 'confirmed',
  },
  async () => {
    const { get, create, simulator } = createTenant();
    simulator.actors.moveToCalendar(ROOM, (await create()).id, 'archive');
    const { value } = (await get(`/users/${ROOM}/calendars`)).json;
    expect(value.map((each) => each['isDefaultCalendar'])).toEqual([true, false]);
  },
);

const asked = (schedules: string[], change: object = {}) => ({
  schedules,
  startTime: at('2027-03-03T00:00:00', 'UTC'),
  endTime: at('2027-03-04T00:00:00', 'UTC'),
  availabilityViewInterval: 60,
  ...change,
});
const SCHEDULE = `/users/${ROOM}/calendar/getSchedule`;

documented(
  {
    id: 'schedule-01',
    behaviour:
      'getSchedule answers items and one digit per interval: 0 free, 1 tentative, 2 busy, 3 oof, 4 workingElsewhere',
    source: '10, C:calendar-getschedule.md; the digits are general knowledge',
    standing: 'confirmed',
  },
  async () => {
    const { create, post } = createTenant();
    await create();
    await create({ showAs: 'tentative', start: at('2027-03-03T10:00:00'), end: at('2027-03-03T10:30:00') });
    const [schedule] = (await post(SCHEDULE, asked([ROOM]))).json.value;
    expect(schedule?.['availabilityView']).toBe('000000000100000002000000');
    expect(schedule?.['scheduleItems']).toMatchObject([
      { status: 'tentative' },
      { status: 'busy', start: { dateTime: '2027-03-03T17:00:00.0000000' } },
    ]);
  },
);

documented(
  {
    id: 'schedule-02',
    behaviour:
      'An unknown mailbox answers error.responseCode 5016 and scheduleItems null; private items have no subject',
    source: '10, C:calendar-getschedule.md, CSDL',
    standing: 'confirmed',
  },
  async () => {
    const { create, post } = createTenant();
    await create({ sensitivity: 'private' });
    const { value } = (await post(SCHEDULE, asked([ROOM, 'nobody@fjordvik.example']))).json;
    expect(value[1]).toMatchObject({ error: { responseCode: '5016' }, scheduleItems: null });
    expect(JSON.stringify(value[0])).not.toContain('Korøvelse');
  },
);

documented(
  {
    id: 'schedule-03',
    behaviour: 'At most 20 schedules, interval 5 to 1440, 62 days (400 ErrorTimeIntervalTooBig)',
    source: '10, C:calendar-getschedule.md, FIELD-1',
    standing: 'confirmed',
  },
  async () => {
    const { post } = createTenant();
    const many = Array.from({ length: 21 }, (_, n) => `r${n}@fjordvik.example`);
    expect((await post(SCHEDULE, asked(many))).status).toBe(400);
    expect((await post(SCHEDULE, asked([ROOM], { availabilityViewInterval: 4 }))).status).toBe(400);
    const long = await post(SCHEDULE, asked([ROOM_B], { endTime: at('2027-05-05T00:00:00', 'UTC') }));
    expect([long.status, codeOf(long)]).toEqual([400, 'ErrorTimeIntervalTooBig']);
  },
);
