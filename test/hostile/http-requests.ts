// Random requests for every service that is declared: half sense, half nonsense. What a parameter takes is known from its declaration and
// from the examples of the services, so that a new service is covered when it is in `services.ts`.
import fc from 'fast-check';
import type { Operation, Service, ServiceExample } from '../../src/service/kit/index.ts';
import type { Sample } from '../../src/service/ports.ts';
import type { Parameter } from '../../src/vo/dali/parameter.ts';
import { requestBytes } from './raw.ts';

type Pair = readonly [name: string, value: string];

export interface Sent {
  readonly bytes: Buffer;
  readonly method: string;
  /** Media type of the service's errors; none where the request is of no service. */
  readonly errors: string | undefined;
  /** Some bytes of the request are not what a client would send. */
  readonly broken: boolean;
}

const oddNumbers = ['NaN', 'Inf', '-Inf', '1e999', '1e-320', '-0', '9007199254740993', '0x10', '1e', '360', '90.0000001', '180']; // biome-ignore format: a list
const oddTexts = ['', ' ', '+', "'", '"', '\\', '\u0000', '%00', '%', '../..', '/etc/passwd', 'file:///etc/passwd', '<script>', '\u202e', '😀', '__proto__', 'constructor', '{}', '[1]', 'null', '1,2', '١', '\r\nX-A: b', 'a'.repeat(300)]; // biome-ignore format: a list
const oddNames = [
  '__proto__',
  'constructor',
  'CIRCEL',
  'REQUEST',
  'VERSION',
  '',
  ' ',
  'ID ',
  'X'.repeat(100),
  'é',
];

const numberIn = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/g;

