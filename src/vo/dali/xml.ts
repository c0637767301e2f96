/** Writes small XML documents: elements are called, text is escaped, what comes out is well-formed. */

/** A piece of XML that is safe to embed. Only this file makes one. */
export class Xml {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Child = Xml | string | number | undefined | readonly Child[];

// Characters XML 1.0 cannot hold, however they are written.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the set is the point
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/gu;
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\r': '&#13;',
};

export function escapeXml(text: string): string {
  return text.replace(forbidden, '\ufffd').replace(/[&<>"'\r]/g, (character) => entities[character] ?? '');
}

function inner(child: Child): string {
  if (child === undefined) return '';
  if (child instanceof Xml) return child.text;
  if (typeof child === 'string' || typeof child === 'number') return escapeXml(String(child));
  return child.map(inner).join('');
}

/** An element. Attributes that are undefined are left out; text children and attribute values are escaped. */
export function el(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>> = {},
  ...children: Child[]
): Xml {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join('');
  const content = inner(children);
  return new Xml(content ? `<${name}${written}>${content}</${name}>` : `<${name}${written}/>`);
}

/** A whole document in UTF-8. */
export function xmlDocument(root: Xml, doctype = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${doctype}${root.text}\n`;
}
