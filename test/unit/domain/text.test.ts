import fc from 'fast-check';
import {
  cutBody,
  cutBytes,
  cutCodePoints,
  plainText,
  settled,
  squashBody,
  tidyBody,
  tidyTitle,
  toPlain,
} from '../../../src/domain/text.ts';

/** Texts with everything that makes texts difficult. */
const texts = fc
  .array(
    fc.constantFrom(
      ...[
        'a',
        'å',
        'e\u0301',
        '🌷',
        '👩‍👩‍👧',
        ' ',
        '\u00a0',
        '\t',
        '\n',
        '\n\n\n',
        '\r\n',
        '&',
        '&amp;',
        '&lt;',
        '<',
        '>',
      ],
      ...['<b>', '</p>', '<br>', '…', '\u0000', '\ud83c', '\udf37', 'Møte ', '-'],
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));
const limits = fc.integer({ min: 1, max: 40 });
const points = (text: string) => Array.from(text).length;

describe('HTML', () => {
  test('S12: no tags, no script or style text, entities decoded once', () => {
    expect(plainText('<p>A&amp;B<br>C</p><script>x</script>')).toEqual({ text: 'A&B\nC' });
    expect(plainText('<style>p{}</style><p>&amp;lt;</p>').text).toBe('&lt;');
  });

  test('S112: a converter that throws leaves the original text and a warning', () => {
    const broken = () => {
      throw new RangeError('too deep');
    };
    expect(plainText('<p>x</p>', broken)).toEqual({ text: '<p>x</p>', warning: 'HTML to text conversion failed' });
  });

  test('keeps headings and table cells as they are written, drops images', () => {
    const html = '<h1>Sakliste</h1><table><tr><th>Nr</th><td>1</td></tr></table><img src="data:image/png;base64,AAAA">';
    expect(plainText(html).text).toMatch(/^Sakliste\n+Nr *1$/);
  });

  test('long lines are not wrapped', () => {
    expect(plainText(`<p>${'ord '.repeat(100)}slutt</p>`).text).not.toContain('\n');
  });

  test.each([
    ['<p>Hei</p>', 'Hei'],
    ['&lt;p&gt;Hei&lt;/p&gt;', 'Hei'],
    ['5 &lt; 7', '5 < 7'],
    ['Skriv til <ola@fjordvik.example>', 'Skriv til <ola@fjordvik.example>'],
    ['a <bold> move', 'a <bold> move'],
    ['&#8211; &oslash;', '– ø'],
  ])('%j is plainly %j', (raw, plain) => {
    expect(toPlain(raw)).toBe(plain);
  });

  test('hostile texts are read in linear time (quadratic would exceed the time limit of a test)', () => {
    const hostile = '<a '.repeat(200_000);
    expect(toPlain(hostile)).toBe(hostile);
    expect(tidyBody(`${' '.repeat(400_000)}x`)).toBe('x');
  });
});

describe('tidy texts', () => {
  test('a body keeps its paragraphs and loses what Exchange adds', () => {
    expect(tidyBody('\r\n  Sak 1 \t\r\n\r\n\r\n\r\nSak\u00a02\u200b\r\n\u0007')).toBe('Sak 1\n\nSak 2');
  });

  test('a title is one trimmed line', () => {
    expect(tidyTitle('\t Årsmøte\r\n\u00a0 2027 \u0000')).toBe('Årsmøte 2027');
  });

  test('half an emoji becomes a replacement character, which JSON can carry', () => {
    expect(tidyTitle('a\ud83c')).toBe('a\ufffd');
    expect(tidyBody('\udf37a')).toBe('\ufffda');
  });

  test('tidying twice changes nothing more', () => {
    const stays = (text: string) => {
      expect(tidyBody(tidyBody(text))).toBe(tidyBody(text));
      expect(tidyTitle(tidyTitle(text))).toBe(tidyTitle(text));
    };
    fc.assert(fc.property(texts, stays), { numRuns: 500 });
  });

  test('decoding comes to rest', () => {
    expect(settled('&amp;amp;lt;', toPlain)).toBe('<');
    const rests = (text: string) => expect(settled(settled(text, toPlain), toPlain)).toBe(settled(text, toPlain));
    fc.assert(fc.property(texts, rests), { numRuns: 500 });
  });
});

describe('cutting', () => {
  test('E24: no more code points than allowed, never half a character', () => {
    const fits = (text: string, limit: number) => {
      const cut = cutCodePoints(text.toWellFormed(), limit);
      expect(points(cut)).toBeLessThanOrEqual(limit);
      expect(cut.isWellFormed()).toBe(true);
      expect(text.toWellFormed().startsWith(cut)).toBe(true);
      expect(cutCodePoints(cut, limit)).toBe(cut);
    };
    fc.assert(fc.property(texts, limits, fits), { numRuns: 1000 });
  });

  test('E24: a letter goes with its accent, a family as a whole', () => {
    expect(cutCodePoints('abe\u0301d', 3)).toBe('ab');
    expect(cutCodePoints('ab👩‍👩‍👧', 5)).toBe('ab');
    expect(cutCodePoints('ab👩‍👩‍👧', 7)).toBe('ab👩‍👩‍👧');
    expect(cutCodePoints('👩‍👩‍👧', 2)).toBe('👩‍');
  });

  test('E25: no more bytes than allowed, never half a character', () => {
    const fits = (text: string, limit: number) => {
      const cut = cutBytes(text, limit);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
      expect(cut.isWellFormed()).toBe(true);
    };
    fc.assert(fc.property(texts, limits, fits), { numRuns: 1000 });
    expect(cutBytes('å'.repeat(26), 50)).toBe('å'.repeat(25));
    expect(cutBytes(`${'a'.repeat(49)}å`, 50)).toBe('a'.repeat(49));
    expect(cutBytes(`${'a'.repeat(47)}🌷`, 50)).toBe('a'.repeat(47));
  });

  test('E26: a body fits with its ellipsis, whatever its line breaks', () => {
    const fits = (text: string, limit: number) => {
      const tidy = tidyBody(text);
      const cut = cutBody(tidy, limit);
      expect(points(cut)).toBeLessThanOrEqual(Math.max(limit, 1));
      if (cut !== tidy) expect(cut.endsWith('…')).toBe(true);
      expect(cutBody(cut, limit)).toBe(cut);
    };
    fc.assert(fc.property(texts, limits, fits), { numRuns: 1000 });
  });

  test('E26: blank lines coming or going do not move the cut', () => {
    const sameCut = (text: string, limit: number) => {
      const tidy = tidyBody(text);
      expect(squashBody(cutBody(tidy, limit))).toBe(squashBody(cutBody(tidy.replace(/\n+/g, '\n'), limit)));
      expect(squashBody(cutBody(tidy, limit))).toBe(squashBody(cutBody(tidy.replace(/\n+/g, '\n\n'), limit)));
    };
    fc.assert(fc.property(texts, limits, sameCut), { numRuns: 1000 });
  });
});
