/** Random numbers that depend on names only: any visit, cell or detector is made without those before it. */
import { createHash } from 'node:crypto';

/** Uniform and other deviates from a stream named by its key (the sfc32 generator, seeded by SHA-1 of the key). */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(...key: readonly (string | number)[]) {
    const digest = createHash('sha1').update(key.join('/')).digest();
    this.a = digest.readInt32BE(0);
    this.b = digest.readInt32BE(4);
    this.c = digest.readInt32BE(8);
    for (let i = 0; i < 12; i++) this.uniform();
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    const t = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + t;
    this.c |= 0;
    return (t >>> 0) / 4294967296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** Standard normal, by Box and Muller. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Poisson deviate; above a mean of 50 the rounded normal stands for it. */
  poisson(mean: number): number {
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let p = this.uniform(); p > limit; p *= this.uniform()) count++;
    return count;
  }

  /** A magnitude in [low, high) whose counts grow as 10^(slope m). */
  magnitude(low: number, high: number, slope: number): number {
    const span = 10 ** (slope * (high - low)) - 1;
    return low + Math.log10(1 + span * this.uniform()) / slope;
  }
}
