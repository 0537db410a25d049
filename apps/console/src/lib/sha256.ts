const BLOCK_BYTES = 64;
const LENGTH_BYTES = 8;

const PRIMES = firstPrimes(64);
/** Round constants: first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const ROUND = wordsOf(PRIMES.map((prime) => Math.cbrt(prime)));
/** Initial state: first 32 bits of the fractional parts of the square roots of the first 8 primes. */
const INITIAL = wordsOf(PRIMES.slice(0, 8).map((prime) => Math.sqrt(prime)));

/**
 * SHA-256 (FIPS 180-4) of a file that is read in parts. `crypto.subtle` hashes only bytes that are completely in memory,
 * and exists only on secure pages.
 */
export class Sha256 {
  private readonly state = new DataView(INITIAL.buffer.slice(0));
  private readonly block = new Uint8Array(BLOCK_BYTES);
  private readonly blockWords = new DataView(this.block.buffer);
  private readonly schedule = new DataView(new ArrayBuffer(256));
  private filled = 0;
  private length = 0;

  /** Adds the next bytes. */
  update(bytes: Uint8Array): void {
    this.length += bytes.length;
    for (let offset = 0; offset < bytes.length;) {
      const part = bytes.subarray(offset, offset + BLOCK_BYTES - this.filled);
      this.block.set(part, this.filled);
      this.filled += part.length;
      offset += part.length;
      if (this.filled === BLOCK_BYTES) this.compress();
    }
  }

  /** Returns the hash of all bytes in hex. Nothing can be added afterwards. */
  hex(): string {
    const bits = BigInt(this.length) * 8n;
    const end = this.filled + 1 + LENGTH_BYTES;
    const padding = new DataView(new ArrayBuffer(Math.ceil(end / BLOCK_BYTES) * BLOCK_BYTES - this.filled));
    padding.setUint8(0, 0x80);
    padding.setBigUint64(padding.byteLength - LENGTH_BYTES, bits);
    this.update(new Uint8Array(padding.buffer));
    return Array.from(new Uint8Array(this.state.buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  private compress(): void {
    const { state, schedule, blockWords } = this;
    this.filled = 0;
    for (let at = 0; at < 64; at += 4) schedule.setInt32(at, blockWords.getInt32(at));
    for (let at = 64; at < 256; at += 4) {
      const before2 = schedule.getInt32(at - 8);
      const before15 = schedule.getInt32(at - 60);
      const sigma0 = rotated(before15, 7) ^ rotated(before15, 18) ^ (before15 >>> 3);
      const sigma1 = rotated(before2, 17) ^ rotated(before2, 19) ^ (before2 >>> 10);
      schedule.setInt32(at, (schedule.getInt32(at - 64) + sigma0 + schedule.getInt32(at - 28) + sigma1) | 0);
    }
    let a = state.getInt32(0);
    let b = state.getInt32(4);
    let c = state.getInt32(8);
    let d = state.getInt32(12);
    let e = state.getInt32(16);
    let f = state.getInt32(20);
    let g = state.getInt32(24);
    let h = state.getInt32(28);
    for (let at = 0; at < 256; at += 4) {
      const sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
      const first = (h + sum1 + ((e & f) ^ (~e & g)) + ROUND.getInt32(at) + schedule.getInt32(at)) | 0;
      const sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
      const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) {
      state.setInt32(index * 4, (state.getInt32(index * 4) + word) | 0);
    }
  }
}

/** Returns a 32-bit word that is rotated to the right. */
function rotated(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function firstPrimes(count: number): readonly number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate += 1) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}

/** Returns the first 32 bits of the fractional parts of numbers. */
function wordsOf(numbers: readonly number[]): DataView<ArrayBuffer> {
  const words = new DataView(new ArrayBuffer(numbers.length * 4));
  for (const [index, value] of numbers.entries()) words.setUint32(index * 4, Math.floor((value % 1) * 2 ** 32));
  return words;
}
