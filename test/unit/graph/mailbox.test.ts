import { fc, test as property } from '@fast-check/jest';
import { createMailbox, type Mailbox, type Observation } from '../../../src/graph/mailbox.ts';

const TEN_MINUTES = 600_000;
const fine: Observation = { failure: null, retryAfterMs: null, code: null };
const throttled = (code: string | null, retryAfterMs: number | null = 5_000): Observation => ({
  failure: 'throttled',
  retryAfterMs,
  code,
});
const broken = (failure: 'room-unavailable' | 'transient'): Observation => ({
  failure,
  retryAfterMs: null,
  code: null,
});

function take(mailbox: Mailbox, wanted: number, now: number): number {
  const admission = mailbox.admit(wanted, now);
  return admission.kind === 'granted' ? admission.count : 0;
}

describe('pace', () => {
  test('gives the whole allowance at once, then says when the next may go', () => {
    const mailbox = createMailbox(100);
    expect([1, 2, 3, 4, 5, 6].map(() => take(mailbox, 99, 1_000))).toEqual([20, 20, 20, 20, 20, 0]);
    const refused = mailbox.admit(1, 1_000);
    expect(refused).toEqual({ kind: 'wait', until: 610_000 });
    expect(take(mailbox, 1, 609_999)).toBe(0);
    expect(take(mailbox, 1, 610_000)).toBe(1);
  });

  property.prop([
    fc.array(fc.record({ wait: fc.nat(60_000), wanted: fc.integer({ min: 1, max: 40 }) }), { maxLength: 400 }),
  ])('never lets more than the limit through in any ten minutes', (steps) => {
    const mailbox = createMailbox(50);
    const taken: { at: number; count: number }[] = [];
    let now = 0;
    for (const { wait, wanted } of steps) {
      now += wait;
      taken.push({ at: now, count: take(mailbox, wanted, now) });
    }
    for (const { at } of taken) {
      const inWindow = taken.filter((each) => each.at > at - TEN_MINUTES && each.at <= at);
      expect(inWindow.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(50);
    }
  });

  test('shows what is used and left', () => {
    const mailbox = createMailbox(10_000);
    take(mailbox, 20, 0);
    const idle = { waitMs: 0, batchSize: 20, circuit: 'closed' };
    expect(mailbox.budget(1)).toEqual({ limit: 10_000, used: 20, remaining: 9_980, ...idle });
    expect(mailbox.budget(TEN_MINUTES + 10_000)).toEqual({ limit: 10_000, used: 0, remaining: 10_000, ...idle });
  });

  test('waits as long as Graph asks after a refusal', () => {
    const mailbox = createMailbox(10_000);
    mailbox.observe([fine, throttled('TooManyRequests', 7_000)], 1_000);
    expect(mailbox.admit(1, 1_000)).toEqual({ kind: 'wait', until: 8_000 });
    expect(take(mailbox, 1, 8_000)).toBe(1);
  });

  test('lowers its ceiling to what was used when somebody else spends from the same allowance, and regains it slowly', () => {
    const mailbox = createMailbox(10_000);
    for (let count = 0; count < 3_000; count += 20) take(mailbox, 20, 0);
    mailbox.observe([throttled('TooManyRequests')], 0);
    expect(mailbox.budget(0).limit).toBe(3_000);
    expect(mailbox.budget(60_000).limit).toBe(4_000);
    expect(mailbox.budget(7 * 60_000).limit).toBe(10_000);
  });

  test('never falls so low that a single refusal stops a room', () => {
    const mailbox = createMailbox(10_000);
    mailbox.observe([throttled('TooManyRequests')], 0);
    expect(mailbox.budget(0).limit).toBe(500);
  });

  test.each(['ApplicationThrottled', 'MailboxConcurrency'])(
    'D7: gives batches of four for a while after %s',
    (code) => {
      const mailbox = createMailbox(10_000);
      mailbox.observe([throttled(code, 1_000)], 0);
      expect(take(mailbox, 20, 1_000)).toBe(4);
      expect(take(mailbox, 20, TEN_MINUTES - 1)).toBe(4);
      expect(take(mailbox, 20, TEN_MINUTES)).toBe(20);
      expect(mailbox.budget(1_000).limit).toBe(10_000);
    },
  );
});

describe('circuit', () => {
  const fail = (mailbox: Mailbox, times: number, now = 0) => {
    for (let round = 0; round < times; round += 1) mailbox.observe([broken('room-unavailable')], now);
  };

  test.each(['room-unavailable', 'transient'] as const)('opens after three rounds of %s in a row', (failure) => {
    const mailbox = createMailbox(10_000);
    mailbox.observe([broken(failure), broken(failure)], 0);
    mailbox.observe([broken(failure)], 0);
    expect(take(mailbox, 1, 0)).toBe(1);
    mailbox.observe([broken(failure)], 0);
    const refused = mailbox.admit(1, 1_000);
    expect(refused).toMatchObject({ kind: 'open', until: 30_000, error: { kind: failure, retryAfterMs: 29_000 } });
    expect(mailbox.budget(1_000)).toMatchObject({ circuit: 'open', waitMs: 29_000 });
  });

  test('lets one operation try when the pause is over, and closes when it works', () => {
    const mailbox = createMailbox(10_000);
    fail(mailbox, 3);
    expect(mailbox.budget(30_000).circuit).toBe('half-open');
    expect(take(mailbox, 20, 30_000)).toBe(1);
    mailbox.observe([fine], 30_000);
    expect(take(mailbox, 20, 30_000)).toBe(20);
  });

  test('pauses longer each time the trial fails, five minutes at most', () => {
    const mailbox = createMailbox(10_000);
    fail(mailbox, 4);
    expect(mailbox.admit(1, 0)).toMatchObject({ until: 60_000 });
    fail(mailbox, 10);
    expect(mailbox.admit(1, 0)).toMatchObject({ until: 300_000 });
  });

  test.each([null, 'not-found', 'precondition-failed', 'rejected'] as const)(
    'stays closed when the mailbox answers %s',
    (failure) => {
      const mailbox = createMailbox(10_000);
      for (let round = 0; round < 9; round += 1) {
        mailbox.observe([broken('transient')], 0);
        mailbox.observe([broken('transient'), { ...fine, failure }], 0);
      }
      expect(mailbox.budget(0).circuit).toBe('closed');
    },
  );

  test('neither throttling nor a missing permission says anything about the mailbox', () => {
    const mailbox = createMailbox(10_000);
    fail(mailbox, 2);
    mailbox.observe([throttled(null), { ...fine, failure: 'access-denied' }], 0);
    expect(mailbox.budget(0).circuit).toBe('closed');
    fail(mailbox, 1);
    expect(mailbox.budget(0).circuit).toBe('open');
  });
});
