// The sample archive is made once for all tests, as `npm start` makes it.
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The sample archive's folder. */
    sample: string;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  const { sampleArchive } = (await import('../../scripts/lib/sample.mjs' as string)) as {
    sampleArchive(): string;
  };
  project.provide('sample', sampleArchive());
}
