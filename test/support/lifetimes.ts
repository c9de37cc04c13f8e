/** Worlds that open and close with the tests around them; a world's fields are there from the first hook or test on. */

interface Closing {
  close(): Promise<void>;
}

/** One world for all tests of the block (or file) that calls this. */
export function openedOnce<World extends Closing>(open: () => Promise<World>): World {
  const world = {} as World;
  beforeAll(async () => {
    Object.assign(world, await open());
  });
  afterAll(() => world.close());
  return world;
}

/** A new world for each test of the block (or file) that calls this. */
export function openedForEach<World extends Closing>(open: () => Promise<World>): World {
  const world = {} as World;
  beforeEach(async () => {
    Object.assign(world, await open());
  });
  afterEach(() => world.close());
  return world;
}
