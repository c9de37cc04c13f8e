import { pairDoubles } from '../../../src/sync/doubles.ts';
import { findDouble, idsOf } from '../../../src/sync/import-overlap.ts';
import { isSameSlot, isSameTitle } from '../../../src/sync/import-plan.ts';
import { overlappingPairs } from '../../../src/sync/overlap-watch.ts';
import { aMapping, korps, SETTINGS } from '../../support/sync-builders.ts';

const SLOT = { startsAt: '2027-03-02 10:00:00', endsAt: '2027-03-02 11:00:00' };

describe('reservations that stand in Outlook already', () => {
  const create = (id: number, name = 'Korps') => ({
    mapping: aMapping({ id, reservationId: id }),
    reservation: korps({ id, name }),
  });
  const waiting = (id: number, subject: string, slot = SLOT) =>
    aMapping({ id, reservationId: null, status: 'imported', subject, ...slot });
  const pair = (creates: ReturnType<typeof create>[], imports: ReturnType<typeof waiting>[]) => {
    const { exact, doubtful } = pairDoubles(creates, imports, SETTINGS);
    const ids = (pairs: typeof exact) => pairs.map(({ mapping, twin }) => [mapping.id, twin.id]);
    return { exact: ids(exact), doubtful: ids(doubtful) };
  };

  test('same time and title, only one of each: exact', () => {
    expect(
      pair(
        [create(1)],
        [waiting(11, 'Korps'), waiting(12, 'Kor', { startsAt: '2027-03-03 10:00:00', endsAt: '2027-03-03 11:00:00' })],
      ),
    ).toEqual({
      exact: [[1, 11]],
      doubtful: [],
    });
  });

  test('same time, another title: doubtful', () => {
    expect(pair([create(1)], [waiting(11, 'Øving')])).toEqual({ exact: [], doubtful: [[1, 11]] });
  });

  test('two imports of the same title and time: both doubtful', () => {
    expect(pair([create(1)], [waiting(11, 'Korps'), waiting(12, 'Korps')])).toEqual({
      exact: [],
      doubtful: [
        [1, 11],
        [1, 12],
      ],
    });
  });

  test('two reservations for one import: both doubtful', () => {
    expect(pair([create(1), create(2)], [waiting(11, 'Korps')])).toEqual({
      exact: [],
      doubtful: [
        [1, 11],
        [2, 11],
      ],
    });
  });

  test('an exact pair settles both: what else is at that time is not in doubt because of it', () => {
    expect(pair([create(1), create(2, 'Kor')], [waiting(11, 'Korps')])).toEqual({ exact: [[1, 11]], doubtful: [] });
  });

  test('the title a booking would be given is what counts', () => {
    const booking = {
      mapping: aMapping({ id: 1, type: 'booking' }),
      reservation: korps({ type: 'booking', name: null, groupName: 'Jenter 12' }),
    };
    expect(pairDoubles([booking], [waiting(11, 'Booking - Jenter 12')], SETTINGS).exact).toHaveLength(1);
  });
});

describe('same time, same title', () => {
  test.each([
    ['2027-03-02 10:00:00', '2027-03-02 11:00:00', '2027-03-02 10:00:00', '2027-03-02 11:00:00', true],
    ['2027-03-02 10:00:00', '2027-03-02 11:00:00', '2027-03-02 10:00:00', '2027-03-02 11:01:00', false],
    ['2027-03-02 00:00:00', '2027-03-02 23:59:00', '2027-03-02 00:00:00', '2027-03-03 00:00:00', true],
    ['2027-03-02 00:00:00', '2027-03-02 23:59:00', '2027-03-02 00:00:00', '2027-03-04 00:00:00', false],
  ])('E4: %s to %s and %s to %s: %s', (start, end, otherStart, otherEnd, same) => {
    expect(isSameSlot({ start, end }, { start: otherStart, end: otherEnd })).toBe(same);
  });

  test.each([
    ['Kor & korps', 'Kor &amp; korps', true],
    ['Kor  og\tkorps ', 'Kor og korps', true],
    ['A\u030Arsmøte', 'Årsmøte', true],
    ['Korps', 'korps', false],
    [null, '', true],
    ['Korps', null, false],
  ])('E23: %j and %j: %s', (a, b, same) => {
    expect(isSameTitle(a, b)).toBe(same);
  });
});

describe('E51: which event in the way is the meeting itself', () => {
  const other = (id: number, name: string | null, end = '2027-03-02 11:00:00') => ({
    id,
    name,
    start: '2027-03-02 10:00:00',
    end,
    resourceId: 103,
  });
  const MEETING = { title: 'Korps', start: '2027-03-02 10:00:00', end: '2027-03-02 11:00:00' };

  test('the one of the same name and time, also when others overlap, and when it is met in two rooms', () => {
    expect(findDouble([other(1, 'Kor'), other(2, 'Korps')], MEETING)).toBe(2);
    expect(findDouble([other(2, 'Korps'), { ...other(2, 'Korps'), resourceId: 104 }], MEETING)).toBe(2);
  });

  test('none when two have it, when the time differs, or the name', () => {
    expect(findDouble([other(1, 'Korps'), other(2, 'Korps')], MEETING)).toBeNull();
    expect(findDouble([other(1, 'Korps', '2027-03-02 12:00:00')], MEETING)).toBeNull();
    expect(findDouble([other(1, null)], MEETING)).toBeNull();
  });

  test('ids once, in order', () => {
    expect(idsOf([other(9, 'a'), other(2, 'b'), other(9, 'a')])).toEqual([2, 9]);
  });
});

describe('two events in one room at one time', () => {
  const row = (id: number, from: string, to: string, reservationId = id) =>
    aMapping({ id, reservationId, startsAt: `2027-03-02 ${from}:00`, endsAt: `2027-03-02 ${to}:00` });
  const pairs = (rows: ReturnType<typeof row>[], touched: number[]) =>
    overlappingPairs(rows, new Set(touched)).map(([one, other]) => [one.id, other.id]);

  test('pairs with at least one touched event, each once, by id', () => {
    const rows = [row(3, '10:00', '11:00'), row(1, '10:30', '12:00'), row(2, '11:00', '11:30')];
    expect(pairs(rows, [1])).toEqual([
      [1, 3],
      [1, 2],
    ]);
    expect(pairs(rows, [1, 2, 3])).toHaveLength(2);
    expect(pairs(rows, [])).toEqual([]);
  });

  test('E29: touching is no overlap; the same reservation does not overlap itself', () => {
    expect(pairs([row(1, '10:00', '11:00'), row(2, '11:00', '12:00')], [1, 2])).toEqual([]);
    expect(pairs([row(1, '10:00', '11:00'), row(2, '10:00', '11:00', 1)], [1, 2])).toEqual([]);
  });

  test('a long one is held against everything inside it', () => {
    const rows = [row(1, '08:00', '18:00'), row(2, '09:00', '10:00'), row(3, '12:00', '13:00')];
    expect(pairs(rows, [1])).toEqual([
      [1, 2],
      [1, 3],
    ]);
  });
});
