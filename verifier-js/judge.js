// Answers questions from standard input, one JSON object a line, for tests and programs:
//
//   {"data": BASE64, "trust": [PEM, ...], "at": "2026-11-23T03:00:00Z"}
//
// and, where wanted, "trust_stamps", "tolerance" (seconds), "signers", "log_keys",
// "evidence" (BASE64 of lists or OCSP answers), "witness_keys", "quorum", "checkpoints"
// (notes), "approval_origins", "lang" ("en" or "ja"). A line comes back for each: what
// `notices verify --json` prints, or {"kind": ""} for a file of no kind.
//
//   {"leaf": BASE64}                      its "hash", and why it is "refused"
//   {"note": TEXT, "log_key": TEXT}       "size" of the checkpoint, or why it is "refused"
//   {"docx": BASE64, "name": FILE NAME, "notice": BASE64 of notice.json}  why M22 "refused" it
//   {"approval": BASE64, "signature": BASE64, "is_passkey": true}  its "sha256", the "key" and
//                                         what was "told" of the signature, or why it is "refused"
//   {"salt": HEX, "name": .., "text": ..} the "commitment" of formats.md, 4.4

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { readNotice } from "./src/files/content.js";
import { SignedStatement } from "./src/approval/signature.js";
import { readApproval } from "./src/approval/statement.js";
import { checkDocx } from "./src/files/docx.js";
import { JAPANESE } from "./src/japanese.js";
import { readLeaf } from "./src/ledger/leaf.js";
import { openCheckpoint } from "./src/ledger/log.js";
import { readLogKey, readNote } from "./src/ledger/note.js";
import { commitment } from "./src/ledger/record_2.js";
import { NotDer } from "./src/reading/der.js";
import { encode, hex, unbase64, unhex } from "./src/reading/octets.js";
import { reportJson } from "./src/report.js";
import { Refusal } from "./src/texts.js";
import { makePolicy, verify } from "./src/verify.js";

/** The table that `build.py --glyphs FILE` writes; without it pages are not judged. */
const GLYPHS = process.argv[2] ? new Uint8Array(readFileSync(process.argv[2])) : null;

async function judge(asked) {
  const policy = makePolicy({
    trust: asked.trust.map(encode),
    trustStamps: asked.trust_stamps?.map(encode) ?? null,
    at: new Date(asked.at),
    toleranceSeconds: asked.tolerance ?? 60,
    signers: asked.signers ?? [],
    logKeys: asked.log_keys ?? [],
    evidence: (asked.evidence ?? []).map(unbase64),
    witnessKeys: asked.witness_keys ?? [],
    quorum: asked.quorum ?? null,
    checkpoints: asked.checkpoints ?? [],
    approvalOrigins: asked.approval_origins ?? [],
    glyphs: GLYPHS,
  });
  const report = await verify(unbase64(asked.data), policy);
  return report ? reportJson(report, asked.lang === "ja" ? JAPANESE : {}) : { kind: "" };
}

const leaf = async (asked) => ({ refused: "", hash: hex((await readLeaf(unbase64(asked.leaf))).hash) });
const note = async (asked) => ({
  refused: "",
  size: (await openCheckpoint(readNote(asked.note), await readLogKey(asked.log_key))).size,
});
const docx = async (asked) => {
  await checkDocx(unbase64(asked.docx), asked.name, readNotice(unbase64(asked.notice)));
  return { refused: "" };
};
/** A statement and its signature alone, as the example of formats.md has them. */
const approval = async (asked) => {
  const signed = new SignedStatement(unbase64(asked.approval), unbase64(asked.signature), asked.is_passkey);
  await readApproval(signed.octets);
  const told = [await signed.checkValue(), await signed.checkDigest()];
  return { refused: "", sha256: hex(await signed.digest()), key: await signed.keySha256(), told: told.map(String) };
};
const opening = async (asked) => ({ commitment: await commitment(unhex(asked.salt), asked.name, encode(asked.text)) });

async function answer(asked) {
  try {
    if ("leaf" in asked) return await leaf(asked);
    if ("docx" in asked) return await docx(asked);
    if ("approval" in asked) return await approval(asked);
    if ("note" in asked) return await note(asked);
    return "salt" in asked ? await opening(asked) : await judge(asked);
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.message };
    if (error instanceof NotDer) return { refused: `unreadable: ${error.message}` };
    throw error;
  }
}

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
