/** One measured figure against its budget. */
export interface Check {
  readonly measure: string;
  readonly unit: Unit;
  /** In words; empty where there is none. */
  readonly budget: string;
  /** What the simulator's limits allow at best; null where they say nothing. */
  readonly ideal: number | null;
  readonly measured: number;
  /** Ideal by measured: 1 is perfect. */
  readonly ratio: number | null;
  /** Null: there is no budget. */
  readonly passed: boolean | null;
  /** The same figure for the usual way; null where there is none. */
  readonly usual: UsualFigures | null;
}

export type Unit = 'ms' | 'requests' | 'operations' | 'statements' | 'rows' | 'MB' | 'times';

/** See `usual-way.ts`. Null: not measured, as it would take an hour. */
export interface UsualFigures {
  readonly oneByOne: number | null;
  readonly fourPerMailbox: number;
}

interface Figure {
  readonly measure: string;
  readonly unit: Unit;
  readonly measured: number;
  readonly ideal?: number;
  readonly usual?: UsualFigures;
}

export function atMost(limit: number, figure: Figure): Check {
  return check(figure, `<= ${amount(limit, figure.unit)}`, figure.measured <= limit);
}

export function below(limit: number, figure: Figure): Check {
  return check(figure, `< ${amount(limit, figure.unit)}`, figure.measured < limit);
}

export function exactly(wanted: number, figure: Figure): Check {
  return check(figure, amount(wanted, figure.unit), figure.measured === wanted);
}

/** At least `percent` of the ideal is reached, where less is better. */
export function ofIdeal(percent: number, figure: Figure & { readonly ideal: number }): Check {
  const reached = figure.ideal / figure.measured;
  return check(figure, `>= ${percent} % of the ideal`, reached >= percent / 100);
}

/** A figure without budget, to read the others by. */
export function information(figure: Figure): Check {
  return check(figure, '', null);
}

function check({ measure, unit, measured, ideal, usual }: Figure, budget: string, passed: boolean | null): Check {
  const ratio = ideal === undefined ? null : measured === ideal ? 1 : ideal / measured;
  return { measure, unit, budget, ideal: ideal ?? null, measured, ratio, passed, usual: usual ?? null };
}

/** A figure as people read it. */
export function amount(value: number, unit: Unit): string {
  if (unit === 'ms' && value >= 1000) return `${grouped(value / 1000, 2)} s`;
  if (unit === 'ms') return `${grouped(value, value < 10 ? 2 : 0)} ms`;
  if (unit === 'MB') return `${grouped(value, 0)} MB`;
  if (unit === 'times') return `${value.toFixed(2)} x`;
  return grouped(value, 1);
}

/** `12,345.6`, without a fraction that is zero. */
function grouped(value: number, digits: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
