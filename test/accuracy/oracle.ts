// One long-lived Python with astropy, fitsio and PIL: asked line by line.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

export class Oracle {
  readonly #python: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #said = '';
  #last: Promise<unknown> = Promise.resolve();

  /** `script`: a name in test/oracles. */
  constructor(script: string) {
    const path = resolve(import.meta.dirname, '../oracles', script);
    this.#python = spawn('/usr/bin/python3', [path]);
    this.#python.stderr.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk).slice(-2000);
    });
    this.#lines = createInterface({ input: this.#python.stdout })[Symbol.asyncIterator]();
  }

  /** One question, one answer; questions wait for each other. */
  ask<T = string[]>(check: string, task: object): Promise<T> {
    const answer = this.#last.then(async () => {
      this.#python.stdin.write(`${JSON.stringify({ check, ...task })}\n`);
      const line = await this.#lines.next();
      if (line.done) throw new Error(`the oracle has ended: ${this.#said}`);
      return JSON.parse(line.value) as T;
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  close(): Promise<void> {
    return new Promise((done) => {
      this.#python.once('close', () => done());
      this.#python.stdin.end();
    });
  }
}
