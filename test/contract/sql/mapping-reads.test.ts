import {
  addMappings,
  byId,
  eventOf,
  idsOf,
  importOf,
  OTHER_ROOM,
  ROOM,
  SQL_ENGINES,
  sharedSqlRooms,
} from '../../support/sql-world.ts';

const AT = '2027-03-01T07:00:00.123Z';
const LATER = '2027-03-02T07:00:00.000Z';

describe.each(SQL_ENGINES)('finding mappings on %s', (engine) => {
  const world = sharedSqlRooms(engine);

  const mappings = () => world.store.mappings;

  /** Adds rows, forgets their statements and gives their ids. */
  async function add(...rows: Parameters<typeof addMappings>[1]): Promise<number[]> {
    const added = await addMappings(world, rows);
    world.statements.length = 0;
    return idsOf(added);
  }

  test('for discovery: reservations of the rooms that have not ended, whatever their status, and hollow rows', async () => {
    const [running, over, endless, hollow, , elsewhere] = await add(
      eventOf(1, {
        endsAt: '2027-03-01 09:00:00',
        status: 'cancelled',
        bookingHash: 'h',
        error: 'x',
        conflictKind: null,
      }),
      eventOf(2, { endsAt: '2027-03-01 07:59:59' }),
      eventOf(3),
      eventOf(4),
      importOf('imported', { endsAt: '2027-04-01 09:00:00' }),
      eventOf(1, { resourceId: 2, calendar: OTHER_ROOM, endsAt: '2027-03-01 09:00:00' }),
    );
    await world.run(`UPDATE bridge_mappings SET reservation_id = NULL WHERE id = ${hollow}`);
    const from = '2027-03-01 08:00:00';
    const found = await mappings().listForDiscovery([{ resourceId: 1, from }]);
    expect(idsOf(found)).toEqual(byId(running, endless, hollow));
    expect(found.find(({ id }) => id === running)).toMatchObject({
      type: 'event',
      reservationId: 1,
      resourceId: 1,
      calendar: ROOM,
      eventId: null,
      status: 'cancelled',
      origin: 'booking',
      bookingHash: 'h',
      conflictKind: null,
      error: 'x',
      retryable: true,
      startsAt: null,
      endsAt: '2027-03-01 09:00:00',
      held: false,
      version: 1,
    });
    expect(found.find(({ id }) => id === hollow)?.version).toBe(2);
    const both = await mappings().listForDiscovery([
      { resourceId: 1, from: '2027-03-01 07:00:00' },
      { resourceId: 2, from: '2027-03-01 09:00:01' },
    ]);
    expect(idsOf(both)).toEqual(byId(running, over, endless, hollow));
    expect(idsOf(both)).not.toContain(elsewhere);
    expect(world.statements).toHaveLength(2);
  });

  test('by ids, keys and reservations; what is asked twice is answered once', async () => {
    const [one, two, other] = await add(
      eventOf(1),
      eventOf(1, { resourceId: 2, calendar: OTHER_ROOM }),
      eventOf(1, { type: 'booking' }),
    );
    expect(idsOf(await mappings().findByIds([other ?? 0, one ?? 0, one ?? 0, 999_999]))).toEqual(byId(one, other));
    const key = { type: 'event', id: 1, resourceId: 2 } as const;
    expect(idsOf(await mappings().findByKeys([key, key, { ...key, resourceId: 3 }]))).toEqual([two]);
    expect(idsOf(await mappings().findByReservations([key, { type: 'event', id: 1 }]))).toEqual(byId(one, two));
    expect(idsOf(await mappings().findByReservations([{ type: 'booking', id: 1 }]))).toEqual([other]);
  });

  test('by event id in one room or any', async () => {
    const [here, there] = await add(importOf('same'), importOf('same', { resourceId: 2, calendar: OTHER_ROOM }));
    expect(idsOf(await mappings().findByEvents([{ calendar: ROOM, eventId: 'same' }]))).toEqual([here]);
    expect(idsOf(await mappings().findByEvents([{ eventId: 'same' }, { calendar: ROOM, eventId: 'same' }]))).toEqual(
      byId(here, there),
    );
    expect(await mappings().findByEvents([{ eventId: 'SAME' }])).toEqual([]);
  });

  test('E18: imported copies by meeting, single ones and occurrences told apart', async () => {
    const [single, occurrence, elsewhere] = await add(
      importOf('1', { iCalUId: 'uid' }),
      importOf('2', { iCalUId: 'uid', originalStart: AT }),
      importOf('3', { iCalUId: 'uid', originalStart: AT, resourceId: 2, calendar: OTHER_ROOM }),
      eventOf(4, { iCalUId: 'uid', originalStart: AT }),
    );
    expect(idsOf(await mappings().findByMeetings([{ iCalUId: 'uid', originalStart: null }]))).toEqual([single]);
    expect(idsOf(await mappings().findByMeetings([{ iCalUId: 'uid', originalStart: AT }]))).toEqual(
      byId(occurrence, elsewhere),
    );
    expect(await mappings().findByMeetings([{ iCalUId: 'UID', originalStart: AT }])).toEqual([]);
    const locked = world.store.transaction((store) =>
      store.mappings.findByMeetings([{ iCalUId: 'uid', originalStart: AT }], { lock: true }),
    );
    expect(idsOf(await locked)).toEqual(byId(occurrence, elsewhere));
  });

  test('E7: the occurrences of a series in one room, in the order they were planned', async () => {
    const [second, first] = await add(
      importOf('2', { seriesMasterId: 'm', originalStart: LATER }),
      importOf('1', { seriesMasterId: 'm', originalStart: AT }),
      importOf('3', { seriesMasterId: 'm', originalStart: AT, resourceId: 2, calendar: OTHER_ROOM }),
      importOf('4', { seriesMasterId: 'M', originalStart: AT }),
    );
    expect(idsOf(await mappings().findBySeries(ROOM, ['m', 'm', 'unknown']))).toEqual([first, second]);
  });

  test('live mappings overlap the window half-open, or have no times', async () => {
    const time = (startsAt: string, endsAt: string) => ({
      startsAt: `2027-03-${startsAt}`,
      endsAt: `2027-03-${endsAt}`,
    });
    const [, inside, crossing, , timeless] = await add(
      importOf('ends at the border', time('01 07:00:00', '01 08:00:00')),
      importOf('inside', time('01 09:00:00', '01 10:00:00')),
      importOf('crossing', time('01 23:00:00', '02 09:00:00')),
      importOf('starts at the border', time('02 08:00:00', '02 09:00:00')),
      importOf('timeless'),
      importOf('cancelled', { status: 'cancelled' }),
      importOf('elsewhere', { resourceId: 2, calendar: OTHER_ROOM }),
      eventOf(1),
    );
    const window = { from: '2027-03-01 08:00:00', to: '2027-03-02 08:00:00' };
    expect(idsOf(await mappings().listLive(ROOM, window))).toEqual(byId(inside, crossing, timeless));
    expect(await mappings().listLive(ROOM, null)).toHaveLength(5);
    const waiting = await add(importOf('waiting', { ...time('09 08:00:00', '09 09:00:00'), status: 'pending' }));
    expect(idsOf(await mappings().listLive(ROOM, window))).toEqual(byId(inside, crossing, timeless));
    expect(idsOf(await mappings().listLive(ROOM, window, 'pending'))).toEqual(
      byId(inside, crossing, timeless, ...waiting),
    );
  });

  test('E12: undecided removals, oldest first, of some rooms or all', async () => {
    const [young, old, elsewhere] = await add(
      importOf('young', { goneSince: LATER }),
      importOf('old', { goneSince: AT }),
      importOf('elsewhere', { goneSince: LATER, resourceId: 2, calendar: OTHER_ROOM }),
      importOf('there'),
    );
    expect(idsOf(await mappings().listGone())).toEqual([old, ...byId(young, elsewhere)]);
    expect(idsOf(await mappings().listGone([ROOM]))).toEqual([old, young]);
    expect(await mappings().listGone([])).toEqual([]);
  });

  test('R4: live mappings are counted per calendar, all calendars for an empty list', async () => {
    await add(
      eventOf(1, { status: 'synced' }),
      eventOf(2, { status: 'error' }),
      eventOf(3, { status: 'cancelled' }),
      importOf('imported'),
      eventOf(1, { resourceId: 2, calendar: OTHER_ROOM, status: 'conflict' }),
    );
    expect(await mappings().countLive([])).toEqual([
      { calendar: ROOM, live: 2 },
      { calendar: OTHER_ROOM, live: 1 },
    ]);
    expect(await mappings().countLive([OTHER_ROOM])).toEqual([{ calendar: OTHER_ROOM, live: 1 }]);
  });

  test('questions about nothing cost no statement', async () => {
    const store = mappings();
    const answers = [
      await store.listForDiscovery([]),
      await store.findByIds([]),
      await store.findByKeys([]),
      await store.findByReservations([]),
      await store.findByEvents([]),
      await store.findByMeetings([]),
      await store.findBySeries(ROOM, []),
    ];
    expect(answers.flat()).toEqual([]);
    expect(world.statements.filter(({ sql }) => sql.includes('bridge_mappings AS t'))).toEqual([]);
  });

  test('2,500 keys are one statement', async () => {
    const ids = await add(...Array.from({ length: 30 }, (_, index) => eventOf(index + 1)));
    const keys = Array.from({ length: 2500 }, (_, index) => ({ type: 'event', id: index + 1, resourceId: 1 }) as const);
    expect(idsOf(await mappings().findByKeys(keys))).toEqual(byId(...ids));
    expect(world.statements).toHaveLength(1);
  });
});
