// Lets Node run bench/*.ts as they are, with src/*.ts taken from dist: what is measured is what is shipped.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = new URL('../../', import.meta.url).href;

export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  const compiled = resolved.url.startsWith(`${root}src/`) && resolved.url.endsWith('.ts');
  if (!compiled) return resolved;
  return { ...resolved, url: resolved.url.replace(`${root}src/`, `${root}dist/`).replace(/\.ts$/, '.js') };
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const text = await readFile(fileURLToPath(url), 'utf8');
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  return {
    format: 'module',
    source: ts.transpileModule(text, { compilerOptions }).outputText,
    shortCircuit: true,
  };
}
