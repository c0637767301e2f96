// Stages of a test run: each a command whose output is shown when it ends, and counted.
import { spawn } from 'node:child_process';
import { root, say } from './steps.mjs';

export const results = [];

// Bash's own `time` knows what a command and all its children took of the cores; where stages share them, the clock alone says little.
const TIMED = `TIMEFORMAT=$'\\nstage-cpu %U %S'; time "$@"`;
const CPU = /\nstage-cpu (\S+) (\S+)\n/;

/**
 * Runs one stage; resolves to whether it passed. `count` reads from the output how many tests passed, failed and were not run;
 * without it the stage is one test; it may find a longer name there too. Output is kept back until the end, so that stages may run
 * beside each other; `quiet`: only the end of it is shown, and only of a failure.
 */
export function stage(name, command, args, { count, env, quiet = false } = {}) {
  const begun = Date.now();
  let output = '';
  return new Promise((resolve) => {
    const child = spawn('bash', ['-c', TIMED, 'bash', command, ...args], {
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
      const [told, ...cpu] = CPU.exec(output) ?? [''];
      output = output.replace(told, '');
      say(`${name}: ${ok ? 'ok' : 'FAILED'}, ${seconds.toFixed(0)} s`);
      if (!quiet || !ok) process.stdout.write(quiet ? output.slice(-20_000) : output);
      const counted = count?.(output);
      results.push({
        name: counted?.name ?? name,
        passed: counted?.passed ?? (ok ? 1 : 0),
        failed: ok ? 0 : Math.max(1, counted?.failed ?? 1),
        notRun: counted?.notRun ?? 0,
        seconds,
        cpu: cpu.reduce((sum, time) => sum + Number(time.replace(',', '.')), 0),
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
  console.log(`\n${' '.repeat(34)}elapsed    of cores`);
  for (const { name, passed, failed, notRun, seconds, cpu } of results) {
    const verdict = failed ? 'FAILED' : notRun ? 'partly' : 'ok';
    const counts = `${String(passed).padStart(5)} passed ${String(failed).padStart(3)} failed`;
    const [elapsed, ofCores] = [seconds, cpu].map((time) => `${time?.toFixed(1) ?? '-'} s`.padStart(10));
    console.log(`${verdict.padEnd(7)}${counts} ${elapsed} ${ofCores}  ${name}`);
  }
  return { passed: total('passed'), failed: total('failed'), notRun: total('notRun') };
}
