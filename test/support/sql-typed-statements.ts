/** Statements as a SQL Server receives them: text, and parameters with the types the driver declares. */
import type { Request } from 'mssql';
import { bindParameter } from '../../src/sql/dialects/sqlserver-values.ts';
import { type Answers, type NotedStatement, noteStatements } from './booking-statements.ts';

export type { Answers, NotedStatement };
export { noteStatements };

/** `@1 nvarchar(max) = [{"id":1}]`, one line per parameter, then the text broken at its clauses. */
export function renderStatement({ sql, parameters }: NotedStatement): string {
  const declared = parameters.map((value, index) => `-- @${index + 1} ${declare(value)}`);
  return [...declared, breakAtClauses(sql)].join('\n');
}

interface SizedType {
  readonly type: { readonly declaration: string };
  readonly length?: number;
  readonly scale?: number;
}
/** Types without a size are given to the driver as their factory. */
type DeclaredType = SizedType | { readonly declaration: string };

/** Asks the driver's own binding what it would declare. */
function declare(value: unknown): string {
  let line = '';
  const request = {
    input: (_name: string, type: DeclaredType, bound: unknown) => {
      line = `${nameOf(type)} = ${bound instanceof Date ? bound.toISOString() : String(bound)}`;
    },
  };
  bindParameter(request as unknown as Request, 'p', value);
  return line;
}

function nameOf(type: DeclaredType): string {
  if (!('type' in type)) return type.declaration;
  const { length, scale } = type;
  return `${type.type.declaration}(${length === undefined ? scale : length > 8000 ? 'max' : length})`;
}

const CLAUSES =
  /\s(?=(?:OUTPUT|FROM|INNER JOIN|LEFT JOIN|WHERE|ORDER BY|GROUP BY|SET|AND|WHEN|SELECT|UPDATE|ON|VALUES)\b)/g;

function breakAtClauses(sql: string): string {
  return sql.replace(CLAUSES, '\n  ');
}
