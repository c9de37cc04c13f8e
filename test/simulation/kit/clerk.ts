/** Clerks: plain SQL on the booking tables, each act one transaction. They know nothing of the sync. */
import { sql } from 'kysely';
import type { Command } from './commands.ts';
import { editOf, type Ledger } from './ledger.ts';
import { ROOMS, type Stage } from './stage.ts';
import type { Truth } from './truth.ts';

export interface ClerkWorld {
  readonly stage: Stage;
  readonly ledger: Ledger;
  readTruth(): Promise<Truth>;
}

type Key = { readonly type: 'event' | 'booking' | 'allocation'; readonly id: number };

/** Carries out one act. Acts on nothing are no acts. */
export async function actAsClerk(world: ClerkWorld, { verb, a, b, c }: Command): Promise<void> {
  const { stage, ledger } = world;
  const { reservations } = await world.readTruth();
  const all = [...reservations.values()];
  const picked = all[a % Math.max(1, all.length)];
  const run = (statements: readonly string[]) =>
    stage.database.transaction(async (executor) => {
      for (const text of statements) await sql.raw(text).execute(executor.db);
    });
  if (verb === 'create') return create(world, a, b, c, run);
  if (verb === 'publish' || verb === 'hide') return publish(world, verb === 'publish', a, run);
  if (picked === undefined) return;
  const key: Key = picked;
  const label = `${key.type}:${key.id}`;
  const table = `bb_${key.type}`;
  switch (verb) {
    case 'rename':
      if (key.type !== 'event') return;
      await run([`UPDATE bb_event SET name = 'Hemmelig K${b}' WHERE id = ${key.id}`]);
      Object.assign(editOf(ledger, label), { clerk: `Hemmelig K${b}`, titleBy: 'clerk' });
      return;
    case 'describe':
      if (key.type !== 'event') return;
      await run([
        `UPDATE bb_event SET description = 'Hemmelig tekst ${b}', is_public = ${c % 4 === 0 ? 0 : 1} WHERE id = ${key.id}`,
      ]);
      editOf(ledger, label).clerkText = `Hemmelig tekst ${b}`;
      return;
    case 'move': {
      const { from, to } = slotOf(b, c);
      editOf(ledger, label).blurred = true;
      const date = `UPDATE bb_event_date SET from_ = '${from}', to_ = '${to}' WHERE event_id = ${key.id}`;
      return run([
        `UPDATE ${table} SET from_ = '${from}', to_ = '${to}' WHERE id = ${key.id}`,
        ...(key.type === 'event' ? [date] : []),
      ]);
    }
    case 'twist':
      // An end before the start, as plain SQL can leave it (E34).
      editOf(ledger, label).blurred = true;
      return run([`UPDATE ${table} SET to_ = from_ WHERE id = ${key.id}`]);
    case 'cancel':
      if (picked.active) ledger.ended.add(label);
      return run([`UPDATE ${table} SET active = 0 WHERE id = ${key.id}`]);
    case 'enable':
      return run([`UPDATE ${table} SET active = 1 WHERE id = ${key.id}`]);
    case 'erase':
      if (picked.active) ledger.ended.add(label);
      await run([
        ...childrenOf(key.type).map((child) => `DELETE FROM ${child} WHERE ${key.type}_id = ${key.id}`),
        `DELETE FROM ${table} WHERE id = ${key.id}`,
      ]);
      return;
    case 'addRoom':
      editOf(ledger, label).blurred = true;
      return run([
        `INSERT OR IGNORE INTO ${table}_resource (${key.type}_id, resource_id) VALUES (${key.id}, ${roomAt(b)})`,
      ]);
    case 'dropRoom': {
      const room = picked.rooms[b % Math.max(1, picked.rooms.length)];
      if (room === undefined) return;
      editOf(ledger, label).blurred = true;
      ledger.ended.add(`room:${label}:${room}`);
      return run([`DELETE FROM ${table}_resource WHERE ${key.type}_id = ${key.id} AND resource_id = ${room}`]);
    }
    default:
      throw new Error(`clerks do not ${verb}`);
  }
}

type Run = (statements: readonly string[]) => Promise<void>;

async function create({ ledger, readTruth }: ClerkWorld, a: number, b: number, c: number, run: Run): Promise<void> {
  const type = (['event', 'event', 'booking', 'allocation'] as const)[a % 4] ?? 'event';
  await readTruth();
  const id = Math.max({ event: 1000, booking: 3000, allocation: 5000 }[type], ledger.highest.get(type) ?? 0) + 1;
  ledger.highest.set(type, id);
  const { from, to } = slotOf(b, c);
  const rooms = [...new Set([roomAt(a), ...(a % 7 === 0 ? [roomAt(a + 1)] : [])])];
  const season = (room: number) => (room < 200 ? 31 : 32);
  const parent = {
    event: `INSERT INTO bb_event (id, id_string, activity_id, name, description, from_, to_, building_name, contact_name, contact_email,
      contact_phone, secret, is_public) VALUES (${id}, '${id}', 1, 'Hemmelig K${b}-${c}', 'Hemmelig tekst ${c}', '${from}', '${to}', 'Kulturhus',
      'Kari', '', '', 'x', ${c % 6 === 0 ? 0 : 1})`,
    booking: `INSERT INTO bb_booking (id, group_id, from_, to_, season_id, activity_id, secret) VALUES (${id}, ${21 + (b % 8)}, '${from}', '${to}',
      ${season(rooms[0] ?? 101)}, 1, 'x')`,
    allocation: `INSERT INTO bb_allocation (id, organization_id, from_, to_, season_id) VALUES (${id}, ${11 + (b % 5)}, '${from}', '${to}',
      ${season(rooms[0] ?? 101)})`,
  }[type];
  const date = `INSERT INTO bb_event_date (event_id, from_, to_) VALUES (${id}, '${from}', '${to}')`;
  await run([
    parent,
    ...(type === 'event' ? [date] : []),
    ...rooms.map((room) => `INSERT INTO bb_${type}_resource (${type}_id, resource_id) VALUES (${id}, ${room})`),
  ]);
  ledger.made.add(`${type}:${id}`);
}

function publish(_world: ClerkWorld, on: boolean, a: number, run: Run): Promise<void> {
  const season = a % 2 === 0 ? 31 : 32;
  return run([`UPDATE bb_season SET status = '${on ? 'PUBLISHED' : 'PLANNING'}', active = 1 WHERE id = ${season}`]);
}

function childrenOf(type: Key['type']): readonly string[] {
  const names = {
    event: ['agegroup', 'targetaudience', 'resource', 'date'],
    booking: ['resource'],
    allocation: ['resource'],
  }[type];
  return names.map((name) => `bb_${type}_${name}`);
}

export function roomAt(n: number): number {
  return ROOMS[n % ROOMS.length]?.id ?? 101;
}

/** Ten days of even hours, so that meetings often meet; now and then a whole day or a night in which the clocks change. */
export function slotOf(b: number, c: number): { from: string; to: string } {
  const day = `2027-03-${String(16 + (b % 8)).padStart(2, '0')}`;
  if (c % 40 === 0) return { from: `${day} 00:00:00`, to: `${day} 23:59:00` };
  if (c % 41 === 0) return { from: '2027-03-27 23:00:00', to: '2027-03-28 04:00:00' };
  const hour = 8 + ((b >> 3) % 6) * 2;
  const wall = (at: number) => `${day} ${String(at).padStart(2, '0')}:00:00`;
  return { from: wall(hour), to: wall(hour + 1 + (c % 4)) };
}
