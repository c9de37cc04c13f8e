import {
  expireLease,
  leaseRoom,
  OTHER_ROOM,
  only,
  ROOM,
  SQL_ENGINES,
  sharedSqlRooms,
} from '../../support/sql-world.ts';

describe.each(SQL_ENGINES)('calendars on %s', (engine) => {
  const world = sharedSqlRooms(engine);

  const calendars = () => world.store.calendars;

  test('makes a row for each active room once, in one statement', async () => {
    await world.run('DELETE FROM bridge_calendars');
    await world.run(`UPDATE bridge_resource_mappings SET active = 0 WHERE resource_id = 2`);
    world.statements.length = 0;
    expect(await calendars().ensure()).toBe(1);
    expect(await calendars().ensure()).toBe(0);
    expect(world.statements).toHaveLength(2);
    expect(only(await calendars().list())).toMatchObject({
      calendar: ROOM,
      resourceId: 1,
      fencingToken: 0,
      errorCount: 0,
    });
  });

  test('two who make rows at once make each row once', async () => {
    await world.run('DELETE FROM bridge_calendars');
    const made = await Promise.all([1, 2, 3].map(() => calendars().ensure()));
    expect(made.reduce((sum, count) => sum + count)).toBe(2);
  });

  test('lists the named calendars, none for an empty list', async () => {
    expect((await calendars().list()).map(({ calendar }) => calendar)).toEqual([ROOM, OTHER_ROOM]);
    expect(only(await calendars().list([OTHER_ROOM, 'nobody@example.org'])).resourceId).toBe(2);
    expect(await calendars().list([])).toEqual([]);
  });

  test('E14: a calendar given to another resource keeps its state and follows the resource', async () => {
    await world.run(`UPDATE bridge_resource_mappings SET active = 0`);
    await world.run(`INSERT INTO bridge_resource_mappings (resource_id, outlook_item_id) VALUES (9, '${ROOM}')`);
    expect(only(await calendars().list([ROOM])).resourceId).toBe(9);
    expect((await leaseRoom(world)).state.resourceId).toBe(9);
  });

  test('a claim takes what is free, raises the fencing token and tells the state, in one statement', async () => {
    const leases = await calendars().claim([OTHER_ROOM, ROOM, 'nobody@example.org'], 'one', 60_000);
    expect(world.statements).toHaveLength(1);
    expect(leases).toMatchObject([
      { calendar: ROOM, owner: 'one', token: 1, state: { fencingToken: 1, leaseOwner: 'one', resourceId: 1 } },
      { calendar: OTHER_ROOM, owner: 'one', token: 1 },
    ]);
    expect(await calendars().claim([ROOM, OTHER_ROOM], 'two', 60_000)).toEqual([]);
    expect(await calendars().claim([], 'two', 60_000)).toEqual([]);
  });

  test('many who claim at once: each room goes to exactly one', async () => {
    const owners = ['a', 'b', 'c', 'd', 'e', 'f'];
    const claimed = await Promise.all(owners.map((owner) => calendars().claim([ROOM, OTHER_ROOM], owner, 60_000)));
    expect(
      claimed
        .flat()
        .map(({ calendar }) => calendar)
        .sort(),
    ).toEqual([ROOM, OTHER_ROOM].sort());
  });

  test('R12: an expired lease can be claimed by another, with a higher token; the old one can do nothing more', async () => {
    const old = await leaseRoom(world);
    await expireLease(world);
    expect(await calendars().renew([old], 60_000)).toEqual([]);
    const young = await leaseRoom(world);
    expect(young.token).toBe(old.token + 1);
    expect(await calendars().save([{ calendar: ROOM, token: old.token, lastError: 'old' }])).toEqual([]);
    await calendars().release([old]);
    expect(await calendars().renew([young], 60_000)).toEqual([ROOM]);
  });

  test('a lease that ran out saves nothing even when nobody claimed it', async () => {
    const lease = await leaseRoom(world);
    await expireLease(world);
    expect(await calendars().save([{ calendar: ROOM, token: lease.token, lastError: 'late' }])).toEqual([]);
    expect(only(await calendars().list([ROOM])).lastError).toBeNull();
  });

  test('a renewed lease lasts from now on', async () => {
    const lease = await leaseRoom(world, ROOM, 1_000);
    const before = lease.state.leaseExpiresAt ?? '';
    expect(await calendars().renew([lease], 3_600_000)).toEqual([ROOM]);
    const after = only(await calendars().list([ROOM])).leaseExpiresAt ?? '';
    expect(Date.parse(after) - Date.parse(before)).toBeGreaterThanOrEqual(3_599_000);
  });

  test('a released room is free at once and keeps its token', async () => {
    await calendars().release([await leaseRoom(world)]);
    expect(only(await calendars().list([ROOM]))).toMatchObject({
      leaseOwner: null,
      leaseExpiresAt: null,
      fencingToken: 1,
    });
    expect((await leaseRoom(world)).token).toBe(2);
  });

  test('signals count, without a lease', async () => {
    await calendars().signal([ROOM, OTHER_ROOM]);
    await calendars().signal([ROOM]);
    await calendars().signal([]);
    expect((await calendars().list()).map((row) => row.signalVersion)).toEqual([2, 1]);
    expect(world.statements).toHaveLength(3);
  });

  test('saves different fields of many calendars in one statement and leaves the others alone', async () => {
    const leases = await calendars().claim([ROOM, OTHER_ROOM], 'one', 60_000);
    const [first, second] = leases.map(({ calendar, token }) => ({ calendar, token }));
    if (first === undefined || second === undefined) throw new Error('Both rooms were to be leased.');
    const at = '2027-03-01T07:00:00.123Z';
    await calendars().save([
      { ...first, deltaLink: 'https://graph/delta?x', deltaFrom: at, deltaTo: at, mailboxId: 'AbC', lastPollAt: at },
      { ...second, errorCount: 3, lastError: 'no answer', quarantinedUntil: at },
    ]);
    world.statements.length = 0;
    const written = await calendars().save([
      { ...first, handledVersion: 4, lastSuccessAt: at, lastProofAt: at, lastBaselineAt: at },
      { ...second, errorCount: 0, lastError: null, quarantinedUntil: null },
    ]);
    expect(world.statements).toHaveLength(1);
    expect([...written].sort()).toEqual([ROOM, OTHER_ROOM].sort());
    expect(await calendars().list()).toMatchObject([
      {
        deltaLink: 'https://graph/delta?x',
        deltaFrom: at,
        deltaTo: at,
        mailboxId: 'AbC',
        lastPollAt: at,
        handledVersion: 4,
        lastSuccessAt: at,
        lastProofAt: at,
        lastBaselineAt: at,
        errorCount: 0,
      },
      { errorCount: 0, lastError: null, quarantinedUntil: null, deltaLink: null, handledVersion: 0 },
    ]);
  });

  test('takes a whole lease for a change, and refuses one calendar twice', async () => {
    const lease = await leaseRoom(world);
    expect(await calendars().save([{ ...lease, lastError: 'x' }])).toEqual([ROOM]);
    await expect(calendars().save([{ ...lease }, { ...lease }])).rejects.toMatchObject({ kind: 'bug' });
  });

  test('E43: mailboxes that differ in case only are different calendars', async () => {
    expect(await calendars().claim([ROOM.toUpperCase()], 'one', 60_000)).toEqual([]);
  });
});
