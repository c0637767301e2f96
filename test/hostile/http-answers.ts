// What every answer of the service must be, whatever was asked.
import { sodaText } from '../../src/vo/soda/errors.ts';
import type { Sent } from './http-requests.ts';
import type { Exchange, Reply } from './raw.ts';

/** Folders, stacks and files of source code: no answer names them. */
const inside =
  /\/root\/|\/home\/|\/work\/|\/tmp\/|node_modules|\.vignet\/|\bat (?:async )?[\w.<>]+ \(|\.(?:[cm]?[jt]s|cc|h):\d+/;

/** As `Label: sentence` or as a VOTable whose QUERY_STATUS is ERROR: what a protocol's error looks like. */
function inItsForm({ body, headers }: Reply, mediaType: string): boolean {
  const text = body.toString();
  if (!headers['content-type']?.startsWith(mediaType)) return false;
  if (mediaType === sodaText.mediaType) return /^[A-Za-z]+: [^\n]{3,2000}\n$/.test(text);
  return text.includes('name="QUERY_STATUS" value="ERROR"');
}

/** What is wrong with an answer; undefined if nothing is. */
export function wrongWith(
  { bytes, reply, left }: Exchange,
  { errors, method, broken }: Sent,
): string | undefined {
  // Who hangs up before the answer has left the service, which is how bytes that may be no request are sent.
  if (broken && !reply && /^(?:HTTP\/1\.1 100 |$)/.test(bytes.toString('latin1', 0, 20))) return undefined;
  if (!reply) return `no answer: ${JSON.stringify(bytes.toString('latin1', 0, 200))}`;
  const { status, headers, body, complete } = reply;
  const leak = inside.exec(status >= 400 || body.length < 100_000 ? bytes.toString('latin1') : '');
  if (leak) return `names ${leak[0]}`;
  if (status === 503) return headers['retry-after'] ? undefined : '503 without Retry-After';
  if (status >= 500 && status !== 501 && status !== 505)
    return `${status} ${body.toString('latin1', 0, 300)}`;
  if (broken || left || method === 'HEAD') return undefined;
  if (!complete) return `${status}, cut short at ${body.length} bytes of ${headers['content-length']}`;
  if (status >= 400 && errors && !inItsForm(reply, errors))
    return `${status} not in its form: ${headers['content-type']} ${body.toString('latin1', 0, 300)}`;
  return undefined;
}
