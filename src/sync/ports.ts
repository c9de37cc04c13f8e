/**
 * What the engine needs from the outside. `src/sql` implements the stores and the booking system, `src/graph` the room
 * calendars; they never import each other. Every method documents what it returns, what it throws and what it guarantees.
 *
 * Errors: adapters throw `SyncError` only. Store methods may throw `database-unavailable`, `transient` (deadlock, lost
 * connection: nothing of the statement or transaction is kept) and `bug`.
 */
export type * from './ports/basics.ts';
export type * from './ports/booking-system.ts';
export type * from './ports/intents.ts';
export type * from './ports/mappings.ts';
export type * from './ports/records.ts';
export type * from './ports/room-calendars.ts';
export type * from './ports/rooms.ts';
export type * from './ports/store.ts';
