// Judge files from standard input, one JSON object a line, for tests and for programs:
//
//   {"data": BASE64, "trust": [PEM, ...], "at": "2026-11-23T03:00:00Z"}
//
// and, where wanted, "trust_stamps", "tolerance" (seconds), "signers", "log_keys",
// "evidence" (BASE64 of lists or OCSP answers), "lang" ("en" or "ja"). A line comes back
// for each: what `notices verify --json` prints, or {"kind": ""} for a file of no kind.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { encode, unbase64 } from "./src/reading/octets.js";
import { reportJson } from "./src/report.js";
import { makePolicy, verify } from "./src/verify.js";

const japanese = () => JSON.parse(readFileSync(new URL("./build/ja.json", import.meta.url), "utf8"));

async function judge(line) {
  const asked = JSON.parse(line);
  const policy = makePolicy({
    trust: asked.trust.map(encode), trustStamps: asked.trust_stamps?.map(encode) ?? null, at: new Date(asked.at),
    toleranceSeconds: asked.tolerance ?? 60, signers: asked.signers ?? [], logKeys: asked.log_keys ?? [], evidence: (asked.evidence ?? []).map(unbase64),
  });
  const report = await verify(unbase64(asked.data), policy);
  return report ? reportJson(report, asked.lang === "ja" ? japanese() : {}) : { kind: "" };
}

for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${JSON.stringify(await judge(line))}\n`);
