import { createSeededIds } from '../../../src/sandbox/seeded-ids.ts';

test('ids look like v4 UUIDs, differ, and are the same in every run', () => {
  const [one, two] = [createSeededIds('a'), createSeededIds('a')];
  const made = Array.from({ length: 100 }, () => one.uuid());
  for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(made).size).toBe(100);
  expect(made.map(() => two.uuid())).toEqual(made);
  expect(createSeededIds('b').uuid()).not.toBe(made[0]);
});
