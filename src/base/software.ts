import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/**
 * Vignet's version, part of every ETag.
 * @example
 * ```ts
 * import { softwareVersion } from 'vignet';
 *
 * console.log(`made with Vignet ${softwareVersion}`);
 * ```
 */
export const softwareVersion = version;

/** This program, as it is named in answers. */
export const softwareName = `Vignet ${version}`;
