import { seedRooms } from '../../../src/sandbox/graph-simulator/seeding.ts';
import { createEndpoint } from '../../support/graph-endpoint.ts';
import {
  at,
  createTenant,
  DELTA,
  eventUrl,
  MARKER_EXPANDED,
  marked,
  markerFilter,
  plainEvent,
  ROOM,
  START,
  VIEW,
  weekly,
} from '../../support/graph-tenant.ts';

const EVENTS = `/users/${ROOM}/calendar/events`;

describe('a saved state', () => {
  async function savedAndLoaded() {
    const endpoint = createEndpoint();
    const before = createTenant({ deliver: endpoint.deliver });
    seedRooms(before.simulator, [{ address: 'ny@fjordvik.example', name: 'Nytt rom' }]);
    const single = await before.create({ ...marked('event:1:103:0'), transactionId: 'token' });
    await before.create(weekly());
    const removed = await before.create({ subject: 'Removed' });
    const { deltaLink } = await before.round(DELTA);
    await before.delete(eventUrl(removed.id));
    const organizer = { name: 'Kari', address: 'kari@fjordvik.example' };
    const meeting = before.simulator.actors.book({
      organizer,
      rooms: [ROOM],
      event: plainEvent({ start: at('2027-03-05T10:00:00'), end: at('2027-03-05T11:00:00') }),
    });
    await before.post('/subscriptions', {
      changeType: 'created',
      resource: `/users/${ROOM}/events`,
      notificationUrl: 'https://sync.fjordvik.example/n',
      expirationDateTime: new Date(START + 3_600_000).toISOString(),
      clientState: 's',
    });
    const state = JSON.parse(JSON.stringify(before.simulator.saveState()));
    const after = createTenant({ deliver: endpoint.deliver });
    after.simulator.loadState(state);
    return { before, after, single, removed, deltaLink, meeting };
  }

  test('survives JSON and brings back events, markers, series, places and subscriptions', async () => {
    const { before, after, single } = await savedAndLoaded();
    for (const url of [
      VIEW,
      '/places/microsoft.graph.room',
      '/subscriptions',
      `${eventUrl(single.id)}?${MARKER_EXPANDED}`,
    ]) {
      expect((await after.get(url)).json).toEqual((await before.get(url)).json);
    }
    expect((await after.get(`/users/${ROOM}/events?${markerFilter('event:1:103:0')}`)).json.value).toHaveLength(1);
  });

  test('keeps delta links, transaction ids, deleted events and what was still on its way', async () => {
    const { after, removed, deltaLink, meeting } = await savedAndLoaded();
    expect((await after.round(deltaLink)).rows.map((row) => row.id)).toEqual([removed.id]);
    expect((await after.post(EVENTS, plainEvent({ transactionId: 'token' }))).status).toBe(400);
    expect((await after.get(eventUrl(removed.id))).status).toBe(200);
    await after.pass(10_000);
    expect(after.simulator.actors.copyIn(ROOM, meeting)).not.toBeNull();
  });

  test('is refused under another seed', async () => {
    const { before } = await savedAndLoaded();
    const stranger = createTenant({ seed: 'other' });
    expect(() => stranger.simulator.loadState(before.simulator.saveState())).toThrow('another seed');
  });
});
