import { createTestGraph, NOON, refuse, type Script, scriptGraph, wireEvent } from './scripted-graph.ts';

const ROOM = 'a101@contoso.no';
const LATER = { deadline: NOON + 3_600_000 };
const WINDOW = { from: '2027-01-01T00:00:00.000Z', to: '2028-01-01T00:00:00.000Z' };
const link = (name: string) => `https://graph.microsoft.com/v1.0/next/${name}`;

/** Pages by path; the first page is `first`. */
function pages(bodies: Record<string, unknown>): Script {
  return ({ path }) => ({ status: 200, body: bodies[path.startsWith('/next/') ? path.slice(6) : 'first'] });
}

async function readDelta(script: Script) {
  const { transport, operations } = scriptGraph(script);
  const { graph, log } = createTestGraph(transport);
  const [outcome] = await graph.calendars.readDelta([{ calendar: ROOM, link: null, window: WINDOW }], LATER);
  return { outcome, operations, warnings: log.lines.filter(({ level }) => level === 'warn'), metrics: graph.metrics() };
}

test('delta: the row seen last decides, whatever it was before', async () => {
  const gone = (id: string) => ({ id, '@removed': { reason: 'deleted' } });
  const { outcome } = await readDelta(
    pages({
      first: { value: [wireEvent('a', { subject: 'old' }), gone('b'), wireEvent('c')], '@odata.nextLink': link('2') },
      2: { value: [], '@odata.nextLink': link('3') },
      3: { value: [wireEvent('a', { subject: 'new' }), wireEvent('b'), gone('c')], '@odata.deltaLink': link('d') },
    }),
  );
  expect(outcome).toMatchObject({
    ok: true,
    value: { events: [{ id: 'a', subject: 'new' }, { id: 'b' }], removed: ['c'], deltaLink: link('d') },
  });
});

test('delta: every page repeats the preferences, which are no part of the link', async () => {
  const { operations } = await readDelta(
    pages({ first: { value: [], '@odata.nextLink': link('2') }, 2: { value: [], '@odata.deltaLink': link('d') } }),
  );
  const prefer =
    'odata.maxpagesize=100, IdType="ImmutableId", outlook.timezone="UTC", outlook.body-content-type="text"';
  expect(operations.map(({ headers }) => headers['Prefer'])).toEqual([prefer, prefer]);
  expect(operations[0]?.path).toMatch(/calendarView\/delta\?startDateTime=2027-01-01T00%3A00%3A00.000Z&endDateTime=/);
  expect(operations[0]?.path).not.toMatch(/\$(select|expand|filter|top)/);
});

test('delta: a page that failed is asked for again in smaller pieces', async () => {
  const { operations, outcome } = await readDelta((_, index) =>
    index === 0 ? { status: 504 } : { status: 200, body: { value: [], '@odata.deltaLink': link('d') } },
  );
  expect(outcome?.ok).toBe(true);
  expect(operations[1]?.headers['Prefer']).toContain('odata.maxpagesize=25');
});

test.each([400, 404])('delta: a stored link that is refused with %s and an unknown code', async (status) => {
  const { transport } = scriptGraph(() => refuse(status, 'ErrorInvalidUrlQuery'));
  const { graph } = createTestGraph(transport);
  const window = WINDOW;
  const outcomes = await graph.calendars.readDelta([{ calendar: ROOM, link: link('x'), window }], LATER);
  const kind = status === 400 ? 'resync-required' : 'transient';
  expect(outcomes).toMatchObject([{ ok: false, error: { kind, code: 'ErrorInvalidUrlQuery' } }]);
});

test('R7: a first round begun again forgets what it saw before the link died', async () => {
  const { outcome } = await readDelta(({ path }, index) => {
    if (path.startsWith('/next/')) return refuse(410, 'SyncStateNotFound');
    const page = index === 0 ? { '@odata.nextLink': link('2') } : { '@odata.deltaLink': link('d') };
    return { status: 200, body: { value: [wireEvent(index === 0 ? 'gone since' : 'there')], ...page } };
  });
  expect(outcome).toMatchObject({ ok: true, value: { events: [{ id: 'there' }] } });
  expect(outcome?.ok && outcome.value.events).toHaveLength(1);
});

test('a first delta page that is refused stays refused: there is no link to blame', async () => {
  const { outcome, operations } = await readDelta(() => refuse(400, 'ErrorInvalidUrlQuery'));
  expect(outcome).toMatchObject({ ok: false, error: { kind: 'rejected' } });
  expect(operations).toHaveLength(1);
});

test('R3: a calendar that is not found is the room, not an event; a series that is not found is the series', async () => {
  const { transport } = scriptGraph(() => refuse(404, 'ErrorItemNotFound'));
  const { calendars } = createTestGraph(transport).graph;
  const room = { kind: 'room-unavailable' };
  await expect(calendars.readWindow(ROOM, WINDOW, LATER)).rejects.toMatchObject(room);
  const [round] = await calendars.readDelta([{ calendar: ROOM, link: null, window: WINDOW }], LATER);
  expect(round).toMatchObject({ error: room });
  await expect(calendars.readInstances(ROOM, 'M', WINDOW, LATER)).rejects.toMatchObject({ kind: 'not-found' });
});

