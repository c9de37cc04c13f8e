import { createSimulatedGraph, LATER, roomAddress } from './simulated-graph.ts';

function withPlaces(count: number) {
  const simulated = createSimulatedGraph({ rooms: 3 });
  const { places } = simulated.simulator;
  places.roomLists.set('hall@contoso.no', { emailAddress: 'hall@contoso.no', displayName: 'Town hall' });
  for (let room = 0; room < count; room += 1) {
    places.rooms.set(roomAddress(room), {
      emailAddress: roomAddress(room),
      displayName: `Room ${room}`,
      building: 'Town hall',
      floorNumber: 2,
      capacity: 10 + room,
      bookingType: 'standard',
      tags: [],
      roomList: room % 2 === 0 ? 'hall@contoso.no' : null,
    });
  }
  return simulated;
}

test('all rooms are listed, over several pages', async () => {
  const { graph } = withPlaces(250);
  const rooms = await graph.rooms.listRooms(LATER);
  expect(new Set(rooms.map(({ address }) => address)).size).toBe(250);
  expect(rooms.find(({ address }) => address === roomAddress(7))).toEqual({
    placeId: expect.any(String),
    name: 'Room 7',
    address: roomAddress(7),
    building: 'Town hall',
    floor: '2',
    capacity: 17,
    bookingType: 'standard',
  });
});

test('room lists and the rooms of one', async () => {
  const { graph } = withPlaces(10);
  expect(await graph.rooms.listRoomLists(LATER)).toEqual([{ name: 'Town hall', address: 'hall@contoso.no' }]);
  expect(await graph.rooms.listRoomsOf('hall@contoso.no', LATER)).toHaveLength(5);
});

test('mailboxes are found by address, several in one request', async () => {
  const { graph, simulator } = withPlaces(0);
  const { id } = simulator.mailbox(roomAddress(1));
  expect(await graph.rooms.findMailbox(roomAddress(1), LATER)).toMatchObject({ id, mail: roomAddress(1) });
  expect(await graph.rooms.findMailbox('nobody@contoso.no', LATER)).toBeNull();
  simulator.metrics.reset();
  const outcomes = await graph.rooms.findMailboxes([roomAddress(0), 'nobody@contoso.no', roomAddress(1)], LATER);
  expect(outcomes).toMatchObject([{ ok: true }, { ok: false, error: { kind: 'not-found' } }, { value: { id } }]);
  expect(simulator.metrics.requests).toBe(1);
});
