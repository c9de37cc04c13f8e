import { createTestGraph, NOON, refuse, type Script, scriptGraph } from './scripted-graph.ts';

const LATER = { deadline: NOON + 3_600_000 };

function setUp(script: Script) {
  const { transport, operations, sizes } = scriptGraph(script);
  return { rooms: createTestGraph(transport).graph.rooms, operations, sizes };
}

const user = (id: string) => ({
  id,
  displayName: 'Room',
  mail: 'a101@contoso.no',
  userPrincipalName: 'a101@contoso.no',
});

test('lists all rooms of the tenant, page by page', async () => {
  const { rooms, operations } = setUp(({ path }) => ({
    status: 200,
    body: path.includes('$skip')
      ? { value: [{ emailAddress: 'b202@contoso.no', floorNumber: 2 }] }
      : {
          value: [
            {
              placeId: 'p',
              displayName: 'A101',
              emailAddress: 'a101@contoso.no',
              building: 'Town hall',
              capacity: 12,
              bookingType: 'standard',
            },
            { displayName: 'no mailbox' },
          ],
          '@odata.nextLink': 'https://graph.microsoft.com/v1.0/places/microsoft.graph.room?$top=100&$skip=100',
        },
  }));
  const room = { floor: null, bookingType: 'standard' };
  expect(await rooms.listRooms(LATER)).toEqual([
    { ...room, placeId: 'p', name: 'A101', address: 'a101@contoso.no', building: 'Town hall', capacity: 12 },
    {
      placeId: null,
      name: 'b202@contoso.no',
      address: 'b202@contoso.no',
      building: null,
      floor: '2',
      capacity: null,
      bookingType: null,
    },
  ]);
  expect(operations.map(({ path }) => path)).toEqual([
    '/places/microsoft.graph.room?$top=100',
    '/places/microsoft.graph.room?$top=100&$skip=100',
  ]);
});

test('lists room lists and the rooms of one, by its address', async () => {
  const list = { displayName: 'Town hall', emailAddress: 'hall@contoso.no' };
  const { rooms, operations } = setUp(() => ({ status: 200, body: { value: [list] } }));
  expect(await rooms.listRoomLists(LATER)).toEqual([{ name: 'Town hall', address: 'hall@contoso.no' }]);
  await rooms.listRoomsOf('hall@contoso.no', LATER);
  expect(operations[1]?.path).toBe('/places/hall%40contoso.no/microsoft.graph.roomlist/rooms?$top=100');
});

test('S24: names the permission that is missing', async () => {
  const { rooms } = setUp(() => refuse(403, 'Authorization_RequestDenied'));
  await expect(rooms.listRooms(LATER)).rejects.toMatchObject({
    kind: 'access-denied',
    message: expect.stringContaining('Place.Read.All'),
  });
});

test('finds the object id behind an address, or nothing', async () => {
  const { rooms } = setUp(({ path }) =>
    path.includes('a101') ? { status: 200, body: user('id-1') } : refuse(404, 'Request_ResourceNotFound'),
  );
  const found = { id: 'id-1', name: 'Room', mail: 'a101@contoso.no', userPrincipalName: 'a101@contoso.no' };
  expect(await rooms.findMailbox('a101@contoso.no', LATER)).toEqual(found);
  expect(await rooms.findMailbox('nobody@contoso.no', LATER)).toBeNull();
});

test('finds many 20 to a request, each with its own outcome', async () => {
  const { rooms, sizes } = setUp(({ path }) =>
    path.includes('room-7%40')
      ? refuse(404, 'Request_ResourceNotFound')
      : { status: 200, body: user(path.slice(7, 13)) },
  );
  const addresses = Array.from({ length: 45 }, (_, room) => `room-${room}@contoso.no`);
  const outcomes = await rooms.findMailboxes(addresses, LATER);
  expect(sizes).toEqual([20, 20, 5]);
  expect(outcomes[7]).toMatchObject({ ok: false, error: { kind: 'not-found' } });
  expect(outcomes[30]).toMatchObject({ ok: true, value: { id: 'room-3' } });
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(44);
});