/** A value in which one number is another, or that is cut, doubled or filled with something odd. */
function bent(values: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const numbers = fc.oneof(
    fc.constantFrom(...oddNumbers),
    fc.double({ min: -1e3, max: 1e3, noNaN: true }).map(String),
    fc.integer({ min: -5, max: 5000 }).map(String),
  );
  const one = (value: string, at: number, by: string) => {
    const found = [...value.matchAll(numberIn)];
    const hit = found[at % Math.max(1, found.length)];
    return hit ? value.slice(0, hit.index) + by + value.slice(hit.index + hit[0].length) : by;
  };
  return fc.oneof(
    {
      weight: 5,
      arbitrary: fc.tuple(values, fc.nat(20), numbers).map(([value, at, by]) => one(value, at, by)),
    },
    { weight: 1, arbitrary: fc.tuple(values, fc.nat(60)).map(([value, at]) => value.slice(0, at)) },
    { weight: 1, arbitrary: fc.tuple(values, values).map((two) => two.join(' ')) },
    { weight: 1, arbitrary: fc.tuple(values, fc.constantFrom(...oddTexts)).map((two) => two.join('')) },
    { weight: 1, arbitrary: fc.constantFrom(...oddTexts) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  );
}

/** What the declaration says that the parameter takes, and what examples give it. */
function good(parameter: Parameter<unknown>, examples: readonly string[]): fc.Arbitrary<string> {
  const { values = [], bounds, example, default: standard } = parameter;
  const said = [example, ...values, ...examples, ...(standard === undefined ? [] : [standard])];
  const { min = -1e6, max = 1e6 } = bounds ?? {};
  const inside = fc.double({ min, max, noNaN: true }).map(String);
  const ends = fc.constantFrom(String(min), String(max));
  return bounds ? fc.oneof(fc.constantFrom(...said), inside, ends) : fc.constantFrom(...said);
}

/** Pairs of one operation: those of an example, some left out, and others of its parameters. */
function pairsOf({ parameters }: Operation, examples: readonly (readonly Pair[])[]): fc.Arbitrary<Pair[]> {
  const all = examples.flat();
  const pair = (parameter: Parameter<unknown>): fc.Arbitrary<Pair> => {
    const values = good(
      parameter,
      all.filter(([name]) => name === parameter.name).map(([, value]) => value),
    );
    const name = fc.oneof(
      { weight: 9, arbitrary: fc.constant(parameter.name) },
      { weight: 1, arbitrary: fc.mixedCase(fc.constant(parameter.name)) },
    );
    const value = fc.oneof({ weight: 3, arbitrary: values }, { weight: 1, arbitrary: bent(values) });
    return fc.tuple(name, value);
  };
  const declared = parameters.map((one) => ({ weight: 20, arbitrary: pair(one) }));
  const more = fc.oneof(...declared, {
    weight: Math.max(1, declared.length),
    arbitrary: fc.tuple(fc.constantFrom(...oddNames), fc.constantFrom(...oddTexts)),
  });
  const base = fc.constantFrom<readonly Pair[]>([], ...examples).chain((pairs) => {
    if (pairs.length === 0) return fc.constant([...pairs]);
    const whole = fc.constant([...pairs]);
    return fc.oneof({ weight: 3, arbitrary: whole }, { weight: 1, arbitrary: fc.subarray([...pairs]) });
  });
  return fc.tuple(base, fc.array(more, { maxLength: 4 })).map(([some, others]) => {
    // What comes later replaces what the example has, but sometimes both stay: a value too many.
    const given = new Set(others.filter((_, n) => n % 7 !== 6).map(([name]) => name.toUpperCase()));
    return [...some.filter(([name]) => !given.has(name)), ...others];
  });
}

const headers: fc.Arbitrary<Record<string, string>> = fc
  .array(
    fc.constantFrom<Record<string, string>>(
      { range: 'bytes=0-99' },
      { range: 'bytes=-5' },
      { range: 'bytes=1-0' },
      { range: `bytes=${' '.repeat(500)}-x` },
      { range: `bytes=${'0-0,'.repeat(200)}1-1` },
      { 'if-none-match': '*' },
      { 'if-match': '"x"' },
      { 'if-range': 'W/"x"', range: 'bytes=0-9' },
      { 'accept-encoding': 'gzip, br;q=0' },
      { accept: 'image/png' },
      { 'content-encoding': 'gzip' },
      { origin: 'http://evil.example' },
      { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example;proto=x' },
      { authorization: 'Bearer x' },
      { host: 'evil.example:99' },
      { expect: '100-continue' },
    ),
    { maxLength: 2 },
  )
  .map((list) => Object.assign({}, ...list));

const BOUNDARY = 'fuzzed';

function multipart(pairs: readonly Pair[], { parameters }: Operation): string {
  const uploads = new Set(parameters.filter(({ upload }) => upload).map(({ name }) => name));
  const part = ([name, value]: Pair) => {
    const safe = name.replaceAll(/[\r\n"]/g, '');
    const file = uploads.has(name) ? '; filename="a.xml"' : '';
    return `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${safe}"${file}\r\n\r\n${value}\r\n`;
  };
  return `${pairs.map(part).join('')}--${BOUNDARY}--\r\n`;
}

function bytesOf(
  operation: Operation,
  target: string,
  pairs: readonly Pair[],
  transport: 'GET' | 'HEAD' | 'form' | 'multipart',
  more: Record<string, string>,
): Buffer {
  const query = new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString();
  if (transport === 'form')
    return requestBytes(
      'POST',
      target,
      { 'content-type': 'application/x-www-form-urlencoded', ...more },
      query,
    );
  if (transport === 'multipart') {
    const type = `multipart/form-data; boundary=${BOUNDARY}`;
    return requestBytes('POST', target, { 'content-type': type, ...more }, multipart(pairs, operation));
  }
  return requestBytes(transport, `${target}?${query}`, more);
}

/** Bytes put in, taken away, doubled or turned into others, most often where the request begins. */
function broken(
  bytes: Buffer,
  edits: readonly (readonly [where: number, how: number, by: number])[],
): Buffer {
  let made = bytes;
  for (const [where, how, by] of edits) {
    const at = where % Math.max(1, how % 2 ? made.length : Math.min(made.length, 120));
    const [before, after] = [made.subarray(0, at), made.subarray(at)];
    const odd = Buffer.from([by]);
    if (how < 4) made = Buffer.concat([before, odd, after.subarray(1)]);
    else if (how < 6) made = Buffer.concat([before, odd, after]);
    else if (how < 8) made = Buffer.concat([before, after.subarray(by)]);
    else made = Buffer.concat([before, after.subarray(0, by), after]);
  }
  return made;
}

/** Addresses of an operation below its service's: of examples, and with odd texts in its parts. */
function endpointsOf({ url }: Operation, examples: readonly ServiceExample[]): fc.Arbitrary<string> {
  const known = examples.map(({ endpoint = url }) => endpoint);
  const odd = fc.constantFrom(...oddTexts).map((text) => url.replaceAll(/:\w+/g, encodeURIComponent(text)));
  return known.length === 0 ? odd : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, odd);
}

/** A request of one operation, whole or broken. */
function operationRequest(
  service: Service,
  operation: Operation,
  samples: readonly Sample[],
): fc.Arbitrary<Sent> {
  const form = new RegExp(`^${operation.url.replaceAll(/:\w+/g, '[^/]+')}$`);
  const [{ url: usual }] = service.operations;
  const own = service.examples(samples).filter(({ endpoint = usual }) => form.test(endpoint));
  const examples = own.map(({ parameters }) => parameters);
  const whole = fc.record({
    path: fc.constantFrom(service.path, ...(service.aliases ?? [])),
    endpoint: endpointsOf(operation, own),
    pairs: pairsOf(operation, examples),
    transport: fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'form', 'multipart'),
    more: headers,
    edits: fc.oneof(
      { weight: 5, arbitrary: fc.constant([]) },
      {
        weight: 1,
        arbitrary: fc.array(fc.tuple(fc.nat(5000), fc.nat(9), fc.nat(255)), { minLength: 1, maxLength: 3 }),
      },
    ),
  });
  return whole.map(({ path, endpoint, pairs, transport, more, edits }) => ({
    bytes: broken(bytesOf(operation, `/api/${path}${endpoint}`, pairs, transport as 'GET', more), edits),
    method: transport === 'form' || transport === 'multipart' ? 'POST' : transport,
    errors: service.errors.mediaType,
    broken: edits.length > 0,
  }));
}

/** A request of any path that the API description names, or beside it. */
function otherRequest(paths: readonly string[]): fc.Arbitrary<Sent> {
  const tails = ['', '/', '/..', '/%2e%2e/x', '?x=<script>', '?__proto__=1', '%00', '%zz', '//', '/docs/static/..%2f..%2fpackage.json']; // biome-ignore format: a list
  return fc
    .tuple(
      fc.constantFrom('GET', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'TRACE', 'PROPFIND'),
      fc.constantFrom(...paths),
      fc.constantFrom(...tails),
      headers,
    )
    .map(([method, path, tail, more]) => ({
      bytes: requestBytes(method, path + tail, more),
      method,
      errors: undefined,
      broken: false,
    }));
}

export function anyRequest(
  services: readonly Service[],
  samples: readonly Sample[],
  paths: readonly string[],
): fc.Arbitrary<Sent> {
  return fc.oneof(
    ...services.flatMap((service) =>
      service.operations.map((operation) => ({
        weight: 4,
        arbitrary: operationRequest(service, operation, samples),
      })),
    ),
    { weight: 1, arbitrary: otherRequest(paths) },
  );
}
