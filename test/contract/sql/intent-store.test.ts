import type { EventContent } from '../../../src/domain/room-event.ts';
import type { NewIntent } from '../../../src/sync/ports.ts';
import {
  addMappings,
  eventOf,
  expireLease,
  leaseRoom,
  OTHER_ROOM,
  only,
  ROOM,
  SQL_ENGINES,
  sharedSqlRooms,
} from '../../support/sql-world.ts';

const content: EventContent = {
  subject: 'Årsmøte 🍇',
  body: 'Styret møtes.',
  start: { dateTime: '2027-03-01T08:00:00', timeZone: 'W. Europe Standard Time' },
  end: { dateTime: '2027-03-01T09:00:00', timeZone: 'W. Europe Standard Time' },
  isAllDay: false,
  location: null,
  sensitivity: 'normal',
  showAs: 'busy',
};

function intentFor(
  mapping: { readonly id: number; readonly version: number } | undefined,
  fields: Partial<NewIntent> = {},
): NewIntent {
  return {
    mappingId: mapping?.id ?? 0,
    mappingVersion: mapping?.version ?? 0,
    calendar: ROOM,
    kind: 'create',
    cause: 'push:event:1',
    eventId: null,
    createToken: 'a6c3b9b2-5c1f-5e0c-9d2a-0c6f0a5f1a11',
    generation: 2,
    content,
    contentHash: 'content',
    bookingHash: 'booking',
    runId: 'run',
    ...fields,
  };
}

