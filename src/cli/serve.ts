/** `vignet serve`: the HTTP service. */
import { Command, Option } from 'commander';
import { ANONYMOUS } from '../access/principal.ts';
import { describeSettings, loadConfig } from '../service/config.ts';
import { requestUrl } from '../service/kit/address.ts';
import { shown } from '../service/kit/examples.ts';
import type { ArchiveContents } from '../service/ports.ts';
import { startService } from '../service/server.ts';
import { allServices } from '../service/services.ts';

interface Options {
  readonly archive?: string;
  readonly port?: string;
  readonly host?: string;
  readonly baseUrl?: string;
  readonly prefix?: string;
  readonly threads?: string;
  readonly restart?: boolean;
}

function settingsHelp(): string {
  const settings = describeSettings().map(
    ({ name, meaning, default: value }) => `  ${name.padEnd(26)}${meaning} (${value || 'none'})`,
  );
  return `\nSettings from the environment, with their defaults:\n${settings.join('\n')}`;
}

/** What a person who has just started the service wants to try. */
function welcome(contents: ArchiveContents, url: string, base: string): string {
  const held = contents.collections.map(
    ({ name, type, datasets }) => `  ${datasets.toLocaleString('en')} × ${type} in ${name}`,
  );
  const lines = ['', `Vignet serves ${contents.datasets.toLocaleString('en')} datasets at ${url}/`, ...held];
  const paste = shown(allServices, contents.samples, 'request');
  if (paste) {
    const { path } = paste.service;
    const url = requestUrl(base, path, paste.example.parameters);
    lines.push(
      '',
      'Requests to paste:',
      '',
      `curl -o ${path}.fits '${url}'`,
      '',
      `python3 -c "from astropy.io import fits; fits.open('${url.replaceAll("'", '%27')}').info()"`,
    );
  }
  return `${lines.join('\n')}\n`;
}

export function serveCommand(): Command {
  return new Command('serve')
    .description('serve an archive over HTTP: SODA cutouts, VOSI, OpenAPI, metrics')
    .addOption(new Option('--archive <dir>', 'folder of the archive (VIGNET_ARCHIVE, ./archive)'))
    .addOption(new Option('--port <number>', 'port to listen on (PORT, 8080)'))
    .addOption(
      new Option(
        '--host <address>',
        'address to listen on (HOST, 127.0.0.1: this machine alone; 0.0.0.0: every address)',
      ),
    )
    .addOption(
      new Option('--base-url <url>', 'public address that begins every emitted URL (VIGNET_BASE_URL)'),
    )
    .addOption(new Option('--prefix <path>', 'path under which everything is served (VIGNET_PATH_PREFIX)'))
    .addOption(new Option('--threads <number>', 'pixel threads (VIGNET_THREADS, one per core and one more)'))
    .addOption(new Option('--restart', 'start the service again when it has died of a fault'))
    .addHelpText('after', settingsHelp())
    .action(async (options: Options) => {
      if (options.restart) {
        const { keepRunning } = await import('./restart.ts');
        process.exitCode = await keepRunning(process.argv.slice(1).filter((word) => word !== '--restart'));
        return;
      }
      const given = {
        VIGNET_ARCHIVE: options.archive,
        PORT: options.port,
        HOST: options.host,
        VIGNET_BASE_URL: options.baseUrl,
        VIGNET_PATH_PREFIX: options.prefix,
        VIGNET_THREADS: options.threads,
      };
      const config = loadConfig(
        {},
        {
          ...process.env,
          ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
        },
      );
      const service = await startService(config);
      process.stdout.write(
        welcome(await service.ports.contents(ANONYMOUS), service.url, config.baseUrl || service.url),
      );
    });
}
