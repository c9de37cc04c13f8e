import { decode, encode } from 'html-entities';
import { convert } from 'html-to-text';
import type { StoredBody } from './model.ts';
import { badRequest } from './wire.ts';

/** Exchange keeps HTML and writes it its own way; what comes back is never byte for byte what was sent. */
const HEAD = '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">';

const crlf = (text: string): string => text.replace(/\r\n?|\n/g, '\r\n');

/** A `body` of a request. */
export function readBody(value: unknown): StoredBody {
  if (value === null) return { kind: 'html', content: '' };
  const { contentType, content } = (typeof value === 'object' ? value : {}) as {
    contentType?: unknown;
    content?: unknown;
  };
  const kind = typeof contentType === 'string' ? contentType.toLowerCase() : 'text';
  if (
    (kind !== 'text' && kind !== 'html') ||
    (content !== null && content !== undefined && typeof content !== 'string')
  ) {
    throw badRequest("'body' needs a contentType of text or html and a string content.", 'RequestBodyRead');
  }
  return { kind, content: crlf(content ?? '') };
}

function htmlOf(body: StoredBody): string {
  if (body.content === '') return '';
  if (body.kind === 'text') {
    const lines = encode(body.content, { mode: 'specialChars' }).replaceAll('\r\n', '<br>\r\n');
    return `${HEAD}<meta name="Generator" content="Microsoft Exchange Server">\r\n<!-- converted from text --></head>\r\n<body>\r\n<font size="2"><span style="font-size:11pt;"><div class="PlainText">${lines}</div></span></font>\r\n</body>\r\n</html>\r\n`;
  }
  if (/<html[\s>]/i.test(body.content)) return body.content.replace(/<head>(?!\r\n<meta http-equiv)/i, HEAD.slice(6));
  return `${HEAD}\r\n</head>\r\n<body>\r\n${body.content}\r\n</body>\r\n</html>\r\n`;
}

function plainOf(body: StoredBody): string {
  if (body.kind === 'text') return body.content;
  if (!/[<&]/.test(body.content)) return body.content;
  return crlf(decode(convert(body.content, { wordwrap: false, selectors: [{ selector: 'img', format: 'skip' }] })));
}

/** The body in the form asked for; text ends with a line break. */
export function renderBody(body: StoredBody, kind: 'text' | 'html'): { contentType: string; content: string } {
  if (kind === 'html') return { contentType: 'html', content: htmlOf(body) };
  const plain = plainOf(body);
  return { contentType: 'text', content: plain === '' || plain.endsWith('\r\n') ? plain : `${plain}\r\n` };
}

/** About 255 characters of plain text. */
export function previewOf(body: StoredBody): string {
  if (body.content === '') return '';
  const start = body.kind === 'text' ? body.content.slice(0, 1_000) : plainOf(body);
  return start.replace(/\s+/g, ' ').trim().slice(0, 255);
}
