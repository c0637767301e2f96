/** The configuration of the service: from the environment, checked once at start. */

import { envSchema } from 'env-schema';
import { type Static, Type } from 'typebox';
import { clip } from '../base/clip.ts';
import { usageError, type VignetError } from '../base/errors.ts';

const positive = (value: number, description: string) =>
  Type.Number({ default: value, exclusiveMinimum: 0, description });
const text = (value: string, description: string) => Type.String({ default: value, description });

/** One entry per environment variable. */
const schema = Type.Object({
  PORT: Type.Integer({
    default: 8080,
    minimum: 0,
    maximum: 65535,
    description: 'port to listen on; 0: any free port',
  }),
  HOST: text('127.0.0.1', 'address to listen on; 127.0.0.1: this machine only, 0.0.0.0: all addresses'),
  VIGNET_ARCHIVE: text('./archive', 'folder of the archive'),
  VIGNET_BASE_URL: text(
    '',
    'public base of the URLs in answers; empty: the name by which the request reached this machine',
  ),
  VIGNET_PATH_PREFIX: text('', 'path under which everything is served, such as /images'),
  VIGNET_TRUSTED_PROXIES: text(
    '',
    'addresses or networks (10.0.0.0/8), comma-separated, whose Forwarded headers are trusted',
  ),
  VIGNET_THREADS: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 1024,
    description: 'pixel threads; 0: number of cores plus two',
  }),
  VIGNET_MEMORY_MB: positive(512, 'limit of answer buffers in MiB: queued, being filled, unsent'),
  VIGNET_MAX_ANSWER_MB: positive(2048, 'largest answer of one request, MiB'),
  VIGNET_MAX_MOSAIC_MB: positive(131072, 'largest mosaic, MiB; mosaics are streamed in constant memory'),
  VIGNET_MAX_WORK_S: positive(
    7200,
    'most work of one mosaic, in seconds of one thread, as its plan estimates them',
  ),
  VIGNET_MAX_URL: Type.Integer({
    default: 32768,
    minimum: 1024,
    maximum: 1048576,
    description: 'longest URL, characters',
  }),
  VIGNET_MAX_BODY_KB: positive(1024, 'largest request body, KiB'),
  VIGNET_MAX_CONNECTIONS: Type.Integer({
    default: 1000,
    minimum: 1,
    description: 'open connections; further ones are refused',
  }),
  VIGNET_MAX_CONNECTIONS_PER_ADDRESS: Type.Integer({
    default: 100,
    minimum: 1,
    description:
      'open connections of one address; further ones are closed. This machine and trusted proxies are not limited',
  }),
  VIGNET_REQUEST_TIMEOUT_S: positive(30, 'seconds within which a request must have arrived completely'),
  VIGNET_IDLE_TIMEOUT_S: positive(10, 'seconds after which an idle connection is closed'),
  VIGNET_MIN_RATE_KB: positive(256, 'slowest client that is served, KiB per second'),
  VIGNET_MAX_RSS_MB: Type.Number({
    default: 0,
    minimum: 0,
    description: 'resident memory in MiB above which new requests get 503; 0: no check',
  }),
  VIGNET_MAX_LAG_MS: positive(
    2000,
    'delay of the event loop in milliseconds above which new requests get 503',
  ),
  VIGNET_BACKGROUND_READING: Type.Boolean({
    default: true,
    description:
      'whether files that were catalogued without being read (ingest --layouts later) are read while the service has time, and published in the archive',
  }),
  VIGNET_CLOSE_DELAY_S: positive(60, 'seconds that running requests have to finish after SIGTERM'),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'level of the log: fatal, error, warn, info, debug, trace or silent',
  }),
});

type Environment = Static<typeof schema>;

export interface Config extends Environment {
  /** Without a slash at the end; empty where not configured. */
  readonly baseUrl: string;
  /** Begins with a slash and does not end with one; or empty. */
  readonly prefix: string;
  readonly trustedProxies: readonly string[];
}

function wrong(name: string, expected: string, received: string): VignetError {
  return usageError('BAD_SETTING', `expected ${expected} for ${name}, received '${clip(received, 200)}'`);
}

const withoutLastSlash = (text: string) => (text.endsWith('/') ? text.slice(0, -1) : text);

function checkedBaseUrl(value: string): string {
  if (value === '') return '';
  if (!URL.canParse(value)) throw wrong('VIGNET_BASE_URL', 'a URL such as https://host/path', value);
  const url = new URL(value);
  if (!/^https?:$/.test(url.protocol) || url.search || url.hash || url.username) {
    throw wrong('VIGNET_BASE_URL', 'an http or https URL without user, query and fragment', value);
  }
  return withoutLastSlash(url.href);
}

function checkedPrefix(value: string): string {
  const prefix = withoutLastSlash(value);
  if (prefix && !/^(\/[A-Za-z0-9._~-]+)+$/.test(prefix)) {
    throw wrong('VIGNET_PATH_PREFIX', 'a path such as /images', value);
  }
  return prefix;
}

/** Settings from the environment; `given` (options of the command) wins. Throws VignetError usage BAD_SETTING. */
export function loadConfig(
  given: Partial<Environment> = {},
  environment: NodeJS.ProcessEnv = process.env,
): Config {
  let values: Environment;
  try {
    values = envSchema<Environment>({ schema, data: [{ ...environment }, given], env: false });
  } catch (error) {
    const why = error instanceof Error ? error.message.replaceAll('env/', '') : String(error);
    throw usageError('BAD_SETTING', `${why}; vignet serve --help lists all settings`);
  }
  return {
    ...values,
    baseUrl: checkedBaseUrl(values.VIGNET_BASE_URL),
    prefix: checkedPrefix(values.VIGNET_PATH_PREFIX),
    trustedProxies: values.VIGNET_TRUSTED_PROXIES.split(',')
      .map((one) => one.trim())
      .filter(Boolean),
  };
}

/** The settings as a JSON Schema of an object with a property for each environment variable. */
export function settingsSchema(): object {
  const $schema = 'https://json-schema.org/draft/2020-12/schema';
  const { type, properties } = schema;
  return { $schema, title: 'Settings of vignet serve', type, properties };
}

/** Names, defaults and meanings, for help. */
export function describeConfiguration(): {
  readonly name: string;
  readonly default: string;
  readonly meaning: string;
}[] {
  return Object.entries(schema.properties).map(([name, property]) => {
    const { default: value, description } = property as { default?: unknown; description?: string };
    return { name, default: String(value), meaning: description ?? '' };
  });
}
