import { MAPPING_STATUSES } from '../domain/mapping.ts';
import { RESERVATION_TYPES, type ReservationType } from '../domain/reservation.ts';
import type { StatusCounts } from './figures.ts';
import type { MappingCount } from './ports.ts';

export function sum(rows: readonly { readonly count: number }[]): number {
  return rows.reduce((total, { count }) => total + count, 0);
}

/** One number per status, zero included. */
export function countByStatus(counts: readonly Pick<MappingCount, 'status' | 'count'>[]): StatusCounts {
  const of = (status: MappingCount['status']) => sum(counts.filter((row) => row.status === status));
  return Object.fromEntries(MAPPING_STATUSES.map((status) => [status, of(status)])) as StatusCounts;
}

/** One number per type, zero included. */
export function countByType(types: readonly (ReservationType | null)[]): Readonly<Record<ReservationType, number>> {
  const of = (type: ReservationType) => types.filter((one) => one === type).length;
  return Object.fromEntries(RESERVATION_TYPES.map((type) => [type, of(type)])) as Record<ReservationType, number>;
}
