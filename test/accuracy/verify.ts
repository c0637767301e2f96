// What fitsverify says of files.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Errors and warnings of each file, without the numbers of keywords: the same finding in two files is the same text. */
export async function verify(paths: readonly string[]): Promise<Map<string, string[]>> {
  const { stdout } = await run('fitsverify', [...paths], { maxBuffer: 1 << 28 }).catch(
    (failure: { stdout: string }) => failure,
  );
  const found = new Map<string, string[]>();
  for (const report of stdout.split(/^File: /m).slice(1)) {
    const path = paths.find((one) => report.startsWith(one)) ?? '';
    const findings = report.match(/^\*\*\* (Warning|Error):.*\n( {13}.*\n)*/gm) ?? [];
    const texts = findings.map((text) =>
      text
        .replace(/\s+/g, ' ')
        .replace(/Keyword #\d+, /, '')
        .trim(),
    );
    found.set(path, texts);
  }
  const unread = paths.filter((path) => !found.has(path));
  if (unread.length > 0) throw new Error(`fitsverify did not read ${unread}: ${stdout.slice(-500)}`);
  return found;
}
