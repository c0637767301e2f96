/** The parameters of a request, from query string and form, as they came. */

import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import '@fastify/multipart';
import { usageError, VignetError } from '../../base/errors.ts';
import type { Pairs } from '../../vo/dali/parameter.ts';

/** What the form parser leaves in `request.body`. */
export interface FormBody {
  readonly pairs: Pairs;
}

export function parseForm(text: string): { pairs: Pairs } {
  return { pairs: [...new URLSearchParams(text)] };
}

function fromQuery(request: FastifyRequest): Pairs {
  const url = request.raw.url ?? '';
  const at = url.indexOf('?');
  return at < 0 ? [] : [...new URLSearchParams(url.slice(at + 1))];
}

/** The text of a file, as a value. */
async function textOf(part: MultipartFile): Promise<string> {
  return new TextDecoder('utf-8').decode(await part.toBuffer());
}

async function fromMultipart(request: FastifyRequest, files: boolean): Promise<Pairs> {
  const pairs: [string, string][] = [];
  try {
    for await (const part of request.parts()) {
      if (part.type === 'file') {
        if (files) {
          pairs.push([part.fieldname, await textOf(part)]);
          continue;
        }
        part.file.resume();
        throw usageError(
          'UNEXPECTED_FILE',
          `the part '${part.fieldname.slice(0, 40)}' is a file; only parameters are taken`,
        );
      }
      if (part.fieldnameTruncated || part.valueTruncated) {
        throw usageError(
          'BODY_TOO_LARGE',
          `the part '${part.fieldname.slice(0, 40)}' is larger than this service takes`,
        );
      }
      pairs.push([part.fieldname, String(part.value)]);
    }
  } catch (error) {
    if (error instanceof VignetError || (error as { code?: string }).code?.startsWith('FST_')) throw error;
    throw usageError('BAD_MULTIPART', 'the multipart body is not well-formed or not complete', {
      cause: error,
    });
  }
  return pairs;
}

/** Query string and form are merged, as DALI asks. `files`: the text of files is taken as values. Throws VignetError usage. */
export async function requestPairs(request: FastifyRequest, files = false): Promise<Pairs> {
  const query = fromQuery(request);
  if (request.method !== 'POST') return query;
  if (request.isMultipart()) return [...query, ...(await fromMultipart(request, files))];
  return [...query, ...((request.body as FormBody | undefined | null)?.pairs ?? [])];
}
