import fc from 'fast-check';
import { decideEventGone, withdrawalOf } from '../../../src/domain/deletion.ts';
import type { FieldHashes } from '../../../src/domain/mapping.ts';
import {
  followsTitle,
  type MergeInput,
  type MergeResult,
  mayPatch,
  mergeFields,
  withOverlap,
} from '../../../src/domain/merge.ts';
import { RESERVATION_TYPES } from '../../../src/domain/reservation.ts';
import { EVENT_GONE_ROWS, MERGE_ROWS, WITHDRAWAL_ROWS } from '../../support/rules/merge-rows.ts';

const FIELDS = ['subject', 'body', 'time', 'location', 'sensitivity'] as const;

const same: FieldHashes = { subject: '=', body: '=', time: '=', location: '=', sensitivity: '=' };
const plain: Omit<MergeInput, 'baseline' | 'booking' | 'outlook'> = {
  origin: 'booking',
  reservationType: 'event',
  authority: 'shared',
  policy: 'merge',
  isRoomCopy: false,
};

describe('one field', () => {
  test.each(MERGE_ROWS)('$story ($field)', ({ field, agreed, booking, outlook, given, decision, loser }) => {
    const result = mergeFields({
      ...plain,
      baseline: agreed === null ? null : { ...same, [field]: agreed },
      booking: { ...same, [field]: booking },
      outlook: { ...same, [field]: outlook },
      ...given,
    });
    const others = Object.fromEntries(FIELDS.map((name) => [name, 'none']));
    expect(result.fields).toEqual({ ...others, [field]: decision });
    expect(result.verdict).toBe(decision === 'none' ? 'equal' : decision);
    expect(result.overruled).toEqual(loser === null ? [] : [{ field, side: loser[0], reason: loser[1] }]);
  });
});

describe('several fields', () => {
  test('different fields edited on different sides are both kept', () => {
    const result = mergeFields({
      ...plain,
      baseline: same,
      booking: { ...same, time: 'moved' },
      outlook: { ...same, subject: 'renamed' },
    });
    expect(result).toMatchObject({ verdict: 'both', fields: { time: 'to-outlook', subject: 'to-booking' } });
    expect(result.overruled).toEqual([]);
  });

  test('one field that waits for a person makes the mapping wait, the other decisions stand', () => {
    const result = mergeFields({
      ...plain,
      policy: 'manual',
      baseline: same,
      booking: { ...same, time: 'moved' },
      outlook: { ...same, time: 'moved elsewhere', subject: 'renamed' },
    });
    expect(result).toMatchObject({ verdict: 'conflict', fields: { time: 'conflict', subject: 'to-booking' } });
  });
});

describe('a new time from Outlook', () => {
  const moved = (given: Partial<MergeInput> = {}) =>
    mergeFields({ ...plain, baseline: same, booking: same, outlook: { ...same, time: 'moved' }, ...given });

  test('is checked for overlaps when the booking system owns the event', () => {
    expect(moved().needsOverlapCheck).toBe(true);
  });

  test('is accepted when it meets nobody', () => {
    const result = withOverlap(moved(), false);
    expect(result).toMatchObject({ verdict: 'to-booking', needsOverlapCheck: false });
  });

  test('becomes a conflict with both versions kept when it meets somebody', () => {
    const result = withOverlap(moved({ outlook: { ...same, time: 'moved', subject: 'renamed' } }), true);
    expect(result).toMatchObject({ verdict: 'conflict', needsOverlapCheck: false });
    expect(result.fields).toMatchObject({ time: 'conflict', subject: 'to-booking' });
  });

  test('flows unchecked for an imported meeting, which holds the room in Outlook already', () => {
    const result = moved({ origin: 'outlook' });
    expect(result.needsOverlapCheck).toBe(false);
    expect(withOverlap(result, true)).toBe(result);
  });
});

/** A body that says nothing but the title. */
const titled = (title: string): FieldHashes => ({ ...same, subject: title, body: title });

describe('a body made of the title', () => {
  test.each(['booking', 'outlook'] as const)(
    "born in %s: a clerk's text survives a title given in Outlook",
    (origin) => {
      const booking = { ...titled('A'), body: 'text' };
      const { fields, overruled } = mergeFields({
        ...plain,
        origin,
        baseline: titled('A'),
        booking,
        outlook: titled('B'),
      });
      expect(fields).toMatchObject({ subject: 'to-booking', body: 'to-outlook' });
      expect(overruled).toEqual([]);
    },
  );

  test.each(['booking', 'outlook'] as const)(
    "born in %s: a text written in Outlook survives a clerk's new title",
    (origin) => {
      const outlook = { ...titled('A'), body: 'text' };
      const { fields, overruled } = mergeFields({
        ...plain,
        origin,
        baseline: titled('A'),
        booking: titled('B'),
        outlook,
      });
      expect(fields).toMatchObject({ subject: 'to-outlook', body: 'to-booking' });
      expect(overruled).toEqual([]);
    },
  );
});

