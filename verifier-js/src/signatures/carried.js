// Lists and OCSP answers that a signature carries: verification.md, "Where revocation answers stand".

import { BIT_STRING, Fields, GENERALIZED_TIME, NotDer, OID, SEQUENCE, expect, inside, oid, time } from "../reading/der.js";
import { malformed, need, say } from "../texts.js";
import { readList } from "./lists.js";
import { basicResponse } from "./ocsp.js";

const OCSP_INFO = "1.3.6.1.5.5.7.16.2";
const REVOCATION_VALUES = "1.2.840.113549.1.9.16.2.24";
const MAX_ANSWERS = 64,
  MAX_OCSP = 65536;

/** A list that is carried is read to its end, whether or not anybody asks for it; NotDer. */
export function readWhole(octets) {
  const list = readList(octets);
  if (list.broken || list.brokenInside) throw list.broken ?? list.brokenInside;
  return list.der;
}

/** CRLs and how many OCSP answers are carried: verification.md, "Where revocation answers stand". */
export function carriedAnswers(signed, signer) {
  const lists = [];
  const ocsps = [];
  for (const one of signed.answers) {
    if (one.tag === SEQUENCE) lists.push(readWhole(one.der));
    else {
      const fields = new Fields(one, 0xa1);
      if (oid(fields.take(OID)) !== OCSP_INFO) continue;
      const response = fields.take(SEQUENCE).der;
      fields.end();
      checkAnswer(() => basicResponse(response), "SignedData.crls");
      ocsps.push(response);
    }
  }
  need(
    signed.answers.length <= MAX_ANSWERS,
    say("{count} answers in {where}, at most {max_answers}", {
      count: signed.answers.length,
      where: "SignedData.crls",
      max_answers: MAX_ANSWERS,
    }),
  );
  const values = signer.unsigned.filter((one) => one.id === REVOCATION_VALUES);
  if (values.length) revocationValues(values, lists, ocsps);
  return { lists, ocsps };
}

function revocationValues(attributes, lists, ocsps) {
  const counts = { count: attributes.length, length: attributes[0].values.length };
  need(
    counts.count === 1 && counts.length === 1,
    say("revocation-values {count} times with {length} values, must be one", counts),
  );
  const members = expect(attributes[0].values[0], SEQUENCE).children;
  need(members.length, "revocation-values holds no answer, or a member without one");
  const tags = members.map((one) => one.tag);
  for (const odd of tags)
    need(
      odd === 0xa0 || odd === 0xa1,
      say("revocation-values has a member {odd:02X}: neither lists nor OCSP", { odd }),
    );
  need(tags.join() === [...new Set(tags)].sort().join(), "revocation-values has a member twice or out of order");
  for (const member of members) {
    const answers = expect(inside(member), SEQUENCE).children;
    need(answers.length, "revocation-values holds no answer, or a member without one");
    need(
      answers.length <= MAX_ANSWERS,
      say("{count} answers in {where}, at most {max_answers}", {
        count: answers.length,
        where: "revocation-values",
        max_answers: MAX_ANSWERS,
      }),
    );
    for (const answer of answers) {
      if (member.tag === 0xa0) lists.push(readWhole(expect(answer, SEQUENCE).der));
      else {
        const { length } = answer.der;
        need(
          length <= MAX_OCSP,
          say("an OCSP answer of {count} bytes, at most {max_ocsp}", { count: length, max_ocsp: MAX_OCSP }),
        );
        need(answer.children[0]?.tag !== 0x0a, "revocation-values has an OCSPResponse, not what is in it");
        checkAnswer(() => answer, "revocation-values");
        ocsps.push(answer.der);
      }
    }
  }
}

/** A BasicOCSPResponse (RFC 6960, 4.2.1) as far as every answer needs it. */
export function checkAnswer(read, where) {
  const odd = malformed(say("{where} has something that is no answer by OCSP", { where }));
  try {
    const basic = read();
    if (!basic) throw odd;
    const fields = new Fields(basic);
    const data = new Fields(fields.take(SEQUENCE));
    fields.take(SEQUENCE);
    fields.take(BIT_STRING);
    fields.optional(0xa0);
    fields.end();
    data.optional(0xa0);
    if (![0xa1, 0xa2].includes(data.any().tag)) throw odd;
    time(data.take(GENERALIZED_TIME));
    const answers = data.take(SEQUENCE).children;
    data.optional(0xa1);
    data.end();
    for (const one of answers) {
      const told = new Fields(one);
      told.take(SEQUENCE);
      if (![0x80, 0xa1, 0x82].includes(told.any().tag)) throw odd;
      time(told.take(GENERALIZED_TIME));
      told.optional(0xa0);
      told.optional(0xa1);
      told.end();
    }
  } catch (error) {
    throw error instanceof NotDer ? odd : error;
  }
}
