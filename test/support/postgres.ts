// A PostgreSQL server of a test's own: Debian's binaries, a private socket, no port. Nothing of it is left when the test ends.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const INSTALLED = '/usr/lib/postgresql';
const OLDEST = 15;
/** Its owner: everybody may be it who reaches the socket, which lies in a folder that only this user can enter. */
const OWNER = 'vignet';

export interface TestPostgres {
  /** A new empty database, as `postgresql://` URL. */
  database(): string;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

/** The programs of the newest server that is installed. A machine without one fails the test. */
function programs(): string {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED).map(Number) : [];
  const newest = Math.max(0, ...versions.filter(Number.isInteger));
  if (newest >= OLDEST) return join(INSTALLED, String(newest), 'bin');
  throw new Error(
    `expected PostgreSQL ${OLDEST} or later in ${INSTALLED}; run: apt-get install postgresql-15`,
  );
}

/** PostgreSQL refuses to run as root: then it runs as Debian's `postgres`. The kernel ends it if the test is killed. */
function wrapper(isRoot: boolean): string[] {
  const user = ['--reuid=postgres', '--regid=postgres', '--clear-groups'];
  return ['setpriv', '--pdeathsig', 'QUIT', ...(isRoot ? user : [])];
}

const idOf = (flag: '-u' | '-g') => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));

/** Starts a server. Text is sorted by the rules of English there, so that a statement that needs another order must say so. */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<TestPostgres> {
  const bin = programs();
  const folder = mkdtempSync(join(tmpdir(), 'vignet-pg-'));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(folder, idOf('-u'), idOf('-g'));
  const as = (program: string, args: readonly string[]) => {
    const [command = '', ...rest] = [...wrapper(isRoot), join(bin, program), ...args];
    return [command, rest] as const;
  };
  const options = { cwd: folder, env: { ...process.env, LC_ALL: 'C' } };
  const data = join(folder, 'data');
  const english = ['--locale=C', '--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en'];
  execFileSync(...as('initdb', ['-D', data, '-U', OWNER, '--auth=trust', '--no-sync', ...english]), {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const given = { listen_addresses: '', fsync: 'off', shared_buffers: '32MB', ...settings };
  const flags = Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(...as('postgres', ['-D', data, '-k', folder, ...flags]), {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => {
    server.once('exit', () => resolve());
  });
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: server.stderr }).on('line', (line) => {
      if (said.length < 100) said.push(line);
      if (line.includes('ready to accept connections')) resolve();
    });
    server.once('error', reject);
    void ended.then(() => reject(new Error(`PostgreSQL did not start:\n${said.join('\n')}`)));
  });
  let databases = 0;
  return {
    database() {
      databases += 1;
      const name = `test${databases}`;
      execFileSync(join(bin, 'createdb'), ['-h', folder, '-U', OWNER, name]);
      return `postgresql://${OWNER}@/${name}?host=${encodeURIComponent(folder)}`;
    },
    async stop() {
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
