// A value in an address: JSON, deflated, in the alphabet of addresses. Nothing is kept on a server.
const LARGEST = 4 << 20;

// Browsers refuse longer addresses, and so do those that they are sent through.
const LONGEST = 500_000;

/** The text for an address; null when it would be too long for one. */
export async function pack(value) {
  const bytes = await through(new CompressionStream('deflate-raw'), new TextEncoder().encode(JSON.stringify(value)), Infinity);
  if (bytes.length > LONGEST) return null;
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** What was packed. Throws when the text is none of ours, or would be larger than anybody shares. */
export async function unpack(text) {
  const packed = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  const bytes = await through(new DecompressionStream('deflate-raw'), packed, LARGEST);
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}

async function through(stream, bytes, limit) {
  const writer = stream.writable.getWriter();
  // What is wrong with the bytes is told by the reading side.
  writer.write(bytes).then(() => writer.close()).catch(() => {});
  const reader = stream.readable.getReader();
  const chunks = [];
  let size = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      await reader.cancel();
      throw new Error('the address holds too much');
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(size);
  let position = 0;
  for (const chunk of chunks) { whole.set(chunk, position); position += chunk.length; }
  return whole;
}
