/**
 * The framing of TensorFlow's record files (TFRecord, `tensorflow/core/lib/io/record_writer.h`). A record is its length in bytes
 * (uint64), the masked CRC-32C of those 8 bytes (uint32), the data, and the masked CRC-32C of the data (uint32), all little-endian.
 */

/** The Castagnoli polynomial with reversed bits (RFC 3720, appendix B.4). */
const POLYNOMIAL = 0x82f63b78;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

/** Returns the CRC-32C of bytes, from 0 to 2³² − 1. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Rotates a CRC-32C and adds a constant: the CRC of data that contains its own CRC says little. */
function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const LENGTH = 8;
const HEADER = LENGTH + 4;
const AROUND = HEADER + 4;

/** Returns the record of some data. */
export function recordOf(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(AROUND + data.length);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(LENGTH, masked(record.subarray(0, LENGTH)), true);
  record.set(data, HEADER);
  view.setUint32(HEADER + data.length, masked(data), true);
  return record;
}

/** Returns the data of a file's records, up to the first one that is incomplete or damaged. */
export function recordsIn(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records: Uint8Array[] = [];
  for (let at = 0; at + AROUND <= file.length; ) {
    if (view.getUint32(at + LENGTH, true) !== masked(file.subarray(at, at + LENGTH))) break;
    const length = Number(view.getBigUint64(at, true));
    if (at + AROUND + length > file.length) break;
    const data = file.subarray(at + HEADER, at + HEADER + length);
    if (view.getUint32(at + HEADER + length, true) !== masked(data)) break;
    records.push(data);
    at += AROUND + length;
  }
  return records;
}
