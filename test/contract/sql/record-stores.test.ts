import { entryOf, OTHER_ROOM, only, ROOM, SQL_ENGINES, sharedSqlWorld } from '../../support/sql-world.ts';

const PAST = '2000-01-01T00:00:00.000Z';
const FUTURE = '2099-01-01T00:00:00.000Z';

describe.each(SQL_ENGINES)('records on %s', (engine) => {
  const world = sharedSqlWorld(engine);

  describe('journal', () => {
    const journal = () => world.store.journal;

    test('R10: entries come back whole, newest first, in the order they were appended', async () => {
      await journal().append([
        entryOf({ reason: 'one' }),
        entryOf({ reason: 'two', cause: null, before: null, after: null }),
      ]);
      await journal().append([]);
      expect(world.statements).toHaveLength(1);
      const [two, one] = await journal().list({ limit: 10 });
      expect(one).toMatchObject({ ...entryOf({ reason: 'one' }), at: expect.stringMatching(/Z$/) });
      expect(two).toMatchObject({ reason: 'two', cause: null, before: null, after: null });
    });

    test('pages by id and filters by mapping, room and run', async () => {
      await journal().append(
        [1, 2, 3, 4, 5].map((id) =>
          entryOf({ mappingId: id, calendar: id > 3 ? OTHER_ROOM : ROOM, runId: `run-${id % 2}` }),
        ),
      );
      const mappingsOf = async (query: object) =>
        (await journal().list({ limit: 10, ...query })).map(({ mappingId }) => mappingId);
      const [newest] = await journal().list({ limit: 1 });
      expect(await mappingsOf({ limit: 2, beforeId: newest?.id })).toEqual([4, 3]);
      expect(await mappingsOf({ mappingId: 3 })).toEqual([3]);
      expect(await mappingsOf({ calendar: OTHER_ROOM })).toEqual([5, 4]);
      expect(await mappingsOf({ runId: 'run-0', calendar: ROOM })).toEqual([2]);
    });

    test('R4: cancellations are counted by cause and room; hiding and moving an event are none', async () => {
      await journal().append([
        entryOf({ action: 'event-deleted', cause: 'cancelled:event:1' }),
        entryOf({ action: 'reservation-cancelled', cause: 'cancelled:event:1' }),
        entryOf({ action: 'event-declined', cause: 'cancelled:event:2' }),
        entryOf({ action: 'event-deleted', cause: 'suppressed:event:3' }),
        entryOf({ action: 'event-deleted', cause: 'moved:event:4' }),
        entryOf({ action: 'event-updated', cause: 'push:event:5' }),
        entryOf({ action: 'mapping-cancelled', cause: 'cancelled:event:1', calendar: OTHER_ROOM }),
        entryOf({ action: 'event-deleted', cause: null }),
        entryOf({ action: 'event-deleted', cause: 'cancelled:event:6', calendar: null }),
      ]);
      expect(await journal().cancellationCauses(PAST, [])).toEqual([
        { calendar: ROOM, causes: 2 },
        { calendar: OTHER_ROOM, causes: 1 },
      ]);
      expect(await journal().cancellationCauses(PAST, ['cancelled:event:1', 'unknown'])).toEqual([
        { calendar: ROOM, causes: 1 },
      ]);
      expect(await journal().cancellationCauses(FUTURE, [])).toEqual([]);
    });

    test('E36: the events that ever stood for a reservation in a room, each once', async () => {
      const of = { type: 'event', reservationId: 7, resourceId: 1 } as const;
      await journal().append([
        entryOf({ ...of, action: 'event-created', eventId: 'first' }),
        entryOf({ ...of, action: 'event-deleted', eventId: 'first' }),
        entryOf({ ...of, action: 'reservation-created', eventId: 'second' }),
        entryOf({ ...of, action: 'event-updated', eventId: 'second' }),
        entryOf({ ...of, eventId: null }),
        entryOf({ ...of, eventId: 'elsewhere', calendar: OTHER_ROOM }),
        entryOf({ ...of, eventId: 'other room', resourceId: 2 }),
        entryOf({ ...of, eventId: 'other type', type: 'booking' }),
      ]);
      const key = { type: 'event', id: 7, resourceId: 1 } as const;
      expect(await journal().findEvents(ROOM, [key, { ...key, id: 8 }])).toEqual([
        { ...key, eventId: 'first', born: 'booking' },
        { ...key, eventId: 'second', born: 'outlook' },
      ]);
      world.statements.length = 0;
      expect(await journal().findEvents(ROOM, [])).toEqual([]);
      expect(world.statements).toEqual([]);
    });

    test('R2: the reservations a meeting was made into, newest first', async () => {
      const of = { type: 'event', cause: 'import:0400', action: 'reservation-created' } as const;
      await journal().append([
        entryOf({ ...of, reservationId: 7 }),
        entryOf({ ...of, reservationId: 8 }),
        entryOf({ ...of, reservationId: 9, action: 'conflict-recorded' }),
        entryOf({ ...of, reservationId: 10, cause: 'import:0500' }),
      ]);
      expect(await journal().findImported('import:0400')).toEqual([
        { type: 'event', id: 8 },
        { type: 'event', id: 7 },
      ]);
    });

    test('contents are blanked after the retention, the entries stay', async () => {
      await journal().append([entryOf(), entryOf({ before: null }), entryOf({ before: null, after: null })]);
      expect(await journal().purgeContent(PAST)).toBe(0);
      expect(await journal().purgeContent(FUTURE)).toBe(2);
      expect(await journal().purgeContent(FUTURE)).toBe(0);
      const rows = await journal().list({ limit: 10 });
      expect(rows.map(({ before, after }) => [before, after])).toEqual([
        [null, null],
        [null, null],
        [null, null],
      ]);
    });

    test('2,500 entries are one statement and keep their order', async () => {
      const reasons = Array.from({ length: 2500 }, (_, index) => `reason ${index}`);
      await journal().append(reasons.map((reason) => entryOf({ reason })));
      expect(world.statements).toHaveLength(1);
      expect((await journal().list({ limit: 2500 })).map(({ reason }) => reason)).toEqual(reasons.toReversed());
    });
  });

  describe('runs', () => {
    const runs = () => world.store.runs;

    test('a run is running until it is finished with counts and error', async () => {
      await runs().start({ runId: 'r1', job: 'to-outlook', trigger: 'timer' });
      expect(only(await runs().list(10))).toMatchObject({
        runId: 'r1',
        trigger: 'timer',
        outcome: 'running',
        counts: {},
        finishedAt: null,
      });
      await runs().finish({
        runId: 'r1',
        outcome: 'partial',
        counts: { created: 2 },
        error: 'One room did not answer.',
      });
      expect(only(await runs().list(10))).toMatchObject({
        outcome: 'partial',
        counts: { created: 2 },
        error: 'One room did not answer.',
        finishedAt: expect.stringMatching(/Z$/),
      });
    });

    test('the newest run of each job, and the newest runs of all', async () => {
      for (const [index, job] of ['a', 'b', 'a', 'b'].entries()) {
        await runs().start({ runId: `r${index}`, job, trigger: 'http' });
        const at = `2027-01-01T00:00:0${index}.000${engine === 'sqlite' ? 'Z' : ''}`;
        await world.run(`UPDATE bridge_runs SET started_at = '${at}' WHERE run_id = 'r${index}'`);
      }
      expect((await runs().latestByJob()).map(({ runId }) => runId)).toEqual(['r2', 'r3']);
      expect((await runs().list(3)).map(({ runId }) => runId)).toEqual(['r3', 'r2', 'r1']);
    });

    test('a job lock is taken once, kept by its owner, given back or left to expire', async () => {
      expect(await runs().lockJob('cleanup', 'one', 60_000)).toBe(true);
      expect(await runs().lockJob('cleanup', 'two', 60_000)).toBe(false);
      expect(await runs().lockJob('cleanup', 'one', 60_000)).toBe(true);
      expect(await runs().lockJob('report', 'two', 60_000)).toBe(true);
      await runs().unlockJob('cleanup', 'two');
      expect(await runs().lockJob('cleanup', 'two', 60_000)).toBe(false);
      await runs().unlockJob('cleanup', 'one');
      expect(await runs().lockJob('cleanup', 'two', -1)).toBe(true);
      expect(await runs().lockJob('cleanup', 'three', 60_000)).toBe(true);
    });

    test('of many who take a job lock at once exactly one gets it', async () => {
      const owners = ['a', 'b', 'c', 'd', 'e', 'f'];
      const taken = await Promise.all(owners.map((owner) => runs().lockJob('cleanup', owner, 60_000)));
      expect(taken.filter(Boolean)).toHaveLength(1);
    });
  });

  describe('parked operations', () => {
    const parked = () => world.store.parked;
    const operation = (mappingId: number, calendar = ROOM) => ({
      calendar,
      mappingId,
      operation: 'delete-event' as const,
      cause: `cancelled:event:${mappingId}`,
      reason: 'Too many at once.',
    });

    test('R4: parks each mapping once and keeps what was parked first', async () => {
      expect(await parked().park([operation(1), operation(2), { ...operation(1), reason: 'twice' }])).toBe(2);
      expect(await parked().park([{ ...operation(2), reason: 'later' }, operation(3, OTHER_ROOM)])).toBe(1);
      expect(await parked().park([])).toBe(0);
      const rows = await parked().list({ statuses: ['parked'], limit: 10 });
      expect(rows.map(({ mappingId }) => mappingId).sort()).toEqual([1, 2, 3]);
      expect(rows.every(({ reason }) => reason === 'Too many at once.')).toBe(true);
      expect(only(await parked().list({ statuses: ['parked'], calendars: [OTHER_ROOM], limit: 10 }))).toMatchObject({
        ...operation(3, OTHER_ROOM),
        status: 'parked',
        decidedAt: null,
      });
      expect(await parked().list({ statuses: ['parked'], limit: 2 })).toHaveLength(2);
    });

    test('a decision is made once; what is decided can still become obsolete, and be parked anew', async () => {
      await parked().park([operation(1), operation(2)]);
      const [one, two] = (await parked().list({ statuses: ['parked'], limit: 10 })).map(({ id }) => id);
      expect(await parked().decide([one ?? 0], 'approved')).toEqual([one]);
      expect(await parked().decide([one ?? 0, two ?? 0], 'dismissed')).toEqual([two]);
      expect(await parked().decide([one ?? 0], 'obsolete')).toEqual([one]);
      expect(await parked().decide([one ?? 0], 'approved')).toEqual([]);
      expect(await parked().decide([], 'approved')).toEqual([]);
      const rows = await parked().list({ statuses: ['obsolete', 'dismissed'], limit: 10 });
      expect(rows.map(({ status, decidedAt }) => [status, decidedAt !== null])).toEqual(
        expect.arrayContaining([
          ['obsolete', true],
          ['dismissed', true],
        ]),
      );
      expect(await parked().park([operation(1)])).toBe(1);
    });
  });

  describe('alerts', () => {
    const alerts = () => world.store.alerts;
    const alert = {
      kind: 'brake',
      severity: 'critical',
      message: 'Held.',
      properties: { room: 1 },
      episode: 'brake:1',
    } as const;

    test('S128: one alert per episode until it is acknowledged', async () => {
      expect(await alerts().raise(alert)).toBe(true);
      expect(await alerts().raise({ ...alert, message: 'again' })).toBe(false);
      expect(await alerts().raise({ ...alert, episode: 'brake:2' })).toBe(true);
      await world.run(`UPDATE bridge_alerts SET acknowledged_at = created_at WHERE episode = 'brake:1'`);
      expect(await alerts().raise(alert)).toBe(true);
      const listed = await alerts().list(10);
      expect(listed).toHaveLength(3);
      expect(listed[0]).toMatchObject({
        kind: 'brake',
        severity: 'critical',
        message: 'Held.',
        properties: { room: 1 },
        acknowledgedAt: null,
      });
      expect(listed[2]?.acknowledgedAt).toBe(listed[2]?.createdAt);
      expect(await alerts().list(1)).toEqual([listed[0]]);
    });

    test('of many who raise one episode at once exactly one does', async () => {
      const raised = await Promise.all([1, 2, 3, 4, 5].map(() => alerts().raise(alert)));
      expect(raised.filter(Boolean)).toHaveLength(1);
    });
  });
});
