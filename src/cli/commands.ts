/** The commands of `vignet`. Each is loaded only when it is used. */
import type { Command } from 'commander';

export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  build: async () => (await import('./build.ts')).buildCommand(),
  serve: async () => (await import('./serve.ts')).serveCommand(),
  ingest: async () => (await import('./ingest.ts')).ingestCommand(),
  simulate: async () => (await import('./simulate.ts')).simulateCommand(),
  ls: async () => (await import('./ls.ts')).lsCommand(),
  find: async () => (await import('./find.ts')).findCommand(),
  check: async () => (await import('./check.ts')).checkCommand(),
  archive: async () => (await import('./archive.ts')).archiveCommand(),
  info: async () => (await import('./info.ts')).infoCommand(),
  cutout: async () => (await import('./cutout.ts')).cutoutCommand(),
  stack: async () => (await import('./stack.ts')).stackCommand(),
  mosaic: async () => (await import('./mosaic.ts')).mosaicCommand(),
};
