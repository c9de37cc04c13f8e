import { SyncError } from '../../domain/errors.ts';
import { type JsonColumns, type JsonRow, type JsonType, TypedParameter } from '../sql-text.ts';

/** Longest `key`: the width of the id columns. */
const LONGEST_KEY = 512;

/** One JSON parameter holding the named columns of `rows`; other properties are left out. */
export function rowsParameter(
  columns: JsonColumns,
  rows: readonly JsonRow[],
  instant: (value: string) => string,
): TypedParameter {
  const entries = Object.entries(columns);
  const encoded = rows.map((row, index) => {
    const cells: Record<string, unknown> = {};
    for (const [name, type] of entries) {
      const value = type === 'position' ? index : row[name];
      if (value !== null && value !== undefined) cells[name] = encode(type, value, instant);
    }
    return cells;
  });
  return new TypedParameter('json', JSON.stringify(encoded));
}

/** One JSON parameter holding a list of values. */
export function listParameter(
  type: JsonType,
  values: readonly unknown[],
  instant: (value: string) => string,
): TypedParameter {
  return new TypedParameter('json', JSON.stringify(values.map((value) => encode(type, value, instant))));
}

function encode(type: JsonType, value: unknown, instant: (value: string) => string): unknown {
  if (type === 'int' || type === 'position') {
    if (!Number.isSafeInteger(value)) throw new SyncError('bug', `A whole number was expected, not a ${typeof value}.`);
    return value;
  }
  if (type === 'flag') return value === true || value === 1 ? 1 : 0;
  const text = String(value);
  if (type === 'instant') return instant(text);
  if (type === 'key' && text.length > LONGEST_KEY) {
    throw new SyncError('rejected', `An id of ${text.length} characters is too long to be stored.`);
  }
  return text;
}
