// Saxes, an XML parser of its own, reads back what is written.
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { expect, it } from 'vitest';
import { el, xmlDocument } from '../../src/vo/dali/xml.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: the set is the point
const impossible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/gu;

it('any text is well-formed and reads back, but for characters XML cannot hold', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      let read = '';
      const parser = new SaxesParser();
      parser.on('text', (piece) => {
        read += piece;
      });
      parser.on('error', (error) => {
        throw error;
      });
      parser.write(xmlDocument(el('a', { b: text }, '[', text, ']'))).close();
      expect(read.trim()).toBe(`[${text.replace(impossible, '\ufffd')}]`);
    }),
  );
});
