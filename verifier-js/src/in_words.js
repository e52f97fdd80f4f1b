// A report in the words of somebody who decides by it: what is proven, and what is not.

import { hasPassed } from "./checks.js";
import { LEFT_OUT, say } from "./texts.js";

const SIGNED = { mail: ["M08", "M09", "M12", "M14"], pdf: ["P09", "P10", "P13"], bundle: ["B07", "B08", "B11", "B27"] };
const AT_THE_END = {
  held: say("it was made and signed, and nobody has sent it"),
  queued: say("it waits to be sent"),
  sending: say("it is being sent"),
  sent: say("a mail server took the responsibility for it; no report came back"),
  deferred: say("it was not taken yet, and will be tried again"),
  failed: say("it was refused for good"),
  in_doubt: say("it may have been sent; the connection was lost in between"),
  delivered: say("a delivery report says that it was delivered"),
  bounced: say("a delivery report says that it could not be delivered"),
  withdrawn: say("it was taken back before it was sent"),
};

/** A time in Japan, and the same in UTC. */
export function moment(at) {
  const here = new Date(at.getTime() + 9 * 3_600_000).toISOString();
  return `${here.slice(0, 10)} ${here.slice(11, 19)} JST (${at.toISOString().slice(11, 16)} UTC)`;
}

/** The verdict as one sentence that names whom. */
export function sentence(report) {
  const left = report.findings.filter((one) => one.detail?.template === LEFT_OUT);
  if (report.verdict === "TOTAL-PASSED" && !report.signer)
    return say(
      "Every check that applies was passed. The key of the log, which you gave, vouches for every event. Compare it with the one that the centre publishes.",
    );
  if (report.verdict === "TOTAL-PASSED")
    return say(
      "Every check that applies was passed. It was signed with the key of {subject} <{mailbox}>. Compare the fingerprint of the root with the one that the centre publishes.",
      report.signer,
    );
  if (report.verdict === "TOTAL-FAILED")
    return say("This file is not genuine, or not what the centre sends. Do not act on what it says.");
  if (left.length)
    return say(
      "This page cannot judge the file to the end: it leaves something out that is needed here. Ask notices verify.",
    );
  return say("It cannot be judged with what is at hand. Do not act on it before the reason below is settled.");
}

export function proven(report) {
  const { findings, kind, signer, best_signature_time: since } = report;
  if (!SIGNED[kind] || !hasPassed(findings, ...SIGNED[kind])) return [];
  const told = [];
  if (signer)
    told.push(
      say(
        "It was signed with the key of {subject} <{mailbox}>; the certificate leads to a root that was trusted, and was not revoked.",
        signer,
      ),
    );
  if (since) told.push(say("It existed by {moment}: a time-stamp authority says so.", { moment: moment(since) }));
  if (hasPassed(findings, "B17"))
    told.push(say("The events below were written into the centre's log, and none of them was changed since."));
  if (hasPassed(findings, "B16")) told.push(say("A time-stamp authority has seen the log with all of these events."));
  if (hasPassed(findings, "B26")) told.push(say("No event of this notice was left out up to the last one below."));
  if (hasPassed(findings, "B19", "B22") || hasPassed(findings, "M20"))
    told.push(say("Mail, letter and data for machines are of one notice and agree."));
  return told;
}

export function notProven(report) {
  const told = [];
  if (report.verdict !== "TOTAL-PASSED")
    told.push(say("That the centre made it: whatever stands in it, names included, is what the file itself claims."));
  if (!report.best_signature_time)
    told.push(say("When it was signed: no time stamp proves it; the time is the signer's own word."));
  told.push(
    ["mail", "pdf"].includes(report.kind)
      ? say("That it was sent or received: a signature does not tell.")
      : say("That a person has read it: no mail system tells."),
  );
  if (report.notice && !report.notice.date)
    told.push(
      say(
        "Wording, recipient's name and day: the centre left out the documents; the log commits to them, so they can be shown later.",
      ),
    );
  return [...told, ...report.conditions];
}

export const delivery = (report) =>
  Object.hasOwn(AT_THE_END, report.delivery)
    ? say("Delivery, by the last event: {state}.", { state: AT_THE_END[report.delivery] })
    : null;
