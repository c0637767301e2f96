// Error codes are checked by the compilers of both languages: what is marked here as an error must be one (tsc, by `npm run lint`).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CodeOf, VignetError } from '../../src/base/errors.ts';
import { plainError, toVignetError } from '../../src/base/to-vignet-error.ts';

/** How C++ compiles one statement that throws. */
function compileErrors(statement: string): string {
  const program = `#include "core/base/error.h"\nvoid test() { ${statement} }\n`;
  const { status, stderr } = spawnSync('c++', ['-std=c++20', '-fsyntax-only', '-Inative', '-x', 'c++', '-'], {
    cwd: join(import.meta.dirname, '../..'),
    input: program,
    encoding: 'utf8',
  });
  return status === 0 ? '' : stderr;
}

describe('error codes', () => {
  it('compile in TypeScript if they are listed under their kind', () => {
    const helper = (code: CodeOf<'usage'>) => new VignetError('usage', code, '');
    expect(helper('BAD_VALUE')).toMatchObject({ kind: 'usage', code: 'BAD_VALUE' });
    expect([
      // @ts-expect-error not listed
      new VignetError('usage', 'BAD_VALUES', ''),
      // @ts-expect-error listed under another kind
      new VignetError('data', 'BAD_VALUE', ''),
      // @ts-expect-error any word
      (code: string) => new VignetError('usage', code, ''),
      // @ts-expect-error a code of any kind
      (code: CodeOf<'usage' | 'data'>) => new VignetError('usage', code, ''),
    ]).toHaveLength(4);
  });

  it('compile in C++ if they are listed under their kind', () => {
    const wrong = 'codeIsNotListedUnderThisKindInErrorCodes';
    expect(compileErrors('throw vignet::Error(vignet::Kind::usage, "BAD_BOX", "…");')).toBe('');
    expect(compileErrors('throw vignet::Error(vignet::Kind::usage, "BAD_BOXES", "…");')).toContain(wrong);
    expect(compileErrors('throw vignet::Error(vignet::Kind::data, "BAD_BOX", "…");')).toContain(wrong);
  });

  it('come out of the addon as they are; what is not listed is INTERNAL', () => {
    const thrown = (kind: string, code: string) => Object.assign(new Error('why'), { kind, code });
    expect(plainError(thrown('data', 'BAD_TILE'))).toEqual({ kind: 'data', code: 'BAD_TILE', detail: 'why' });
    for (const other of [thrown('usage', 'BAD_TILE'), thrown('data', 'ENOENT'), new Error('why')])
      expect(toVignetError(other)).toMatchObject({ kind: 'fatal', code: 'INTERNAL', message: 'Error: why' });
  });
});
