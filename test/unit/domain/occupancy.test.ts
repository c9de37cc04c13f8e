import fc from 'fast-check';
import {
  CONFLICT_POLICIES,
  type ConflictPolicy,
  findSuppressed,
  type Occupant,
  suppressedMessage,
} from '../../../src/domain/occupancy.ts';
import {
  PRIORITY,
  RESERVATION_TYPES,
  type ReservationType,
  reservationLabel,
} from '../../../src/domain/reservation.ts';
import { overlaps } from '../../../src/domain/wall-clock.ts';
import { OCCUPANCY_ROWS } from '../../support/rules/occupancy-rows.ts';
import { sampleOccupants } from '../../support/sample-occupants.ts';

/** `event:1 10-12.5` or `event:1 0-23:59`, hours of one day. */
function occupant(text: string): Occupant {
  const [label = '', hours = ''] = text.split(' ');
  const [type = '', id = ''] = label.split(':');
  const [from = '', to = ''] = hours.split('-');
  return { type: type as ReservationType, id: Number(id), start: at(from), end: at(to) };
}

function at(hours: string): string {
  if (hours.includes(':')) return `2027-03-16 ${hours}:00`;
  return new Date(Date.parse('2027-03-16T00:00:00Z') + Number(hours) * 3_600_000)
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ');
}

describe('one room', () => {
  const cases = OCCUPANCY_ROWS.flatMap((row) => CONFLICT_POLICIES.map((policy) => ({ ...row, policy })));

  test.each(cases)('$policy: $story', ({ room, hidden, policy }) => {
    const found = findSuppressed(room.map(occupant), policy);
    expect(Object.fromEntries(found)).toEqual(hidden[policy] ?? {});
  });

  test('the message names all coverers', () => {
    expect(suppressedMessage(['event:1005', 'booking:3042'])).toBe('Suppressed by event:1005, booking:3042');
  });

  test('an empty room hides nobody', () => {
    expect(findSuppressed([], 'covered').size).toBe(0);
  });
});

describe('the sample municipality', () => {
  const pushed = (policy: ConflictPolicy) =>
    sampleOccupants().reduce((sum, room) => sum + room.length - findSuppressed(room, policy).size, 0);

  test.each([
    ['none', 130],
    ['exact', 121],
    ['covered', 105],
    ['overlap', 77],
  ] as const)('under %s %i of 130 are pushed', (policy, count) => {
    expect(pushed(policy)).toBe(count);
  });

  const hiddenWithout = (...cancelled: string[]) => {
    const rooms = sampleOccupants().map((room) => room.filter((one) => !cancelled.includes(reservationLabel(one))));
    return rooms.flatMap((room) => [...findSuppressed(room, 'covered').keys()]);
  };
  const released = (...cancelled: string[]) => {
    const after = new Set(hiddenWithout(...cancelled));
    return hiddenWithout().filter((label) => !after.has(label));
  };

  test('cancelling booking 3001 releases allocation 5001', () => {
    expect(released('booking:3001')).toEqual(['allocation:5001']);
  });

  test('cancelling event 1005 releases booking 3043 and allocation 5027', () => {
    expect(released('event:1005')).toEqual(['booking:3043', 'allocation:5027']);
  });

  test('25 are hidden: 19 allocations and 6 bookings', () => {
    const hidden = hiddenWithout();
    expect(hidden.filter((label) => label.startsWith('allocation'))).toHaveLength(19);
    expect(hidden.filter((label) => label.startsWith('booking')).sort()).toEqual(
      ['3006', '3014', '3022', '3033', '3043', '3049'].map((id) => `booking:${id}`),
    );
  });
});

describe('any room', () => {
  /** Ten-minute slots of one day, so that touching, nesting and equal spans are common. */
  const rooms = fc
    .array(
      fc.record({
        type: fc.constantFrom(...RESERVATION_TYPES),
        from: fc.integer({ min: 0, max: 40 }),
        length: fc.integer({ min: -2, max: 12 }),
      }),
      { maxLength: 25 },
    )
    .map((slots) =>
      slots.map(({ type, from, length }, index) => ({
        type,
        id: index + 1,
        start: at(String(from / 6)),
        end: at(String(Math.max(0, from + length) / 6)),
      })),
    );
  const policies = fc.constantFrom(...CONFLICT_POLICIES);
  const SLOTS = Array.from({ length: 24 * 6 }, (_, slot) => at(String(slot / 6)));

  test('agrees with a slow reading of the rule', () => {
    fc.assert(
      fc.property(rooms, policies, (room, policy) => {
        expect(Object.fromEntries(findSuppressed(room, policy))).toEqual(readSlowly(room, policy));
      }),
      { numRuns: 400 },
    );
  });

  test('does not depend on the order of the reservations', () => {
    fc.assert(
      fc.property(rooms, policies, (room, policy) => {
        const sorted = (found: ReadonlyMap<string, readonly string[]>) => [...found].sort();
        expect(sorted(findSuppressed(room.toReversed(), policy))).toEqual(sorted(findSuppressed(room, policy)));
      }),
    );
  });

  test('a stricter policy hides at least as much', () => {
    fc.assert(
      fc.property(rooms, (room) => {
        const hidden = CONFLICT_POLICIES.map((policy) => new Set(findSuppressed(room, policy).keys()));
        for (const [index, set] of hidden.entries())
          expect([...(hidden[index + 1] ?? set)]).toEqual(expect.arrayContaining([...set]));
      }),
    );
  });

  /** The rule slot by slot; all ends lie on ten minutes. */
  function readSlowly(room: readonly Occupant[], policy: ConflictPolicy): Record<string, string[]> {
    const valid = room.filter((one) => one.start < one.end);
    const hidden: Record<string, string[]> = {};
    for (const one of valid) {
      const span = { from: one.start, to: one.end };
      const better = valid
        .filter((other) => PRIORITY[other.type] < PRIORITY[one.type])
        .filter((other) => overlaps({ from: other.start, to: other.end }, span))
        .sort((a, b) => PRIORITY[a.type] - PRIORITY[b.type] || a.id - b.id);
      const same = better.filter((other) => other.start === one.start && other.end === one.end);
      const slots = SLOTS.filter((slot) => one.start <= slot && slot < one.end);
      const isCovered = slots.every((slot) => better.some(({ start, end }) => start <= slot && slot < end));
      const names = { none: [], exact: same, covered: isCovered ? better : [], overlap: better }[policy];
      if (names.length > 0) hidden[reservationLabel(one)] = names.map(reservationLabel);
    }
    return hidden;
  }
});
