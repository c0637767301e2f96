// The package as a user has it: packed, and installed by npm in an empty folder.
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

export const root = resolve(import.meta.dirname, '../..');
const execute = promisify(execFile);

export interface Installed {
  /** The folder in which the package was installed. */
  readonly folder: string;
  /** The tarball. */
  readonly tarball: string;
  /** Paths in the tarball. */
  readonly files: readonly string[];
  /** Runs a program there; its standard output. Rejects where it ends with another code than 0. */
  run(command: string, ...args: string[]): Promise<string>;
  /** Copies the addon of this checkout to where `vignet build` would have put it. */
  takeAddon(): void;
  remove(): void;
}

/** Needs dist/ and what npm needs to install the dependencies: its cache, which `npm ci` has filled, or a registry. */
export async function installed(): Promise<Installed> {
  // Not below the checkout, whose node_modules would be found.
  const folder = mkdtempSync(join(tmpdir(), 'vignet-package-'));
  const run = async (command: string, ...args: string[]): Promise<string> => {
    const { VIGNET_ARCHIVE: _, ...env } = process.env;
    const { stdout } = await execute(command, args, { cwd: folder, env, maxBuffer: 1 << 26 });
    return stdout;
  };
  const pack = await execute(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, '--loglevel=error'],
    { cwd: root, maxBuffer: 1 << 26 },
  );
  const [packed] = Object.values(
    JSON.parse(pack.stdout) as Record<string, { filename: string; files: { path: string }[] }>,
  );
  if (!packed) throw new Error('npm pack made nothing');
  const tarball = join(folder, packed.filename);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  await run('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', tarball);
  return {
    folder,
    tarball,
    files: packed.files.map(({ path }) => path),
    run,
    takeAddon: () => {
      const release = join(folder, 'node_modules/vignet/build/Release');
      mkdirSync(release, { recursive: true });
      copyFileSync(join(root, 'build/Release/vignet.node'), join(release, 'vignet.node'));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
