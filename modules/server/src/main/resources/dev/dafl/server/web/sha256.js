// SHA-256 (FIPS 180-4) piece by piece: the browser's own wants the whole file in memory, and is not there without TLS, except on
// the server's machine.

const primes = (wanted => {
  const found = [];
  for (let n = 2; found.length < wanted; n++) {
    found.every(p => n % p !== 0) && found.push(n);
  }
  return found;
})(64);

// The first 32 bits of what stands behind the point.
const fraction = value => ((value - Math.floor(value)) * 2 ** 32) >>> 0;

const K = Int32Array.from(primes, p => fraction(Math.cbrt(p)));

function block(state, view, offset, w) {
  for (let i = 0; i < 16; i++) {
    w[i] = view.getInt32(offset + 4 * i);
  }
  for (let i = 16; i < 64; i++) {
    const a = w[i - 15];
    const b = w[i - 2];
    w[i] = w[i - 16] + ((a >>> 7 | a << 25) ^ (a >>> 18 | a << 14) ^ a >>> 3)
      + w[i - 7] + ((b >>> 17 | b << 15) ^ (b >>> 19 | b << 13) ^ b >>> 10);
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let i = state[7];
  for (let t = 0; t < 64; t++) {
    const t1 = i + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + K[t] + w[t] | 0;
    const t2 = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
    i = g;
    g = f;
    f = e;
    e = d + t1 | 0;
    d = c;
    c = b;
    b = a;
    a = t1 + t2 | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += i;
}

/** The digest of a blob in lower-case hexadecimals. `told` hears what share is read. */
export async function sha256(blob, told = () => {}) {
  const state = Int32Array.from(primes.slice(0, 8), p => fraction(Math.sqrt(p)));
  const w = new Int32Array(64);
  const piece = 1 << 20;
  for (let at = 0; at <= blob.size; at += piece) {
    let data = new Uint8Array(await blob.slice(at, at + piece).arrayBuffer());
    if (data.length < piece) {
      // The last: a bit, zeros, and the length in bits.
      const whole = new Uint8Array(Math.ceil((data.length + 9) / 64) * 64);
      whole.set(data);
      whole[data.length] = 0x80;
      new DataView(whole.buffer).setBigUint64(whole.length - 8, 8n * BigInt(blob.size));
      data = whole;
    }
    const view = new DataView(data.buffer);
    for (let offset = 0; offset < data.length; offset += 64) {
      block(state, view, offset, w);
    }
    told(Math.min(1, (at + piece) / (blob.size || 1)));
  }
  return [...state].map(v => (v >>> 0).toString(16).padStart(8, '0')).join('');
}
