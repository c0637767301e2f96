#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/bin/main.js', import.meta.url);
if (!existsSync(main)) {
  console.error('vignet is not built yet: run "npm start" once (or "npm ci && npm run build")');
  process.exit(1);
}
await import(main.href);
