/** Output buffers: used again where they can be, and given back where they cannot. */
import { describe, expect, it } from 'vitest';
import { Budget } from '../../src/engine/budget.ts';
import { Buffers } from '../../src/engine/buffers.ts';

const MIB = 1048576;

function residentMiB(): number {
  return process.memoryUsage().rss / MIB;
}

function touched(buffers: Buffers, bytes: number): void {
  const lease = buffers.tryLease(bytes);
  if (!lease) throw new Error('the budget is not large enough for this test');
  lease.bytes.fill(7);
  lease.release();
}

describe('buffers', () => {
  it('are used again, whatever their size', () => {
    const buffers = new Buffers(new Budget(512 * MIB, 100), 64 * MIB);
    const first = buffers.tryLease(40 * MIB);
    first?.release();
    const second = buffers.tryLease(40 * MIB);
    expect(second?.bytes.buffer).toBe(first?.bytes.buffer);
  });

  it('make way, once free, for those of sizes that are in use', () => {
    const buffers = new Buffers(new Budget(512 * MIB, 100), 64 * MIB);
    for (const size of [20, 24, 28, 20, 24, 28]) touched(buffers, size * MIB);
    expect(buffers.pooled).toBeLessThanOrEqual(64 * MIB);
    const last = buffers.tryLease(28 * MIB);
    expect(buffers.pooled).toBeLessThanOrEqual(36 * MIB);
    last?.release();
    expect(buffers.pooled).toBeGreaterThanOrEqual(28 * MIB);
  });

  // The collector does not know how large shared memory is: forty of these were 2 GiB.
  it('give the memory back that is too large to be kept', () => {
    const buffers = new Buffers(new Budget(512 * MIB, 100), 16 * MIB);
    const before = residentMiB();
    for (let i = 0; i < 40; i++) touched(buffers, 48 * MIB);
    expect(residentMiB() - before).toBeLessThan(100);
  });

  it('leave memory alone that somebody may still look at', () => {
    const buffers = new Buffers(new Budget(512 * MIB, 100), 16 * MIB);
    const lease = buffers.tryLease(48 * MIB);
    lease?.bytes.fill(7);
    lease?.release(true);
    expect(lease?.bytes[24 * MIB]).toBe(7);
    expect(buffers.pooled).toBe(0);
  });
});