describe('any three versions', () => {
  const hashes = fc.record({
    subject: fc.constantFrom('A', 'B', 'C'),
    body: fc.constantFrom('A', 'B', 'C'),
    time: fc.constantFrom('A', 'B', 'C'),
    location: fc.constantFrom('A', 'B', 'C'),
    sensitivity: fc.constantFrom('A', 'B'),
  });
  const inputs: fc.Arbitrary<MergeInput> = fc.record({
    baseline: fc.option(hashes, { nil: null }),
    booking: hashes,
    outlook: hashes,
    origin: fc.constantFrom('booking', 'outlook'),
    reservationType: fc.constantFrom(...RESERVATION_TYPES),
    authority: fc.constantFrom('booking', 'outlook', 'shared'),
    policy: fc.constantFrom('merge', 'revert', 'manual'),
    isRoomCopy: fc.boolean(),
  });
  /** Both sides after the decisions were carried out; what Outlook then holds is what was agreed. */
  const carriedOut = (input: MergeInput, result: MergeResult): MergeInput => {
    const booking: Record<keyof FieldHashes, string> = { ...input.booking };
    const outlook: Record<keyof FieldHashes, string> = { ...input.outlook };
    for (const field of FIELDS) {
      if (result.fields[field] === 'to-booking') booking[field] = input.outlook[field];
      if (result.fields[field] === 'to-outlook') outlook[field] = input.booking[field];
    }
    return { ...input, booking, outlook, baseline: outlook };
  };
  const flip = { booking: 'outlook', outlook: 'booking', shared: 'shared' } as const;
  const mirror = {
    'to-booking': 'to-outlook',
    'to-outlook': 'to-booking',
    none: 'none',
    conflict: 'conflict',
  } as const;

  test('is symmetric: exchanging the sides exchanges the directions', () => {
    const mirrored = (input: MergeInput) => {
      // A room copy and policy revert treat the sides differently by design; so do fields with no column.
      const fair: MergeInput = {
        ...input,
        reservationType: 'event',
        isRoomCopy: false,
        policy: input.policy === 'revert' ? 'merge' : input.policy,
      };
      const swapped: MergeInput = {
        ...fair,
        booking: fair.outlook,
        outlook: fair.booking,
        origin: flip[fair.origin],
        authority: flip[fair.authority],
      };
      const there = mergeFields(fair).fields;
      const back = mergeFields(swapped).fields;
      for (const field of FIELDS) if (field !== 'location') expect(back[field]).toBe(mirror[there[field]]);
    };
    fc.assert(fc.property(inputs, mirrored), { numRuns: 1000 });
  });

  test('is idempotent: once carried out nothing is left', () => {
    const settles = (input: MergeInput) => {
      const first = mergeFields(input);
      // A conflict waits for a person as a whole.
      fc.pre(first.verdict !== 'conflict');
      const second = mergeFields(carriedOut(input, first)).fields;
      for (const field of FIELDS) expect(second[field]).toBe('none');
    };
    fc.assert(fc.property(inputs, settles), { numRuns: 1000 });
  });

  test('never drops a one-sided edit that the other side can hold', () => {
    const keeps = (input: MergeInput) => {
      const { baseline, booking, outlook } = input;
      fc.pre(baseline !== null);
      const { fields } = mergeFields({ ...input, reservationType: 'event', isRoomCopy: false, policy: 'merge' });
      for (const field of FIELDS) {
        const agreed = baseline?.[field];
        if (booking[field] !== agreed && outlook[field] === agreed) expect(fields[field]).toBe('to-outlook');
        if (field !== 'location' && outlook[field] !== agreed && booking[field] === agreed)
          expect(fields[field]).toBe('to-booking');
      }
    };
    fc.assert(fc.property(inputs, keeps), { numRuns: 1000 });
  });

  test('names every new version that is lost', () => {
    const names = (input: MergeInput) => {
      const result = mergeFields(input);
      const after = carriedOut(input, result);
      const isFollower = (side: 'booking' | 'outlook') =>
        followsTitle(input[side], input.baseline) &&
        !followsTitle(input[flip[side]], input.baseline) &&
        input[flip[side]].body !== input.baseline?.body;
      for (const field of FIELDS) {
        const lost = (['booking', 'outlook'] as const).filter(
          (side) =>
            !(field === 'body' && isFollower(side)) &&
            input[side][field] !== input.baseline?.[field] &&
            after.booking[field] !== input[side][field] &&
            after.outlook[field] !== input[side][field],
        );
        expect(result.overruled.filter((one) => one.field === field).map(({ side }) => side)).toEqual(lost);
      }
    };
    fc.assert(fc.property(inputs, names), { numRuns: 1000 });
  });

  test('R9: never patches what is not ours, never writes what the booking system has no column for', () => {
    const refuses = (input: MergeInput) => {
      const decisions = Object.values(mergeFields({ ...input, isRoomCopy: true }).fields);
      expect(decisions).not.toContain('to-outlook');
      const { fields } = mergeFields({ ...input, reservationType: 'booking', isRoomCopy: false });
      expect(Object.values(fields)).not.toContain('to-booking');
      expect(mergeFields({ ...input, isRoomCopy: false }).fields.location).not.toBe('to-booking');
    };
    fc.assert(fc.property(inputs, refuses), { numRuns: 1000 });
  });
});

describe('deletions', () => {
  test.each(EVENT_GONE_ROWS)('$story', ({ given, act, warns }) => {
    const verdict = decideEventGone({
      origin: 'booking',
      bookingEdited: false,
      otherRooms: 0,
      isRoomCopy: false,
      policy: 'cancel',
      ...given,
    });
    expect(verdict.act).toBe(act);
    expect(verdict.warning !== null).toBe(warns);
  });

  test.each(WITHDRAWAL_ROWS)('$story', ({ isOrganizer, hasAttendees, declineRoomCopies, act }) => {
    expect(withdrawalOf({ isOrganizer, hasAttendees }, declineRoomCopies)).toBe(act);
  });

  test.each([
    [true, false, true],
    [true, true, false],
    [false, false, false],
    [false, true, false],
  ])('R9: organised by the room %s, attendees %s: may be patched %s', (isOrganizer, hasAttendees, expected) => {
    expect(mayPatch({ isOrganizer, hasAttendees })).toBe(expected);
  });
});
