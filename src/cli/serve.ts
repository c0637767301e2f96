/** `vignet serve`: the HTTP service. */
import { Command, Option } from 'commander';
import { ANONYMOUS } from '../access/principal.ts';
import { count } from '../base/count.ts';
import { describeConfiguration, loadConfig } from '../service/config.ts';
import { requestUrl } from '../service/kit/address.ts';
import { shown } from '../service/kit/examples.ts';
import type { ArchiveContents } from '../service/ports.ts';
import { startService } from '../service/server.ts';
import { allServices } from '../service/services.ts';
import { helpList } from './help.ts';

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
  const settings = describeConfiguration().map(
    ({ name, meaning, default: value }) => [name, `${meaning} (default: ${value || 'none'})`] as const,
  );
  return `\nSettings from the environment:\n${helpList(settings)}`;
}

/** The contents of the archive, and example requests. */
function welcome(contents: ArchiveContents, url: string, base: string): string {
  const contained = contents.collections.map(
    ({ name, type, datasets }) => `  ${datasets.toLocaleString('en')} × ${type} in ${name}`,
  );
  const lines = [
    '',
    `Vignet serves ${count(contents.datasets, 'dataset', contents.datasets.toLocaleString('en'))} at ${url}/`,
    ...contained,
  ];
  const paste = shown(allServices, contents.samples, 'request');
  if (paste) {
    const { path } = paste.service;
    const url = requestUrl(base, paste.service, paste.example);
    lines.push(
      '',
      'Example requests (the second needs astropy):',
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
    .description('Serve an archive over HTTP: cutouts (SODA), stacks, mosaics, VOSI, OpenAPI, metrics.')
    .addOption(new Option('--archive <dir>', 'folder of the archive (default: VIGNET_ARCHIVE or ./archive)'))
    .addOption(new Option('--port <number>', 'port to listen on (default: PORT or 8080)'))
    .addOption(
      new Option(
        '--host <address>',
        'address to listen on; 0.0.0.0: all addresses (default: HOST or 127.0.0.1, this machine only)',
      ),
    )
    .addOption(
      new Option('--base-url <url>', 'public base of the URLs in answers (default: VIGNET_BASE_URL)'),
    )
    .addOption(
      new Option('--prefix <path>', 'path under which everything is served (default: VIGNET_PATH_PREFIX)'),
    )
    .addOption(
      new Option('--threads <number>', 'pixel threads (default: VIGNET_THREADS or number of cores plus two)'),
    )
    .addOption(new Option('--restart', 'start the service again after a crash'))
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
