/** The part of OData's `$filter` that Outlook and Places understand, as a small expression tree. */
import { badRequest } from './wire.ts';

export type Operand = string | number | boolean | null;

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly inner: Filter }
  | { readonly kind: 'compare'; readonly path: string; readonly operator: string; readonly value: Operand }
  | { readonly kind: 'any'; readonly path: string; readonly variable: string; readonly inner: Filter };

const TOKEN = /\s*(?:'((?:[^']|'')*)'|([(),:])|([A-Za-z_][\w.]*(?:\/[A-Za-z_][\w.]*)*)|([-\d][\w:.+-]*))/y;
const OPERATORS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];
const FUNCTIONS = ['contains', 'startswith', 'endswith'];

interface Token {
  readonly kind: 'text' | 'sign' | 'word' | 'number';
  readonly text: string;
}

const unclear = (text: string) => badRequest(`Invalid filter clause: ${text}`, 'ErrorInvalidUrlQueryFilter');

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const kinds = ['text', 'sign', 'word', 'number'] as const;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (!match) throw unclear(text);
    const at = [1, 2, 3, 4].find((group) => match[group] !== undefined) as number;
    const raw = match[at] as string;
    tokens.push({ kind: kinds[at - 1] as Token['kind'], text: at === 1 ? raw.replaceAll("''", "'") : raw });
  }
  return tokens;
}

/** @throws Refusal 400 for what is not understood */
export function parseFilter(text: string): Filter {
  const tokens = tokensOf(text);
  let at = 0;
  const peek = (): string | undefined => (tokens[at]?.kind === 'text' ? undefined : tokens[at]?.text);
  const take = (): Token => {
    const token = tokens[at++];
    if (!token) throw unclear(text);
    return token;
  };
  const expect = (sign: string): void => {
    if (take().text !== sign) throw unclear(text);
  };

  function value(): Operand {
    const token = take();
    if (token.kind === 'text') return token.text;
    if (token.text === 'true' || token.text === 'false') return token.text === 'true';
    if (token.text === 'null') return null;
    if (token.kind !== 'number') throw unclear(text);
    return Number.isNaN(Number(token.text)) ? token.text : Number(token.text);
  }

  function primary(): Filter {
    if (peek() === '(') {
      take();
      const inner = either();
      expect(')');
      return inner;
    }
    const word = take();
    if (word.kind !== 'word') throw unclear(text);
    if (word.text === 'not') return { kind: 'not', inner: primary() };
    if (FUNCTIONS.includes(word.text)) return call(word.text);
    if (/\/any$/i.test(word.text)) return any(word.text.slice(0, -4));
    const operator = take().text;
    if (!OPERATORS.includes(operator)) throw unclear(text);
    return { kind: 'compare', path: word.text, operator, value: value() };
  }

  function call(operator: string): Filter {
    expect('(');
    const path = take().text;
    expect(',');
    const operand = value();
    expect(')');
    return { kind: 'compare', path, operator, value: operand };
  }

  function any(path: string): Filter {
    expect('(');
    const variable = take().text;
    expect(':');
    const inner = either();
    expect(')');
    return { kind: 'any', path, variable, inner };
  }

  function both(): Filter {
    let left = primary();
    while (peek() === 'and') {
      take();
      left = { kind: 'and', left, right: primary() };
    }
    return left;
  }

  function either(): Filter {
    let left = both();
    while (peek() === 'or') {
      take();
      left = { kind: 'or', left, right: both() };
    }
    return left;
  }

  const filter = either();
  if (at < tokens.length) throw unclear(text);
  return filter;
}

/** How the paths of a filter are looked up. */
export interface FilterSubject {
  /** The value of a path, `undefined` when there is no such property: the filter is refused. */
  value(path: string): unknown;
  /** Elements of a collection for `any`. */
  elements(path: string): readonly FilterSubject[];
}

const comparable = (value: unknown, path: string): string | number => {
  if (/dateTime$/i.test(path)) return Date.parse(/Z$|[+-]\d\d:\d\d$/.test(String(value)) ? String(value) : `${value}Z`);
  return typeof value === 'number' ? value : String(value).toLowerCase();
};

function compare(actual: unknown, operator: string, wanted: Operand, path: string): boolean {
  if (operator === 'eq' && (wanted === null || actual === null)) return actual === wanted;
  if (operator === 'ne' && (wanted === null || actual === null)) return actual !== wanted;
  const left = comparable(actual, path);
  const right = comparable(wanted, path);
  switch (operator) {
    case 'eq':
      return left === right;
    case 'ne':
      return left !== right;
    case 'gt':
      return left > right;
    case 'ge':
      return left >= right;
    case 'lt':
      return left < right;
    case 'le':
      return left <= right;
    case 'contains':
      return String(left).includes(String(right));
    case 'startswith':
      return String(left).startsWith(String(right));
    default:
      return String(left).endsWith(String(right));
  }
}

/** Whether a subject passes a filter. Texts compare without regard to case. */
export function passes(filter: Filter, subject: FilterSubject): boolean {
  switch (filter.kind) {
    case 'and':
      return passes(filter.left, subject) && passes(filter.right, subject);
    case 'or':
      return passes(filter.left, subject) || passes(filter.right, subject);
    case 'not':
      return !passes(filter.inner, subject);
    case 'any':
      return subject.elements(filter.path).some((element) => passes(filter.inner, scoped(element, filter.variable)));
    case 'compare': {
      const actual = subject.value(filter.path);
      if (actual === undefined)
        throw badRequest(`The property '${filter.path}' cannot be filtered.`, 'ErrorInvalidUrlQueryFilter');
      return compare(actual, filter.operator, filter.value, filter.path);
    }
  }
}

/** Inside `any(ep: …)` paths start with the variable. */
function scoped(element: FilterSubject, variable: string): FilterSubject {
  return {
    value: (path) => element.value(path === variable ? '' : path.slice(variable.length + 1)),
    elements: (path) => element.elements(path.slice(variable.length + 1)),
  };
}
