import { workOffJobs } from '../../src/sandbox/graph-simulator/attendant.ts';
import type { GraphSimulator } from '../../src/sandbox/graph-simulator/simulator.ts';
import type { VirtualClock } from '../../src/sandbox/virtual-clock.ts';

/** Lets time pass, and the rooms' attendants do their work in it. */
export function waitFor({ world }: GraphSimulator, clock: VirtualClock, ms: number): void {
  const end = clock.now() + ms;
  for (let due = world.jobs.nextDue(); due !== null && due <= end; due = world.jobs.nextDue()) {
    clock.advanceTo(Math.max(due, clock.now()));
    workOffJobs(world);
  }
  clock.advanceTo(end);
}