describe.each(SQL_ENGINES)('intents on %s', (engine) => {
  const world = sharedSqlRooms(engine);

  const intents = () => world.store.intents;

  test('R6: an open intent tells everything that will be sent', async () => {
    const lease = await leaseRoom(world);
    const [mapping] = await addMappings(world, [eventOf(1)]);
    world.statements.length = 0;
    const opened = await intents().open(lease, [intentFor(mapping)]);
    expect(world.statements).toHaveLength(1);
    const { mappingVersion: _, ...noted } = intentFor(mapping);
    expect(only(await intents().listOpen([ROOM]))).toMatchObject({
      ...noted,
      id: opened.get(mapping?.id ?? 0),
      status: 'open',
      fencingToken: lease.token,
      closedAt: null,
      createdAt: expect.stringMatching(/Z$/),
    });
    expect(await intents().listOpen([OTHER_ROOM])).toEqual([]);
    expect(await intents().listOpen([])).toEqual([]);
  });

  test('E26: a body of 10,000 characters is kept whole', async () => {
    const lease = await leaseRoom(world);
    const [mapping] = await addMappings(world, [eventOf(1)]);
    const long = { ...content, body: 'æ'.repeat(10_000) };
    await intents().open(lease, [intentFor(mapping, { content: long })]);
    expect(only(await intents().listOpen([ROOM])).content).toEqual(long);
  });

  test('the claim takes only mappings as they were planned, without an open intent', async () => {
    const lease = await leaseRoom(world);
    const rows = await addMappings(world, [eventOf(1), eventOf(2), eventOf(3)]);
    const [free, moved, taken] = rows;
    await world.store.mappings.save([{ id: moved?.id ?? 0, version: 1, change: { error: null } }]);
    await intents().open(lease, [intentFor(taken)]);
    const missing = intentFor({ id: 999_999, version: 1 });
    const opened = await intents().open(lease, [...rows.map((row) => intentFor(row)), missing, intentFor(free)]);
    expect([...opened.keys()]).toEqual([free?.id]);
    expect((await intents().open(lease, [])).size).toBe(0);
  });

  test('E36: a mapping changed by plain SQL since it was read is not claimed', async () => {
    const lease = await leaseRoom(world);
    const [mapping] = await addMappings(world, [eventOf(1)]);
    await world.run('UPDATE bridge_mappings SET reservation_id = NULL');
    expect((await intents().open(lease, [intentFor(mapping)])).size).toBe(0);
  });

  test('R12: nothing is claimed under a lease that ran out or was taken over', async () => {
    const old = await leaseRoom(world);
    const [mapping] = await addMappings(world, [eventOf(1)]);
    await expireLease(world);
    expect((await intents().open(old, [intentFor(mapping)])).size).toBe(0);
    const young = await leaseRoom(world);
    expect((await intents().open(old, [intentFor(mapping)])).size).toBe(0);
    expect((await intents().open(young, [intentFor(mapping)])).size).toBe(1);
  });

  test('R1: many who claim one mapping at once: one of them gets it', async () => {
    const lease = await leaseRoom(world);
    const rows = await addMappings(
      world,
      [1, 2, 3, 4].map((id) => eventOf(id)),
    );
    const claim = () =>
      intents().open(
        lease,
        rows.map((row) => intentFor(row)),
      );
    const claimed = await Promise.all([claim(), claim(), claim(), claim()]);
    expect(claimed.reduce((sum, opened) => sum + opened.size, 0)).toBe(4);
    expect(await intents().listOpen([ROOM])).toHaveLength(4);
  });

  test('closing blanks the content and keeps the event unless a new one is named', async () => {
    const lease = await leaseRoom(world);
    const rows = await addMappings(world, [eventOf(1), eventOf(2), eventOf(3)]);
    const opened = await intents().open(
      lease,
      rows.map((row, index) => intentFor(row, { eventId: `old-${index}` })),
    );
    const idOf = (index: number) => opened.get(rows[index]?.id ?? 0) ?? 0;
    world.statements.length = 0;
    await intents().close([
      { id: idOf(0), status: 'done', eventId: 'new' },
      { id: idOf(1), status: 'failed' },
      { id: idOf(2), status: 'done', eventId: null },
    ]);
    await intents().close([]);
    expect(world.statements).toHaveLength(1);
    expect(await intents().listOpen([ROOM])).toEqual([]);
    const recent = await intents().listRecent(ROOM, '2000-01-01T00:00:00.000Z');
    const closed = (index: number) => recent.find(({ id }) => id === idOf(index));
    expect(closed(0)).toMatchObject({ status: 'done', eventId: 'new', content: null, contentHash: 'content' });
    expect(closed(1)).toMatchObject({ status: 'failed', eventId: 'old-1', content: null });
    expect(closed(2)).toMatchObject({ status: 'done', eventId: null });
    expect(recent.every(({ closedAt }) => closedAt !== null)).toBe(true);
  });

  test('a closed intent stays as it was closed, and its mapping can be claimed again', async () => {
    const lease = await leaseRoom(world);
    const [mapping] = await addMappings(world, [eventOf(1)]);
    const id = (await intents().open(lease, [intentFor(mapping)])).get(mapping?.id ?? 0) ?? 0;
    await intents().close([{ id, status: 'failed' }]);
    await intents().close([{ id, status: 'done' }]);
    expect(only(await intents().listRecent(ROOM, '2000-01-01T00:00:00.000Z')).status).toBe('failed');
    expect((await intents().open(lease, [intentFor(mapping)])).size).toBe(1);
  });

  test('recent intents of one room, and the purge of old closed ones', async () => {
    const lease = await leaseRoom(world);
    const rows = await addMappings(world, [eventOf(1), eventOf(2)]);
    const opened = await intents().open(
      lease,
      rows.map((row) => intentFor(row)),
    );
    await intents().close([{ id: opened.get(rows[0]?.id ?? 0) ?? 0, status: 'done' }]);
    const future = '2099-01-01T00:00:00.000Z';
    expect(await intents().listRecent(ROOM, future)).toEqual([]);
    expect(await intents().listRecent(OTHER_ROOM, '2000-01-01T00:00:00.000Z')).toEqual([]);
    expect(await intents().purge('2000-01-01T00:00:00.000Z')).toBe(0);
    expect(await intents().purge(future)).toBe(1);
    expect(only(await intents().listRecent(ROOM, '2000-01-01T00:00:00.000Z')).status).toBe('open');
  });

  test('2,500 intents are opened and closed in one statement each', async () => {
    const lease = await leaseRoom(world);
    const rows = await addMappings(
      world,
      Array.from({ length: 2500 }, (_, index) => eventOf(index + 1)),
    );
    world.statements.length = 0;
    const opened = await intents().open(
      lease,
      rows.map((row) => intentFor(row, { content: null })),
    );
    await intents().close([...opened.values()].map((id) => ({ id, status: 'done' as const })));
    expect(opened.size).toBe(2500);
    expect(await intents().listOpen([ROOM])).toEqual([]);
    expect(world.statements).toHaveLength(3);
  });
});
