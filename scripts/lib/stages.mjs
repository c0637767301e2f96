// Stages of a test run: each a command whose output is shown when it ends, and counted.
import { spawn } from 'node:child_process';
import { root, say } from './steps.mjs';

export const results = [];

/**
 * Runs one stage; resolves to whether it passed. `count` reads from the output how many tests passed, failed and were not run;
 * without it the stage is one test. Output is kept back until the end, so that stages may run beside each other.
 */
export function stage(name, command, args, { count, env } = {}) {
  const begun = Date.now();
  let output = '';
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, FORCE_COLOR: '0', ...env },
    });
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      output += `${command}: ${error.message}\n`;
      finish(false);
    });
    child.on('close', (code) => finish(code === 0));
    let done = false;
    const finish = (ok) => {
      if (done) return;
      done = true;
      const seconds = (Date.now() - begun) / 1000;
      say(`${name}: ${ok ? 'ok' : 'FAILED'}, ${seconds.toFixed(0)} s`);
      process.stdout.write(output);
      const counted = count?.(output);
      results.push({
        name,
        passed: counted?.passed ?? (ok ? 1 : 0),
        failed: ok ? 0 : Math.max(1, counted?.failed ?? 1),
        notRun: counted?.notRun ?? 0,
        seconds,
      });
      resolve(ok);
    };
  });
}

/** What did not run because something is missing here, and what is missing. */
export function notRun(name, why) {
  say(`${name}: NOT RUN, ${why}`);
  results.push({ name: `${name} (${why})`, passed: 0, failed: 0, notRun: 1, seconds: 0 });
}

/** Prints a line a stage, then the totals; returns them. */
export function summary() {
  const total = (key) => results.reduce((sum, item) => sum + item[key], 0);
  console.log('');
  for (const { name, passed, failed, notRun, seconds } of results) {
    const verdict = failed ? 'FAILED' : notRun ? 'partly' : 'ok';
    const counts = `${String(passed).padStart(5)} passed ${String(failed).padStart(3)} failed`;
    console.log(`${verdict.padEnd(7)}${counts} ${seconds.toFixed(1).padStart(7)} s  ${name}`);
  }
  return { passed: total('passed'), failed: total('failed'), notRun: total('notRun') };
}
