// The command line in a few files instead of a hundred modules: most of the time that a short command takes is their loading.
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './lib/steps.mjs';

/** Small packages that go inside; all others are loaded from where they are. */
const inside = ['commander', 'cli-progress', 'lru-cache', 'saxes', 'xmlchars'];

const bundle = await rolldown({
  cwd: root,
  input: {
    main: './src/cli/main.ts',
    // By the names under which the engine, the simulation and the ingest look for them beside themselves.
    worker: './src/engine/worker.ts',
    'simulate-worker': './src/simulate/simulate-worker.ts',
    'sqlite-worker': './src/ingest/butler/sqlite-worker.ts',
  },
  platform: 'node',
  external: (id) => /^[@a-z]/.test(id) && !inside.includes(id.split('/')[0]),
});
await bundle.write({
  dir: join(root, 'dist/bin'),
  chunkFileNames: '[name].js',
  sourcemap: true,
  // Names stay as they are.
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
});
await bundle.close();
