/** Listens, and stops without losing a request. */
import type { AddressInfo } from 'node:net';
import closeWithGrace from 'close-with-grace';
import { allowAll, type Policy } from '../access/policy.ts';
import { BackgroundReading } from '../products/background-reading.ts';
import { buildApp } from './app.ts';
import { type Composition, compose } from './compose.ts';
import type { Config } from './config.ts';
import { nobodySignsIn, type PrincipalOf } from './http/principal.ts';

export interface RunningService extends Composition {
  /** Where it listens, as a URL without a slash at the end; holds the path prefix. */
  readonly url: string;
  /** Ends what is in flight, then everything else. */
  close(): Promise<void>;
}

/** What a deployment decides in code. */
export interface ServiceOptions {
  /** Who may see what. Default: `allowAll`. */
  readonly policy?: Policy;
  /** Who asks. Default: nobody signs in. */
  readonly principal?: PrincipalOf;
}

/**
 * A fault in native code ends the process at once, as without us: a handler in JavaScript would return to the faulting instruction,
 * and the process would stay, deaf and busy, where no supervisor starts it anew.
 */
const faults: NonNullable<closeWithGrace.Options['skip']> = [
  'SIGSEGV',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
];

/** Starts the service. On SIGTERM or SIGINT it takes no more connections, ends what is in flight and leaves. */
export async function startService(
  config: Config,
  { policy = allowAll, principal = nobodySignsIn }: ServiceOptions = {},
): Promise<RunningService> {
  const composition = await compose(config, policy);
  const app = await buildApp(config, composition.ports, principal);
  app.server.maxConnections = config.VIGNET_MAX_CONNECTIONS;
  app.log.info(composition.vignet.engine.startupReport(), 'thread and memory budget');
  await app.listen({ port: config.PORT, host: config.HOST });
  const reading = config.VIGNET_BACKGROUND_READING
    ? BackgroundReading.start(config.VIGNET_ARCHIVE, composition.vignet.engine, app.log)
    : undefined;
  const end = async () => {
    const stopped = reading?.close();
    await app.close();
    await stopped;
    await composition.vignet.close();
  };
  const grace = closeWithGrace(
    { delay: config.VIGNET_CLOSE_DELAY_S * 1000, logger: app.log, skip: faults },
    async ({ err, signal }) => {
      if (err) app.log.fatal({ err }, 'stopping after an error');
      else if (signal) app.log.info({ signal }, 'stopping');
      await end();
    },
  );
  const { port, family } = app.server.address() as AddressInfo;
  const host = /^(0\.0\.0\.0|::)$/.test(config.HOST) ? 'localhost' : config.HOST;
  return {
    url: `http://${family === 'IPv6' && host.includes(':') ? `[${host}]` : host}:${port}${config.prefix}`,
    ...composition,
    close: async () => {
      grace.uninstall();
      await end();
    },
  };
}
