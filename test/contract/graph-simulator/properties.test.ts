/** Properties of the simulator's pure parts, against a plain second opinion. */
import { fc, test } from '@fast-check/jest';
import { DateTime } from 'luxon';
import {
  eventCore,
  immutableId,
  mailboxTag,
  parseEventId,
  regularId,
} from '../../../src/sandbox/graph-simulator/ids.ts';
import { createJobQueue } from '../../../src/sandbox/graph-simulator/jobs.ts';
import type { RecurrencePattern, StoredEvent } from '../../../src/sandbox/graph-simulator/model.ts';
import { patternDays, WEEKDAYS } from '../../../src/sandbox/graph-simulator/recurrence.ts';
import { createSlidingCount } from '../../../src/sandbox/graph-simulator/throttling.ts';
import { createTimeline, overlaps } from '../../../src/sandbox/graph-simulator/timeline.ts';
import { createZones, epochOfWall, wallOf } from '../../../src/sandbox/graph-simulator/zones.ts';

const zones = createZones(true);

test.prop([
  fc.integer({ min: 0, max: 4_102_444_800 }),
  fc.constantFrom('Europe/Oslo', 'America/St_Johns', 'Asia/Kathmandu', 'Australia/Lord_Howe'),
])('wall clocks are those of a time-zone library, and lead back to a moment that shows them', (seconds, name) => {
  const epoch = seconds * 1_000;
  const wall = wallOf(epoch, zones.resolve(name));
  expect(wall).toBe(epoch + DateTime.fromMillis(epoch, { zone: name }).offset * 60_000);
  expect(wallOf(epochOfWall(wall, zones.resolve(name)), zones.resolve(name))).toBe(wall);
});

test.prop([
  fc.array(fc.record({ start: fc.nat(500), length: fc.nat(60), keep: fc.boolean() }), { maxLength: 60 }),
  fc.nat(500),
  fc.nat(200),
])('the timeline finds what a search of everything finds', (spans, from, length) => {
  const timeline = createTimeline();
  const events = spans.map(({ start, length: own }, number) => ({ number, start, end: start + own }) as StoredEvent);
  for (const event of events) timeline.insert(event);
  for (const [number, { keep }] of spans.entries()) if (!keep) timeline.remove(events[number] as StoredEvent);
  const wanted = events.filter((event, n) => spans[n]?.keep && overlaps(event.start, event.end, from, from + length));
  const found = timeline.overlapping(from, from + length);
  expect(new Set(found)).toEqual(new Set(wanted));
  expect(found).toEqual(found.toSorted((a, b) => a.start - b.start));
});

const pattern = fc.record({
  type: fc.constantFrom<RecurrencePattern['type']>(
    ...(['daily', 'weekly', 'absoluteMonthly', 'relativeMonthly', 'absoluteYearly', 'relativeYearly'] as const),
  ),
  interval: fc.integer({ min: 1, max: 4 }),
  daysOfWeek: fc.uniqueArray(fc.constantFrom<string>(...WEEKDAYS), { minLength: 1, maxLength: 4 }),
  firstDayOfWeek: fc.constantFrom<string>(...WEEKDAYS),
  dayOfMonth: fc.integer({ min: 1, max: 31 }),
  month: fc.integer({ min: 1, max: 12 }),
  index: fc.constantFrom('first', 'second', 'third', 'fourth', 'last'),
});

test.prop([pattern, fc.integer({ min: 19_000, max: 22_000 }), fc.nat(2_000), fc.nat(400)])(
  'days of a pattern in a window are those of the whole pattern that lie in it',
  (each, start, ahead, length) => {
    const [from, to] = [start + ahead, start + ahead + length];
    const all = patternDays(each, start, start, to);
    expect(patternDays(each, start, from, to)).toEqual(all.filter((day) => day >= from));
    expect(all).toEqual(all.toSorted((a, b) => a - b));
    expect(new Set(all).size).toBe(all.length);
  },
);

test.prop([fc.string({ minLength: 1 }), fc.nat(1_000_000), fc.nat(40_000), fc.nat(30_000)])(
  'ids of an event and of its occurrences lead back to it',
  (mailbox, number, moves, schedule) => {
    const tag = mailboxTag(mailbox);
    const core = eventCore('seed', tag, number);
    expect(parseEventId(immutableId(tag, core))).toMatchObject({ form: 'immutable', tag, core, date: null });
    expect(parseEventId(regularId(tag, core, moves))).toMatchObject({ form: 'regular', tag, core, moves, date: null });
    const occurrence = regularId(tag, core, moves, '2027-03-02', schedule);
    expect(parseEventId(occurrence)).toMatchObject({ core, moves, date: '2027-03-02', schedule });
  },
);

test.prop([fc.array(fc.nat(100))])('jobs come in the order of their time, and of their making', (dues) => {
  const queue = createJobQueue<number>();
  for (const [n, due] of dues.entries()) queue.add(due, n);
  const taken: number[] = [];
  for (let job = queue.takeDue(1_000); job; job = queue.takeDue(1_000)) taken.push(job.payload);
  const wanted = dues.map((due, n) => ({ due, n })).toSorted((a, b) => a.due - b.due || a.n - b.n);
  expect(taken).toEqual(wanted.map((each) => each.n));
});

test.prop([fc.array(fc.record({ pause: fc.nat(30_000), weight: fc.integer({ min: 1, max: 5 }) }), { minLength: 1 })])(
  'a sliding count never forgets what is younger than its window, and forgets what is a slot older',
  (steps) => {
    const window = 60_000;
    const count = createSlidingCount(window);
    const seen: { at: number; weight: number }[] = [];
    let now = 1_000_000;
    for (const { pause, weight } of steps) {
      now += pause;
      count.add(now, weight);
      seen.push({ at: now, weight });
      const sum = (age: number) =>
        seen.filter((each) => each.at > now - age).reduce((total, each) => total + each.weight, 0);
      expect(count.total(now)).toBeGreaterThanOrEqual(sum(window));
      expect(count.total(now)).toBeLessThanOrEqual(sum(window + (2 * window) / 60));
    }
    expect(count.total(now + count.waitFor(now))).toBeLessThan(seen.reduce((total, each) => total + each.weight, 0));
  },
);
