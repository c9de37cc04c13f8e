/** One measured figure against its budget. */
export interface Check {
  readonly measure: string;
  readonly unit: Unit;
  /** In words. */
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

/** See `usual-way.ts`. */
export interface UsualFigures {
  readonly oneByOne: number;
  readonly fourPerMailbox: number;
}

interface Figure {
  readonly measure: string;
  readonly unit: Unit;
  readonly measured: number;
  readonly ideal?: number;
  readonly usual?: UsualFigures;
}

/** At most `limit`. */
export function atMost(limit: number, figure: Figure): Check {
  return check(figure, `<= ${limit}`, figure.measured <= limit);
}

export function below(limit: number, figure: Figure): Check {
  return check(figure, `< ${limit}`, figure.measured < limit);
}

export function exactly(wanted: number, figure: Figure): Check {
  return check(figure, String(wanted), figure.measured === wanted);
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
