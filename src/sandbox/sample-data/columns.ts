/** Column types of the booking tables, in terms both engines know. */
export type ColumnKind =
  | { readonly kind: 'identity' }
  | { readonly kind: 'int' }
  | { readonly kind: 'decimal' }
  /** Wall-clock time without zone. */
  | { readonly kind: 'wall' }
  | { readonly kind: 'date' }
  /** Text of at most `length` characters; null = unlimited. */
  | { readonly kind: 'text'; readonly length: number | null };

export type Column = ColumnKind & {
  readonly nullable: boolean;
  readonly fallback?: number | string;
  /** Table whose `id` this column refers to. */
  readonly references?: string;
};

type Options = Partial<Pick<Column, 'nullable' | 'fallback' | 'references'>>;

export const identity: Column = { kind: 'identity', nullable: false };
export const int = (options: Options = {}): Column => ({ kind: 'int', nullable: false, ...options });
export const decimal = (options: Options = {}): Column => ({ kind: 'decimal', nullable: false, ...options });
export const wall = (options: Options = {}): Column => ({ kind: 'wall', nullable: false, ...options });
export const date = (options: Options = {}): Column => ({ kind: 'date', nullable: false, ...options });
export const text = (length: number | null, options: Options = {}): Column => ({
  kind: 'text',
  length,
  nullable: false,
  ...options,
});
export const to = (references: string, options: Options = {}): Column => int({ references, ...options });
