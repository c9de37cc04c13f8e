import type { ErrorFault, Fault } from './faults.ts';
import { type Answer, errorAnswer, Refusal } from './wire.ts';

/** How an answer reaches the client, or does not. */
export interface Delivery {
  readonly answer: Answer;
  /** Set when the answer is lost on the way. */
  readonly lost?: 'drop' | 'reset' | 'hang';
}

/** Turns a refusal into the answer of the request under way. */
export type Explain = (refusal: Refusal) => Answer;

const GATEWAY_PAGE =
  '<html><head><title>504 Gateway Time-out</title></head><body><h1>504 Gateway Time-out</h1></body></html>';

/** Whether a fault strikes before the effect, so that the effect never happens. */
export function strikesBefore(fault: Fault): boolean {
  return typeof fault === 'object' ? !fault.afterEffect : fault === 'drop-before' || fault === 'reset-before';
}

export function explainWith(requestId: string, clientRequestId: string, nowMs: number): Explain {
  return (refusal) => errorAnswer(refusal, requestId, clientRequestId, nowMs);
}

function htmlError(status: number): Answer {
  return { status, raw: { contentType: 'text/html', text: GATEWAY_PAGE } };
}

function errorOf(fault: ErrorFault): Refusal {
  const headers: Record<string, string> = {};
  if (fault.retryAfter !== undefined) headers['Retry-After'] = String(fault.retryAfter);
  return new Refusal(fault.status, fault.code, fault.message ?? `Injected ${fault.code}.`, { headers });
}

function cut(answer: Answer): Answer {
  const text = JSON.stringify(answer.json ?? {});
  const raw = { contentType: 'application/json', text: text.slice(0, Math.floor(text.length / 2)) };
  return { status: answer.status, headers: answer.headers ?? {}, raw };
}

/** What a fault leaves of an answer. */
export function spoil(fault: Fault, ready: Answer, explain: Explain): Delivery {
  if (typeof fault === 'object') {
    if (fault.body === 'html') return { answer: htmlError(fault.status) };
    const answer = explain(errorOf(fault));
    return { answer: fault.body === 'empty' ? { status: answer.status, headers: answer.headers ?? {} } : answer };
  }
  switch (fault) {
    case '504-after':
      return { answer: htmlError(504) };
    case 'cut':
      return { answer: cut(ready) };
    case 'hang':
      return { answer: ready, lost: 'hang' };
    case 'drop-before':
    case 'drop-after':
      return { answer: ready, lost: 'drop' };
    case 'reset-before':
    case 'reset':
      return { answer: ready, lost: 'reset' };
  }
}
