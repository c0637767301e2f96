/** Writes numbers, big-endian, and texts one after another: into bytes that somebody gave, or into bytes that grow. */
export class ByteWriter {
  #bytes: Buffer;
  #view: DataView;
  readonly #grows: boolean;
  /** Where the next byte goes. */
  at: number;

  /** Writing past the end of `out` throws RangeError. */
  constructor(out: Uint8Array, at = 0, grows = false) {
    this.#bytes = Buffer.from(out.buffer, out.byteOffset, out.byteLength);
    this.#view = new DataView(out.buffer, out.byteOffset, out.byteLength);
    this.#grows = grows;
    this.at = at;
  }

  /** On memory of its own, of `capacity` bytes at first. */
  static growing(capacity: number): ByteWriter {
    return new ByteWriter(new Uint8Array(capacity), 0, true);
  }

  byte(value: number): void {
    this.#view.setUint8(this.#take(1), value);
  }

  short(value: number): void {
    this.#view.setInt16(this.#take(2), value);
  }

  int(value: number): void {
    this.#view.setInt32(this.#take(4), value);
  }

  long(value: number | bigint): void {
    this.#view.setBigInt64(this.#take(8), BigInt(value));
  }

  float(value: number): void {
    this.#view.setFloat32(this.#take(4), value);
  }

  double(value: number): void {
    this.#view.setFloat64(this.#take(8), value);
  }

  /** One byte for each character, of which only the low eight bits are kept. */
  latin1(text: string): void {
    const at = this.#take(text.length);
    this.#bytes.write(text, at, 'latin1');
  }

  /** Two bytes for each unit of UTF-16. */
  utf16(text: string): void {
    const at = this.#take(2 * text.length);
    this.#bytes.write(text, at, 'utf16le');
    this.#bytes.subarray(at, at + 2 * text.length).swap16();
  }

  bytes(bytes: Uint8Array): void {
    const at = this.#take(bytes.byteLength);
    this.#bytes.set(bytes, at);
  }

  fill(value: number, count: number): void {
    const at = this.#take(count);
    this.#bytes.fill(value, at, at + count);
  }

  /** What has been written from the beginning on, up to `end`: only valid until something else is written. */
  written(end = this.at): Buffer {
    return this.#bytes.subarray(0, end);
  }

  /** Forgets the first bytes; what was written after them moves to the beginning. */
  drop(count: number): void {
    this.#bytes.copyWithin(0, count, this.at);
    this.at -= count;
  }

  #take(count: number): number {
    const at = this.at;
    const end = at + count;
    if (end > this.#bytes.byteLength) {
      if (!this.#grows) throw new RangeError(`${count} bytes do not fit behind byte ${at}`);
      const larger = Buffer.alloc(Math.max(2 * this.#bytes.byteLength, end));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer, larger.byteOffset, larger.byteLength);
    }
    this.at = end;
    return at;
  }
}
