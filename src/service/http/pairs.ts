/** The parameters of a request, from query string and form, as they came. */

import type { MultipartFile } from '@fastify/multipart';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { clip } from '../../base/clip.ts';
import '@fastify/multipart';
import { usageError, VignetError } from '../../base/errors.ts';
import { inTurns, type Steps } from '../../base/steps.ts';
import type { Pairs } from '../../vo/dali/parameter.ts';
import { tooManyParameters } from '../../vo/dali/values.ts';
import { inPieces } from './pieces.ts';

/** What the parsers of bodies leave in `request.body`: a form as it came, or the one value that the body is. */
export type Body = { readonly form: string } | { readonly pairs: Pairs };

/** What a request may bring. */
export interface FormLimits {
  /** Parameters, repetitions counted. */
  readonly maxParameters: number;
  /** Of the body, as it comes over the wire, whatever its type and framing. */
  readonly maxBytes: number;
  /** Whether the text of files is taken as values. */
  readonly files: boolean;
}

/** Characters of a form that are read in one step, and to the end of a parameter. */
const PIECE = 8_192;

/** Counted before anything is made of them. Throws VignetError usage TOO_MANY_PARAMETERS. */
export function* formSteps(text: string, maxParameters: number): Steps<Pairs> {
  let count = text === '' ? 0 : 1;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) count++;
  if (count > maxParameters) throw tooManyParameters(count, maxParameters);
  const pairs: (readonly [string, string])[] = [];
  for (let from = 0; from < text.length; ) {
    const next = text.indexOf('&', from + PIECE);
    const to = next < 0 ? text.length : next;
    // A question mark at the beginning would be taken for that of a URL, and left out.
    const piece = from === 0 ? text.slice(0, to) : `&${text.slice(from, to)}`;
    pairs.push(...new URLSearchParams(piece));
    yield to - from;
    from = to + 1;
  }
  return pairs;
}

function fromQuery(request: FastifyRequest, maxParameters: number): Steps<Pairs> {
  const url = request.raw.url ?? '';
  const at = url.indexOf('?');
  return formSteps(at < 0 ? '' : url.slice(at + 1), maxParameters);
}

const tooLarge = (maxBytes: number) =>
  usageError('BODY_TOO_LARGE', `expected a request body of at most ${maxBytes} bytes, received more`);

/**
 * Rejects once more than `maxBytes` of the body have come; until then it is pending. The multipart parser has limits on parts, none on
 * their sum.
 */
function bodyOver(request: FastifyRequest, maxBytes: number): Promise<never> {
  return new Promise((_, reject) => {
    let bytes = 0;
    request.raw.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) return;
      request.raw.unpipe();
      request.raw.pause();
      reject(tooLarge(maxBytes));
    });
  });
}

/** The text of a file, as a value. */
async function textOf(part: MultipartFile): Promise<string> {
  return new TextDecoder('utf-8').decode(await part.toBuffer());
}

async function readParts(request: FastifyRequest, files: boolean): Promise<Pairs> {
  const pairs: [string, string][] = [];
  try {
    for await (const part of inPieces(request).parts()) {
      // The parser's types do not say so, but a part may have no name.
      if (part.fieldname === undefined)
        throw usageError(
          'BAD_MULTIPART',
          'expected a name for each part of the multipart body, received a part without one',
        );
      if (part.type === 'file') {
        if (files) {
          pairs.push([part.fieldname, await textOf(part)]);
          continue;
        }
        part.file.resume();
        throw usageError(
          'UNEXPECTED_FILE',
          `expected a parameter in the part '${clip(part.fieldname, 40)}', received a file`,
        );
      }
      if (part.fieldnameTruncated || part.valueTruncated) {
        throw usageError(
          'BODY_TOO_LARGE',
          `the part '${clip(part.fieldname, 40)}' is larger than the limit; send fewer points`,
        );
      }
      pairs.push([part.fieldname, String(part.value)]);
    }
  } catch (error) {
    if (error instanceof VignetError || (error as { code?: string }).code?.startsWith('FST_')) throw error;
    throw usageError('BAD_MULTIPART', 'the multipart body is malformed or incomplete', {
      cause: error,
    });
  }
  return pairs;
}

async function fromMultipart(
  request: FastifyRequest,
  reply: FastifyReply,
  limits: FormLimits,
): Promise<Pairs> {
  const { maxBytes, files } = limits;
  try {
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const over = bodyOver(request, maxBytes);
    const parts = readParts(request, files);
    // The first one is reported; the other must not become an unhandled rejection.
    over.catch(() => undefined);
    parts.catch(() => undefined);
    return await Promise.race([parts, over]);
  } catch (error) {
    // The rest of the body is not read: the connection cannot be used again.
    reply.header('connection', 'close');
    throw error;
  }
}

/** Query string and form are merged, as DALI asks. Throws VignetError usage. */
export async function requestPairs(
  request: FastifyRequest,
  reply: FastifyReply,
  limits: FormLimits,
): Promise<Pairs> {
  const query = await inTurns(fromQuery(request, limits.maxParameters));
  if (request.method !== 'POST') return query;
  if (request.isMultipart()) return [...query, ...(await fromMultipart(request, reply, limits))];
  const body = (request.body as Body | undefined | null) ?? { pairs: [] };
  const sent = 'pairs' in body ? body.pairs : await inTurns(formSteps(body.form, limits.maxParameters));
  return [...query, ...sent];
}
