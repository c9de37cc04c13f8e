import { newMapping } from '../../../src/domain/mapping.ts';
import {
  addMappings,
  eventOf,
  expireLease,
  importOf,
  leaseRoom,
  OTHER_ROOM,
  only,
  ROOM,
  SQL_ENGINES,
  sharedSqlRooms,
} from '../../support/sql-world.ts';

const AT = '2027-03-01T07:00:00.123Z';

describe.each(SQL_ENGINES)('writing mappings on %s', (engine) => {
  const world = sharedSqlRooms(engine);

  const mappings = () => world.store.mappings;

  const full = newMapping({
    type: 'event',
    reservationId: 1005,
    resourceId: 1,
    calendar: ROOM,
    eventId: 'AAMkAGI2=',
    status: 'conflict',
    direction: 'bidirectional',
    origin: 'outlook',
    priority: 1,
    generation: 2,
    bookingHash: 'h1',
    baseline: { subject: 's', body: 'b', time: 't', location: 'l', sensitivity: 'n' },
    changeKey: 'ck',
    iCalUId: '0400',
    seriesMasterId: 'master',
    originalStart: AT,
    subject: 'Møte "blåbær" 🍇 <b>',
    startsAt: '2027-03-01 08:00:00',
    endsAt: '2027-03-01 09:00:00',
    organizer: 'Åse',
    organizerEmail: 'ase@example.org',
    snapshot: '{"subject":"x"}',
    conflictKind: 'edited',
    roomCopy: true,
    goneSince: AT,
    error: 'Edited on both sides.',
    retryCount: 3,
    nextRetryAt: AT,
    retryable: false,
    cancelledBy: 'operator',
    cancelledAt: AT,
    held: true,
    lastSyncAt: AT,
    lastModifiedBooking: AT,
    lastModifiedOutlook: AT,
  });

  test('E23: every field comes back as it was given', async () => {
    const [row] = await addMappings(world, [full]);
    expect(row).toMatchObject(full);
    expect(row).toMatchObject({ version: 1, createdAt: row?.updatedAt });
  });

  test('every field can be changed, and cleared where it may be empty', async () => {
    const [row] = await addMappings(world, [eventOf(1)]);
    expect(await mappings().save([{ id: row?.id ?? 0, version: 1, change: full }])).toEqual([row?.id]);
    expect(only(await mappings().findByIds([row?.id ?? 0]))).toMatchObject({ ...full, version: 2 });
    const cleared = eventOf(1);
    expect(await mappings().save([{ id: row?.id ?? 0, version: 2, change: cleared }])).toEqual([row?.id]);
    expect(only(await mappings().findByIds([row?.id ?? 0]))).toMatchObject({ ...cleared, version: 3 });
  });

  test('a subject longer than its column is cut without splitting a character', async () => {
    const [row] = await addMappings(world, [eventOf(1, { subject: `${'x'.repeat(511)}🍇` })]);
    expect(row?.subject).toBe('x'.repeat(511));
  });

  test('insert leaves out what exists by reservation, by event or by meeting, also within the batch', async () => {
    const meeting = { iCalUId: 'uid', originalStart: AT };
    await addMappings(world, [
      eventOf(1),
      importOf('taken'),
      importOf('copy', meeting),
      importOf('single', { iCalUId: 'one' }),
    ]);
    world.statements.length = 0;
    const inserted = await mappings().insert([
      eventOf(1),
      eventOf(2),
      importOf('taken'),
      importOf('other', meeting),
      importOf('other', { ...meeting, calendar: OTHER_ROOM, resourceId: 2 }),
      importOf('moved', { iCalUId: 'one' }),
      importOf('fresh', { iCalUId: 'one', originalStart: AT }),
      eventOf(2, { status: 'conflict' }),
      eventOf(1, { resourceId: 2, calendar: OTHER_ROOM }),
    ]);
    expect(inserted.map(({ index }) => index)).toEqual([1, 4, 6, 8]);
    expect(world.statements).toHaveLength(1);
    const rows = await mappings().findByIds(inserted.map(({ id }) => id));
    const events = new Map(rows.map((row) => [row.id, row.eventId]));
    expect(inserted.map(({ id }) => events.get(id))).toEqual([null, 'other', 'fresh', null]);
  });

  test('two who insert the same rows at once insert each once, and nobody fails', async () => {
    const rows = Array.from({ length: 20 }, (_, index) => eventOf(index + 1));
    const inserted = await Promise.all([1, 2, 3, 4].map(() => mappings().insert(rows)));
    expect(
      inserted
        .flat()
        .map(({ index }) => index)
        .sort((a, b) => a - b),
    ).toEqual(rows.map((_, index) => index));
  });

  test('E43: event ids that differ in case only are different events', async () => {
    const inserted = await mappings().insert([importOf('AAMkA'), importOf('AAMka'), importOf('aamkA')]);
    expect(inserted).toHaveLength(3);
    expect(await mappings().findByEvents([{ calendar: ROOM, eventId: 'AAMka' }])).toMatchObject([{ eventId: 'AAMka' }]);
  });

  test('saves only rows whose version is unchanged, raises it, and says which', async () => {
    const rows = await addMappings(world, [eventOf(1), eventOf(2), eventOf(3)]);
    const [first, second, third] = rows.map(({ id }) => id);
    await mappings().save([{ id: second ?? 0, version: 1, change: { error: 'faster' } }]);
    world.statements.length = 0;
    const saved = await mappings().save([
      { id: first ?? 0, version: 1, change: { status: 'synced', eventId: 'one' } },
      { id: second ?? 0, version: 1, change: { status: 'synced', eventId: 'two' } },
      { id: third ?? 0, version: 1, change: { error: null, retryCount: 2 } },
    ]);
    expect(world.statements).toHaveLength(1);
    expect([...saved].sort()).toEqual([first, third].sort());
    const after = await mappings().findByIds(rows.map(({ id }) => id));
    expect(after.find(({ id }) => id === first)).toMatchObject({
      status: 'synced',
      eventId: 'one',
      version: 2,
      retryCount: 0,
    });
    expect(after.find(({ id }) => id === second)).toMatchObject({
      status: 'pending',
      eventId: null,
      version: 2,
      error: 'faster',
    });
    expect(after.find(({ id }) => id === third)).toMatchObject({
      status: 'pending',
      eventId: null,
      version: 2,
      retryCount: 2,
    });
  });

  test('two who save one row at once: one of them loses', async () => {
    const [row] = await addMappings(world, [eventOf(1)]);
    const save = (error: string) => mappings().save([{ id: row?.id ?? 0, version: 1, change: { error } }]);
    const saved = await Promise.all(['a', 'b', 'c', 'd'].map(save));
    expect(saved.flat()).toEqual([row?.id]);
  });

  test('R12: a row that names a lease is written only while the lease is current', async () => {
    const rows = await addMappings(world, [eventOf(1), eventOf(2), eventOf(3)]);
    const { token } = await leaseRoom(world);
    const save = (index: number, lease?: { calendar: string; token: number }) => ({
      id: rows[index]?.id ?? 0,
      version: 1,
      change: { error: 'written' },
      ...(lease === undefined ? {} : { lease }),
    });
    const held = { calendar: ROOM, token };
    expect(await mappings().save([save(0, held), save(1, { calendar: ROOM, token: token - 1 })])).toEqual([
      rows[0]?.id,
    ]);
    await expireLease(world);
    expect(await mappings().save([save(1, held), save(2)])).toEqual([rows[2]?.id]);
    await leaseRoom(world);
    expect(await mappings().save([save(1, held)])).toEqual([]);
  });

  test('R8: a row that would take the key of another is left, the rest of the batch is written', async () => {
    const rows = await addMappings(world, [importOf('taken'), ...[1, 2, 3, 4].map((id) => eventOf(id))]);
    const saved = await mappings().save(
      rows.slice(1).map(({ id }, index) => ({
        id,
        version: 1,
        change: { eventId: index === 2 ? 'taken' : `event-${index}` },
      })),
    );
    expect([...saved].sort()).toEqual([1, 2, 4].map((index) => rows[index]?.id).sort());
    expect(only(await mappings().findByIds([rows[3]?.id ?? 0]))).toMatchObject({ eventId: null, version: 1 });
  });

  test('the same mapping twice in one call is refused', async () => {
    const change = { error: null };
    const twice = mappings().save([1, 2].map((version) => ({ id: 1, version, change })));
    await expect(twice).rejects.toMatchObject({ kind: 'bug' });
  });

  test('2,500 rows are inserted, saved, read and removed in one statement each', async () => {
    const rows = Array.from({ length: 2500 }, (_, index) => eventOf(index + 1, { subject: 'x'.repeat(200) }));
    const inserted = await mappings().insert(rows);
    const saved = await mappings().save(
      inserted.map(({ id, index }) => ({ id, version: 1, change: { status: 'synced', eventId: `event-${index}` } })),
    );
    const found = await mappings().findByIds(saved);
    const removed = await mappings().remove(found.map(({ id, version }) => ({ id, version })));
    expect([inserted.length, saved.length, found.length, removed.length]).toEqual([2500, 2500, 2500, 2500]);
    expect(inserted.map(({ index }) => index)).toEqual(rows.map((_, index) => index));
    expect(found.every((row) => row.eventId === `event-${(row.reservationId ?? 0) - 1}`)).toBe(true);
    expect(world.statements).toHaveLength(4);
  });

  test('removes rows with the version read, and keeps those with an open intent', async () => {
    const rows = await addMappings(world, [eventOf(1), eventOf(2), eventOf(3)]);
    const [first, second, third] = rows.map(({ id }) => id);
    await world.run(`INSERT INTO bridge_intents (mapping_id, outlook_item_id, kind, cause, fencing_token, run_id)
      VALUES (${second}, '${ROOM}', 'create', 'c', 1, 'r')`);
    await world.run(`UPDATE bridge_mappings SET error_message = 'seen' WHERE id = ${third}`);
    world.statements.length = 0;
    expect(await mappings().remove(rows.map(({ id, version }) => ({ id, version })))).toEqual([first]);
    expect(world.statements).toHaveLength(1);
    const left = await mappings().findByIds(rows.map(({ id }) => id));
    expect(new Set(left.map(({ id }) => id))).toEqual(new Set([second, third]));
  });

  test('empty calls cost no statement', async () => {
    await mappings().insert([]);
    await mappings().save([]);
    await mappings().remove([]);
    expect(world.statements).toEqual([]);
  });
});
