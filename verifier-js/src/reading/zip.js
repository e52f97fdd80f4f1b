// ZIP in the one shape that cannot be read in two ways (formats.md, 3.6).

import { need, say } from "../texts.js";
import { equal, latin1 } from "./octets.js";

const MEMBERS = 500,
  TOTAL = 64 * 1024 * 1024,
  RATIO = 100;

/** External attributes that our writers give: of a DOCX, of a bundle. */
const ATTRIBUTES = [0o600 * 65536, 0o100644 * 65536];

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

function crc32(octets) {
  let sum = ~0;
  for (const octet of octets) sum = CRC[(sum ^ octet) & 0xff] ^ (sum >>> 8);
  return ~sum >>> 0;
}

const u16 = (octets, at) => octets[at] | (octets[at + 1] << 8);
const u32 = (octets, at) => (u16(octets, at) | (u16(octets, at + 2) << 16)) >>> 0;

/** No more than `size` octets are ever inflated. */
async function inflate(packed, size, name) {
  const parts = [];
  let count = 0;
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      count += step.value.length;
      if (count > size) break;
      parts.push(step.value);
    }
  } catch {
    count = -1;
  }
  await reader.cancel().catch(() => {});
  need(count === size, say("{name} is longer than it says, or cut", { name }));
  const whole = new Uint8Array(size);
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

function directory(octets) {
  const end = octets.length - 22;
  need(end >= 0 && u32(octets, end) === 0x06054b50, "the file does not end with the end of a directory");
  need(!u16(octets, end + 4) && !u16(octets, end + 6) && !u16(octets, end + 20), "several disks, or a comment");
  const count = u16(octets, end + 8),
    size = u32(octets, end + 12),
    start = u32(octets, end + 16);
  need(count === u16(octets, end + 10), "the directory has other lines than it counts");
  need(count >= 1 && count <= MEMBERS, say("{count} members, at most {max_members}", { count, max_members: MEMBERS }));
  need(start + size === end, "the directory does not stand before its end");
  const lines = [];
  let at = start;
  for (; lines.length < count; at += 46 + u16(octets, at + 28)) {
    need(at + 46 <= end && u32(octets, at) === 0x02014b50, "a line of the directory is none");
    need(
      !u16(octets, at + 30) && !u16(octets, at + 32) && !u16(octets, at + 34),
      "a member with extra fields or a comment",
    );
    need(
      u16(octets, at + 4) === (0x300 | u16(octets, at + 6)) &&
        ATTRIBUTES.includes(u32(octets, at + 38)) &&
        !u16(octets, at + 36),
      "a member that is no plain file of ours",
    );
    lines.push(line(octets, at));
  }
  need(at === end, "the directory has other lines than it counts");
  return { lines, start };
}

function line(octets, at) {
  const name = latin1(octets.subarray(at + 46, at + 46 + u16(octets, at + 28)));
  return {
    name,
    head: octets.subarray(at + 6, at + 28),
    flags: u16(octets, at + 8),
    method: u16(octets, at + 10),
    crc: u32(octets, at + 16),
    packed: u32(octets, at + 20),
    size: u32(octets, at + 24),
    offset: u32(octets, at + 42),
  };
}

/** Name to octets, in the order of the container; `isOffice` allows the names of a DOCX. */
export async function readZip(octets, { isOffice = false } = {}) {
  need(octets.length <= TOTAL, say("more than {max_total} bytes in all", { max_total: TOTAL }));
  const { lines, start } = directory(octets);
  const names = new Set(lines.map((one) => one.name.toLowerCase()));
  need(names.size === lines.length, "two members of one name");
  need(
    lines.reduce((sum, one) => sum + one.size, 0) <= TOTAL,
    say("more than {max_total} bytes in all", { max_total: TOTAL }),
  );
  const members = new Map();
  let at = 0;
  for (const one of lines) {
    at = await member(octets, one, at, start, isOffice, members);
  }
  need(at === start, "there are bytes between the members");
  return members;
}

async function member(octets, one, at, start, isOffice, members) {
  const { name } = one;
  const letters = isOffice ? /^[A-Za-z0-9._[\]/-]{1,200}$/ : /^[A-Za-z0-9._/-]{1,200}$/;
  const steps = name.split("/");
  need(
    letters.test(name) && !steps.some((step) => ["", ".", ".."].includes(step)),
    say("a member is called {name!r}", { name }),
  );
  need(one.offset === at, say("{name} does not follow the one before", { name }));
  need(!one.flags && (one.method === 0 || one.method === 8), say("{name} is encrypted or oddly packed", { name }));
  need(at + 30 <= start && u32(octets, at) === 0x04034b50, say("{name} runs into the directory", { name }));
  const told = latin1(octets.subarray(at + 30, at + 30 + u16(octets, at + 26)));
  const isSame = equal(octets.subarray(at + 4, at + 26), one.head) && told === name && !u16(octets, at + 28);
  need(isSame, say("{name}: its two headers differ", { name }));
  const begin = at + 30 + name.length,
    end = begin + one.packed;
  need(end <= start, say("{name} runs into the directory", { name }));
  need(
    one.size <= Math.max(one.packed, 1) * RATIO,
    say("{name} is packed more than {max_ratio}:1", { name, max_ratio: RATIO }),
  );
  const packed = octets.subarray(begin, end);
  need(one.method === 8 || one.size === one.packed, say("{name} has another size or CRC-32", { name }));
  const content = one.method === 8 ? await inflate(packed, one.size, name) : packed;
  need(crc32(content) === one.crc, say("{name} has another size or CRC-32", { name }));
  members.set(name, content);
  return end;
}