test.each([
  ['has neither link', { value: [] }],
  ['links to itself', { value: [], '@odata.nextLink': link('2') }],
  ['is no page', { error: 'none' }],
])('R3: a delta page that %s ends the round as transient, from the same place each time', async (_, cut) => {
  const { outcome, operations } = await readDelta(
    pages({ first: { value: [], '@odata.nextLink': link('2') }, 2: cut }),
  );
  expect(outcome).toMatchObject({ ok: false, error: { kind: 'transient', code: 'CutPage' } });
  expect(operations.map(({ path }) => path.startsWith('/next/2'))).toEqual([false, true, true, true, true]);
});

test('one bad row is reported with its id and costs neither the page nor the round', async () => {
  const bad = wireEvent('b', { start: { dateTime: 'Secret dinner', timeZone: 'UTC' } });
  const { outcome, warnings, metrics } = await readDelta(
    pages({ first: { value: [wireEvent('a'), bad, wireEvent('c')], '@odata.deltaLink': link('d') } }),
  );
  expect(outcome).toMatchObject({ ok: true, value: { events: [{ id: 'a' }, { id: 'c' }] }, unreadable: ['b'] });
  expect(warnings).toMatchObject([{ properties: { calendar: ROOM, eventId: 'b', fields: ['start'] } }]);
  expect(JSON.stringify(warnings)).not.toContain('Secret');
  expect(metrics.unreadableRows).toBe(1);
});

test('R3: an event that answers 200 but cannot be understood is not taken as missing', async () => {
  const { transport } = scriptGraph(() => ({ status: 200, body: wireEvent('a', { end: null }) }));
  const { graph } = createTestGraph(transport);
  const [outcome] = await graph.calendars.getEvents([{ calendar: ROOM, eventId: 'a' }], LATER);
  expect(outcome).toMatchObject({ ok: false, error: { kind: 'rejected', code: 'UnreadableEvent' } });
});

test('R3: an answer that was cut off is asked for again, and says nothing about the event', async () => {
  const { transport, operations } = scriptGraph(() => ({ status: 200, body: '{"id":"a","subje' }));
  const { graph } = createTestGraph(transport);
  const [outcome] = await graph.calendars.getEvents([{ calendar: ROOM, eventId: 'a' }], LATER);
  expect(outcome).toMatchObject({ ok: false, error: { kind: 'transient', code: 'CutPage' } });
  expect(operations.length).toBeGreaterThan(1);
});

test('a window read asks for 200 a page with the markers expanded, and for no filter', async () => {
  const { transport, operations } = scriptGraph(() => ({ status: 200, body: { value: [] } }));
  await createTestGraph(transport).graph.calendars.readWindow(ROOM, WINDOW, LATER);
  const query = new URLSearchParams(operations[0]?.path.split('?')[1]);
  expect(Object.fromEntries(query)).toEqual({
    startDateTime: WINDOW.from,
    endDateTime: WINDOW.to,
    $top: '200',
    $expand:
      "singleValueExtendedProperties($filter=id eq 'String {b3e7d0c4-5f0a-4c55-9a39-6d2f7a1c8e41} Name BookingSync'" +
      " or id eq 'String {66f5a359-4659-4830-9070-00047ec6ac6e} Name BookingSystemType'" +
      " or id eq 'String {66f5a359-4659-4830-9070-00047ec6ac6f} Name BookingSystemId')",
  });
});

test('the historical properties are left out when the setting says so', async () => {
  const { transport, operations } = scriptGraph(() => ({ status: 200, body: { value: [] } }));
  const { graph } = createTestGraph(transport, { tuning: { readHistoricalMarkers: false } });
  await graph.calendars.readWindow(ROOM, WINDOW, LATER);
  expect(decodeURIComponent(operations[0]?.path ?? '')).not.toContain('BookingSystem');
});

test('continuation pages of several rooms are packed together again', async () => {
  const { transport, sizes } = scriptGraph(({ path }) => ({
    status: 200,
    body: path.startsWith('/next/')
      ? { value: [], '@odata.deltaLink': link('d') }
      : { value: [], '@odata.nextLink': link(path.includes('room-3') ? '3' : '4') },
  }));
  const { graph } = createTestGraph(transport);
  const wanted = Array.from({ length: 20 }, (_, room) => ({ calendar: `room-${room}`, link: null, window: WINDOW }));
  await graph.calendars.readDelta(wanted, LATER);
  expect(sizes).toEqual([20, 20]);
});

test('nothing is read after the deadline, and what was not read says so', async () => {
  const { transport, requests } = scriptGraph(() => ({ status: 200, body: { value: [] } }));
  const { graph } = createTestGraph(transport);
  const outcomes = await graph.calendars.readWindows([{ calendar: ROOM, span: WINDOW }], { deadline: NOON });
  expect(outcomes).toMatchObject([{ ok: false, error: { kind: 'transient', code: 'NotSent' } }]);
  expect(requests).toHaveLength(0);
});
