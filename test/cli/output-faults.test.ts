// Every call by which a command writes its output may fail, and it may be killed before any of them: the output is whole or not there, a file
// that was there before stays or is replaced by a whole one, the input is as it was, and nothing else stays behind. Oracle: the output of the
// same command without a fault. A selection here; all calls, with each error, in the long form.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plainImage } from '../support/fits.ts';
import { type Ending, each, type Fault, some, vignetWithFault } from '../support/system-faults.ts';
import { vignet } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'vignet-output-faults-'));
const output = join(folder, 'out');
const written = join(output, 'new.fits');
const input = join(folder, 'image.fits');
const image = plainImage(200, 150);
const OLD = 'what was there before';

const region = ['--circle', '53 -27 0.004'];
/** By each way of writing: a stream of chunks, and windows of a file in any order. */
const commands = {
  'cutout of a file': ['cutout', input, ...region, '-o', written],
  'mosaic of a file': ['mosaic', input, ...region, '--pixscale', '0.3', '-o', written],
  'cutout over another file': ['cutout', input, ...region, '-o', written, '--force'],
};
type Command = keyof typeof commands;

/** More of each than there are: the last ones do not happen, and the command succeeds. */
const faults: readonly Fault[] = [
  ...each('write', 6),
  ...each('pwrite64', 4),
  ...each('link', 1),
  ...each('rename', 1),
  ...each('unlink', 2),
  ...each('ftruncate', 1),
  ...each('open,openat', 1, output),
];
const whole = new Map<Command, Buffer>();

const long = Boolean(process.env.VIGNET_LONG);
const endings: readonly Ending[] = ['ENOSPC', 'EIO', 'EACCES', 'SIGKILL'];
const all = (Object.keys(commands) as Command[]).flatMap((command) =>
  faults.flatMap((fault) =>
    endings.map((ending) => ({ command, fault, ending, name: `${fault.call} ${fault.nth}` })),
  ),
);
const isWritten = ({ call }: Fault) => /^(write|pwrite64|link|rename|ftruncate)$/.test(call);
const chosen = long
  ? all
  : some(
      all.filter(({ fault }) => isWritten(fault)),
      17,
    );

function begin(command: Command): void {
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output);
  if (commands[command].includes('--force')) writeFileSync(written, OLD);
}

beforeAll(async () => {
  writeFileSync(input, image);
  for (const command of Object.keys(commands) as Command[]) {
    begin(command);
    expect((await vignet(commands[command])).code).toBe(0);
    whole.set(command, readFileSync(written));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(chosen)('$command, $name: $ending', async ({ command, fault, ending }) => {
  begin(command);
  const { code, said } = await vignetWithFault(commands[command], fault, ending);
  expect(readFileSync(input).equals(image)).toBe(true);
  const left = readdirSync(output);
  const got = left.includes('new.fits') ? readFileSync(written) : undefined;
  if (code === 0 || !got) expect(Boolean(got)).toBe(code === 0);
  // Whole, or what was there; after the last rename a command may still fail.
  if (got?.toString() !== OLD)
    expect(got === undefined || got.equals(whole.get(command) as Buffer)).toBe(true);
  if (code === 1) expect(said).toMatch(/^vignet: .*\[[A-Z_]+\]\n$/);
  // A process that is killed, or cannot remove a file, leaves its draft, which no one takes for the output.
  const drafts = left.filter((name) => name !== 'new.fits');
  if (code < 0 || fault.call === 'unlink')
    expect(drafts.every((name) => /^\.new\.fits\..*\.part$/.test(name))).toBe(true);
  else expect(drafts).toEqual([]);
}, 60_000);
