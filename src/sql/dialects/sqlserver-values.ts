import mssql, { type Request } from 'mssql';
import { SyncError } from '../../domain/errors.ts';
import { TypedParameter } from '../sql-text.ts';

/** Longest text that is sent as `nvarchar(4000)`. */
const SHORT_TEXT = 4000;
const INT_MAX = 2_147_483_647;

/**
 * Adds one parameter with an explicit type. Texts get one of two widths, not their own length: the width is part of the
 * statement's key in the plan cache.
 */
export function bindParameter(request: Request, name: string, value: unknown): void {
  if (value instanceof TypedParameter) {
    if (value.type === 'json') request.input(name, mssql.NVarChar(mssql.MAX), value.value);
    else request.input(name, mssql.DateTime2(3), value.value === null ? null : new Date(value.value));
    return;
  }
  switch (typeof value) {
    case 'string':
      request.input(name, mssql.NVarChar(value.length <= SHORT_TEXT ? SHORT_TEXT : mssql.MAX), value);
      return;
    case 'number':
      request.input(name, numberType(value), value);
      return;
    case 'bigint':
      request.input(name, mssql.BigInt, value.toString());
      return;
    case 'boolean':
      request.input(name, mssql.Bit, value);
      return;
  }
  if (value === null) request.input(name, mssql.NVarChar(SHORT_TEXT), null);
  else if (value instanceof Date) request.input(name, mssql.DateTime2(3), value);
  else if (value instanceof Uint8Array) request.input(name, mssql.VarBinary(mssql.MAX), Buffer.from(value));
  else throw new SyncError('bug', `A value of type ${typeof value} cannot be a parameter.`);
}

function numberType(value: number): mssql.ISqlTypeFactoryWithNoParams {
  if (!Number.isInteger(value)) return mssql.Float;
  return Math.abs(value) <= INT_MAX ? mssql.Int : mssql.BigInt;
}

type Row = Record<string, unknown>;

/** Makes rows equal to what SQLite gives: dates become ISO 8601 text in UTC, `bigint` numbers, bits 0 or 1. */
export function normaliseRows(recordset: (Row[] & { columns?: mssql.IColumnMetadata }) | undefined): Row[] {
  if (recordset === undefined) return [];
  const odd = Object.entries(recordset.columns ?? {}).filter(([, column]) => ODD_TYPES.has(column.type as OddType));
  if (odd.length === 0) return recordset;
  for (const row of recordset) {
    for (const [name] of odd) row[name] = normalise(row[name]);
  }
  return recordset;
}

type OddType = (() => mssql.ISqlType) | mssql.ISqlType;

const ODD_TYPES = new Set<OddType>([
  mssql.DateTime2,
  mssql.DateTime,
  mssql.SmallDateTime,
  mssql.DateTimeOffset,
  mssql.Date,
  mssql.BigInt,
  mssql.Bit,
] as unknown as OddType[]);

function normalise(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' ? Number(value) : value;
}
