import { type Cancellation, guardCancellations } from '../../../src/domain/brake.ts';
import { BRAKE_ROWS, type BrakeRoom } from '../../support/rules/brake-rows.ts';

const LIMITS = { brakeCount: 10, brakePercent: 20, confirm: false };

function cancellationsIn({
  room,
  cancellations = 0,
  causes = cancellations,
  suppressions = 0,
}: BrakeRoom): Cancellation[] {
  const counted = Array.from({ length: cancellations }, (_, index) => ({
    calendar: room,
    cause: `${room}-${index % causes}`,
  }));
  const exempt = Array.from({ length: suppressions }, (_, index) => ({
    calendar: room,
    cause: `${room}-hidden-${index}`,
    isSuppression: true,
  }));
  return [...counted, ...exempt];
}

const countIn = (operations: readonly Cancellation[], room: string) =>
  operations.filter(({ calendar }) => calendar === room).length;

test.each(BRAKE_ROWS)('$story', ({ rooms, confirm }) => {
  const proposed = rooms.flatMap(cancellationsIn);
  const { allowed, parked } = guardCancellations({
    proposed,
    live: rooms.map(({ room, live }) => ({ calendar: room, live })),
    recent: rooms.map(({ room, recent }) => ({ calendar: room, causes: recent ?? 0 })),
    ...LIMITS,
    confirm: confirm === true,
  });
  for (const room of rooms) {
    expect([
      room.room,
      countIn(
        parked.map(({ operation }) => operation),
        room.room,
      ),
    ]).toEqual([room.room, room.parked ?? 0]);
  }
  expect(allowed.length + parked.length).toBe(proposed.length);
  expect(parked.some(({ operation }) => operation.isSuppression)).toBe(false);
});

test('a cause in two rooms is parked in both when one of them is over the limit', () => {
  const wave = cancellationsIn({ room: 'a', live: 0, cancellations: 12 });
  const { allowed, parked } = guardCancellations({
    proposed: [...wave, { calendar: 'b', cause: 'a-0' }, { calendar: 'b', cause: 'b-0' }],
    live: [
      { calendar: 'a', live: 20 },
      { calendar: 'b', live: 500 },
    ],
    recent: [],
    ...LIMITS,
  });
  expect(allowed).toEqual([{ calendar: 'b', cause: 'b-0' }]);
  expect(parked.filter(({ operation }) => operation.calendar === 'b')).toHaveLength(1);
});

test('a suppression goes on even when its cause is parked', () => {
  const wave = cancellationsIn({ room: 'a', live: 0, cancellations: 12 });
  const hidden = { calendar: 'a', cause: 'a-0', isSuppression: true };
  const { allowed } = guardCancellations({
    proposed: [...wave, hidden],
    live: [{ calendar: 'a', live: 20 }],
    recent: [],
    ...LIMITS,
  });
  expect(allowed).toEqual([hidden]);
});

test('a cause in two rooms counts once over all rooms', () => {
  const rooms = ['a', 'b'];
  const proposed = rooms.flatMap((calendar) =>
    Array.from({ length: 6 }, (_, index) => ({ calendar, cause: `event-${index}` })),
  );
  const { parked } = guardCancellations({
    proposed,
    live: rooms.map((calendar) => ({ calendar, live: 10 })),
    recent: [],
    ...LIMITS,
  });
  expect(parked).toEqual([]);
});

test('the reason names the figures and what to do', () => {
  const { parked } = guardCancellations({
    proposed: cancellationsIn({ room: 'a', live: 0, cancellations: 11 }),
    live: [{ calendar: 'a', live: 40 }],
    recent: [{ calendar: 'a', causes: 2 }],
    ...LIMITS,
  });
  expect(parked[0]?.reason).toBe(
    '13 cancellations within 24 hours are more than 10 and more than 20 % of the 42 reservations of this room. Approve or dismiss them.',
  );
});
