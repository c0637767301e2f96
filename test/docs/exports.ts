// The exports of src/index.ts and the examples in their doc comments.
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './blocks.ts';

export interface Example {
  /** Such as `parsePos` or, for the second of an export, `parsePos 2`. */
  readonly name: string;
  readonly text: string;
}

/** Options of this project, for programs that import it by its name. */
export function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  return { ...options, paths: { vignet: [join(root, 'src/index.ts')] } };
}

function codeOf(tag: string, name: string): string {
  const [, code] = /^```ts\n([\s\S]*?)\n```$/.exec(tag.trim()) ?? [];
  if (code === undefined) throw new Error(`expected the example of ${name} to be one fenced block of ts`);
  return code;
}

/** Texts of the @example tags of a symbol's declarations; of `export * as name`, of that statement. */
function exampleTags({ declarations = [] }: ts.Symbol): string[] {
  return declarations
    .flatMap((node) => ts.getJSDocTags(ts.isNamespaceExport(node) ? node.parent : node))
    .filter(({ tagName }) => tagName.text === 'example')
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '');
}

export interface Exports {
  /** For compiling examples without reading the sources again. */
  readonly program: ts.Program;
  /** Every export of src/index.ts by its name, with its examples. */
  readonly examples: ReadonlyMap<string, readonly Example[]>;
}

/** Throws where an example is no fenced block. */
export function exportsOfLibrary(): Exports {
  const index = join(root, 'src/index.ts');
  const program = ts.createProgram([index], compilerOptions());
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(index);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error('src/index.ts exports nothing');
  const examples = checker.getExportsOfModule(module).map((symbol): [string, Example[]] => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const tags = [...exampleTags(symbol), ...exampleTags(target)];
    return [
      symbol.name,
      tags.map((tag, n) => {
        const name = n ? `${symbol.name} ${n + 1}` : symbol.name;
        return { name, text: codeOf(tag, name) };
      }),
    ];
  });
  return { program, examples: new Map(examples) };
}
