// What a reminder, a withdrawal or a correction follows: M25.

import { splitMail, valuesOf } from "../reading/mime.js";
import { hex, latin1, sha256, utf8 } from "../reading/octets.js";
import { NotApplicable, need, say } from "../texts.js";
import { noticesIn } from "./before_bundle.js";
import { namesNumber, readNotice } from "./content.js";
import { withoutSpace } from "../reading/flowed.js";

/** Header fields, text and what was handed over lead to the very notice that `follows` names. */
export async function checkBefore({ mail, notice, policy }) {
  const told = notice.follows;
  if (!told) throw new NotApplicable(say("it is a request, and follows no other notice"));
  checkOrder(notice.statement, told);
  checkThread(mail.inner, told);
  checkNamed(utf8(mail.leaves[0].content, "text"), told);
  const known = (await noticesIn(policy.notices ?? [])).map(readBefore).filter((one) => one?.notice.statement.number === told.number);
  for (const one of known) await checkKnown(one, notice, told);
  const { number, date: day, kind: before } = told;
  const words = say("{kind} after {number} of {day}, {before}", { kind: notice.kind, number, day, before });
  return known.length
    ? say("{words}, which was compared", { words })
    : say("{words}; that one was not at hand (--evidence FILE)", { words });
}

function checkOrder(own, told) {
  need(told.number !== own.number, say("{number} follows itself", { number: own.number }));
  need(
    told.date <= own.date,
    say("it follows {number} of {day}, and is of {own} itself", { number: told.number, day: told.date, own: own.date }),
  );
}

/** References may end with the mail's own Message-ID. */
function checkThread(inner, told) {
  const own = (valuesOf(inner, "message-id")[0] ?? "").trim();
  for (const name of ["In-Reply-To", "References"]) {
    const ids = (valuesOf(inner, name.toLowerCase())[0] ?? "").split(/\s+/).filter(Boolean);
    if (name === "References" && ids.at(-1) === own) ids.pop();
    need(
      ids.at(-1) === told.messageId,
      say("{name} leads to {found}, notice.json follows {wanted}", {
        name,
        found: ids.join(" ") || "nothing",
        wanted: told.messageId,
      }),
    );
  }
}

/** The hash may be broken over lines where a mail was written again. */
function checkNamed(text, told) {
  need(namesNumber(text, told.number), say("the text does not name {number}", { number: told.number }));
  need(withoutSpace(text).includes(told.sha256), say("the text does not name {sha256}", { sha256: told.sha256 }));
}

/** A mail or a `notice.json` that was handed over; null for what cannot be read. */
function readBefore(octets) {
  try {
    if (/^\s*\{/.test(latin1(octets.subarray(0, 64)))) return { octets, notice: readNotice(octets), id: "" };
    const { leaves, inner } = splitMail(octets);
    const leaf = leaves.find((one) => one.type === "application/json" && one.fileName === "notice.json");
    return { octets: leaf.content, notice: readNotice(leaf.content), id: valuesOf(inner, "message-id")[0] };
  } catch {
    return null;
  }
}

async function checkKnown({ octets, notice: before, id }, notice, told) {
  const pairs = {
    notice_sha256: [told.sha256, hex(await sha256(octets))],
    date: [told.date, before.statement.date],
    kind: [told.kind, before.kind],
    case_id: [notice.statement.case_id, before.statement.case_id],
    recipient: [notice.mailbox, before.mailbox],
    message_id: [told.messageId, id || told.messageId],
  };
  for (const [name, [wanted, found]] of Object.entries(pairs))
    need(
      wanted === found,
      say("{name} of {number}: {found}, it follows one with {wanted}", { name, number: told.number, found, wanted }),
    );
}
