// The checks on an evidence bundle: B01 to B33, A01 to A08, and those of the mail in it.

import { check, hasPassed, run } from "../checks.js";
import { APPROVAL } from "../approval/checks.js";
import { ShownApproval } from "../approval/shown.js";
import { checkEntries } from "../ledger/entries.js";
import { finalState, checkTimes } from "../ledger/history.js";
import { openCheckpoint } from "../ledger/log.js";
import { ownNote, readLogKey, readNote } from "../ledger/note.js";
import { Record1 } from "../ledger/record_1.js";
import { Record2 } from "../ledger/record_2.js";
import { existed, inOrder, storyOf } from "../ledger/story.js";
import { checkCosigned, checkHeld, cosignedLines } from "../ledger/watched.js";
import { readJson } from "../reading/json.js";
import { encode, hex, latin1, utf8 } from "../reading/octets.js";
import { readZip } from "../reading/zip.js";
import { readCertificates } from "../signatures/certificate.js";
import { signingTime } from "../signatures/cms_checks.js";
import { DOCUMENTS, EMAIL, material, signatureChecks } from "../signatures/signature_checks.js";
import { basicResponse } from "../signatures/ocsp.js";
import { readList } from "../signatures/lists.js";
import { judgeStamp } from "../signatures/timestamp.js";
import { NotApplicable, listed, malformed, need, say } from "../texts.js";
import { refuseLater } from "../files/content.js";
import { MANIFEST, SIGNATURE, checkCover, proveRenewals } from "./manifest.js";
import { judgment } from "../files/judged.js";
import { MESSAGE, member } from "./bundle_members.js";
import {
  innerMail,
  mailBearsOut,
  noticeBefore,
  noticeOf,
  oneNotice,
  otherShapes,
  sealed,
  sentMail,
} from "./bundle_inside.js";

const MIME = "application/vnd.etsi.asic-e+zip",
  MAX = 64 * 1024 * 1024;

async function container(e) {
  e.members = await readZip(e.octets);
  const [first] = e.members.keys();
  need(
    first === "mimetype" && latin1(e.members.get(first)) === MIME && e.octets[8] === 0 && e.octets[9] === 0,
    "the first member is not the stored mimetype",
  );
  return say("{count} bytes, {count2} members", { count: e.octets.length, count2: e.members.size });
}

const READERS = {
  crl: ["lists", (octets) => [readList(octets).der]],
  ocsp: ["ocsps", (octets) => (basicResponse(octets) ? [octets] : [])],
  pem: ["certificates", readCertificates],
};

/** Certificates and answers that the bundle carries; FORMAT_FAILURE for what is none. */
function carriedBy(members) {
  const carried = { lists: [], certificates: [], ocsps: [] };
  for (const [name, octets] of members) {
    const [kind, read] = READERS[/^evidence\/.*\.(crl|ocsp|pem)$/.exec(name)?.[1]] ?? [];
    if (!kind) continue;
    try {
      carried[kind].push(...read(octets));
    } catch {
      throw malformed(say("{name} cannot be read", { name }));
    }
  }
  return carried;
}

/** Of a bundle its octets, and what is read from it when it is asked for. */
class Bundle {
  constructor(octets, policy) {
    Object.assign(this, { octets, policy });
  }
  get besides() {
    return (this.carried ??= carriedBy(this.members));
  }
  /** The signature; with it all that it is judged with is read. */
  get der() {
    const signature = member(this, SIGNATURE);
    return (this.content, this.besides) && signature;
  }
  get content() {
    return member(this, MANIFEST);
  }
}

/** For stamps that are nobody's signature: what the policy and the bundle have. */
const ownMaterial = (e) => material({ policy: e.policy, besides: e.besides, signer: null });

async function archiveTimes(e) {
  e.archived ??= (async () => {
    const { layers } = await checkCover(e.members);
    return proveRenewals(layers, e.members, ownMaterial(e), e.policy.at);
  })();
  return e.archived;
}

async function before(e) {
  try {
    e.stampedBefore = (await archiveTimes(e))[0] ?? null;
  } catch {
    e.stampedBefore = null; // B09 says so
  }
  e.proven = e.stampedBefore;
}

const SEAL = [
  check("B01", "the container", [], container),
  check("B02", "every member is covered and unchanged", ["B01"], async (e) => {
    const { manifest, layers } = await checkCover(e.members);
    e.layers = layers;
    await before(e);
    return say("{count} members, {count2} renewals", { count: manifest.digests.size, count2: layers.length });
  }),
  ...signatureChecks(
    "B",
    { encoding: 3, stamp: 10, path: 11, expected: 13 },
    {
      needs: ["B01"],
      content: "the manifest",
      wanted: [EMAIL, DOCUMENTS],
      required: ["contentType", "messageDigest", "signingTime", "signingCertificateV2"],
    },
  ),
  check("B09", "archive time stamps", ["B02"], async (e) => {
    if (!e.layers.length) throw new NotApplicable(say("the bundle was not renewed"));
    e.renewed = await archiveTimes(e);
    const times = e.renewed.map((one) => say("{t0:%Y-%m-%d %H:%M:%S%z}", { t0: one }));
    return say("existed at {times}", { times: listed(times) });
  }),
].sort((one, other) => (one.id < other.id ? -1 : 1));

async function readRecord(e) {
  const octets = member(e, "ledger/record.json");
  const { value } = readJson(octets, "record.json", MAX);
  const schema = value?.schema;
  refuseLater("record.json", schema, "urn:notices:record:2");
  need(
    schema === "urn:notices:record:1" || schema === "urn:notices:record:2",
    say("the record's schema is {schema!r}", { schema: String(schema) }),
  );
  return schema.endsWith("1") ? new Record1(value) : new Record2(octets, value);
}

const HISTORY = [
  check("B14", "the log's key", ["B02"], async (e) => {
    const { logKeys } = e.policy;
    if (!logKeys.length)
      throw new NotApplicable(say("no --log-key was given; the key is vouched for by the bundle's signature"));
    const { text } = await logKey(e);
    need(logKeys.includes(text), say("the log's key is {log_key}, which is not pinned", { log_key: text }));
    return say("{t0}", { t0: text });
  }),
  check("B15", "the checkpoint's signature", ["B02"], async (e) => {
    const octets = member(e, "ledger/checkpoint.txt");
    const key = await logKey(e);
    e.note = readNote(utf8(octets, "checkpoint.txt"));
    e.checkpoint = await openCheckpoint(e.note, key);
    const { origin, size, root } = e.checkpoint;
    return say("{origin}, {size} entries, root {root}", { origin, size, root: hex(root) });
  }),
  check("B16", "the checkpoint's time stamp", ["B15"], async (e) => {
    const token = e.members.get("ledger/checkpoint.tst");
    if (!token) throw new NotApplicable(say("the checkpoint has no time stamp"));
    const { proven } = await judgeStamp(
      token,
      encode(ownNote(e.note, await logKey(e))),
      ownMaterial(e),
      e.proven ?? e.policy.at,
    );
    e.stampedCheckpoint = proven;
    return say("existed at {proven:%Y-%m-%d %H:%M:%S%z}", { proven });
  }),
  check("B17", "every event is in the log", ["B15"], async (e) => {
    const record = await readRecord(e);
    need(
      record.size === e.checkpoint.size,
      say("the proofs lead to a tree of {size}, the checkpoint has {checkpoint_size}", {
        size: String(record.size),
        checkpoint_size: e.checkpoint.size,
      }),
    );
    await record.prove(e.checkpoint);
    e.record = record;
    e.approval = approvalOf(e);
    return say("{count} events in a log of {size}", { count: record.events.length, size: e.checkpoint.size });
  }),
  check("B18", "the record and the log agree", ["B17"], (e) => e.record.checkAccount()),
  check("B19", "the documents are those of the log", ["B17"], (e) => e.record.checkDocuments(e.members)),
  check("B20", "the attempts are those of the log", ["B17"], (e) => e.record.checkDelivery(e.members)),
  check("B21", "what came in is on record", ["B17"], (e) => e.record.checkReceived(e.members)),
  check("B22", "the mail, the letter and the record are one notice", ["B18", "B19"], oneNotice),
  check("B23", "judgment and notice.json agree", ["B19"], judgment),
  check("B24", "the moves are those of a delivery", ["B17"], (e) => {
    const state = finalState(e.record.events);
    return say("{count} events lead to {state}", { count: e.record.events.length, state: state || say("no delivery") });
  }),
  check("B25", "times do not run backwards", ["B17"], (e) =>
    checkTimes(e.record.events, e.stampedCheckpoint ?? null, sealedAt(e), e.policy.tolerance),
  ),
  check("B26", "nothing was left out", ["B17"], (e) => e.record.checkComplete()),
  check("B27", "who sealed it", ["B04", "B18"], sealed),
  check("B28", "the letter's other shapes and notice.json agree", ["B19"], otherShapes),
  check("B29", "witnesses cosigned the checkpoint", ["B15"], (e) => checkCosigned(e, e.note)),
  check("B30", "checkpoints that others hold", ["B15"], async (e) => checkHeld(e, e.checkpoint, await logKey(e))),
  check("B31", "the notice before, in the log", ["B19"], noticeBefore),
  check("B32", "the entries agree with each other", ["B26"], (e) =>
    checkEntries(e.record.events, e.record.texts ?? new Map(), Boolean(e.record.redacted?.size), e.policy.tolerance),
  ),
  check("B33", "the mail bears out what the log tells", ["B18", "B19"], mailBearsOut),
  ...APPROVAL,
];

/** When its signer says that it was signed; null where that could not be read. */
const sealedAt = (e) => (e.signer ? signingTime(e.signer) : null);

const logKey = async (e) => (e.logKey ??= await readLogKey(utf8(member(e, "ledger/log.pub"), "log.pub")));

const approvalOf = (e) =>
  new ShownApproval({
    members: e.members,
    record: e.record,
    log: e.checkpoint.origin,
    mail: () => sentMail(e),
    notice: () => noticeOf(e),
  });

const MAIL_NEEDS = ["B02", "B07", "B08"];

export async function judgeBundle(octets, policy) {
  const e = new Bundle(octets, policy);
  const findings = await run([...SEAL, ...HISTORY], e);
  const isSealed = hasPassed(findings, ...MAIL_NEEDS);
  if (isSealed && (await innerMail(e))) findings.push(...e.mailInside.findings);
  if (isSealed && hasPassed(findings, "B18", "B19")) e.facts = factsOf(e);
  if (isSealed && hasPassed(findings, "B17")) e.story = story(e, findings);
  if (isSealed && hasPassed(findings, "B24")) e.delivery = deliveryOf(e);
  // entries that contradict each other lead to no state
  if (findings.some(({ id, status }) => id === "B32" && status === "failed")) e.delivery = "";
  e.isOldRecord = e.record?.isOld ?? false;
  return { findings, evidence: e };
}

/** Where the delivery stands; a number alone, or a draft, has none. */
function deliveryOf(e) {
  const state = finalState(e.record.events);
  return state === "drafted" ? "" : state;
}

function factsOf(e) {
  if (e.members.has(MESSAGE)) return noticeOf(e).statement;
  const told = e.record.wanted();
  const isWhole = e.record.isOld && !e.record.redacted.size;
  return {
    number: e.record.number,
    case_id: told.case_id,
    date: isWhole ? told.date : null,
    recipient: (isWhole || !e.record.isOld ? told.recipient : told.mailbox) ?? "",
    form: told.form,
  };
}

function story(e, findings) {
  const told = storyOf(e.record.events, e.record.others, e.record.texts);
  const inside = e.mailInside?.evidence;
  if (inside?.proven && hasPassed(findings, "M11")) told.push(existed(inside.proven, "the signed mail"));
  if (e.stampedCheckpoint) told.push(existed(e.stampedCheckpoint, "the checkpoint with all of these events"));
  told.push(...cosignedLines(e.cosigned ?? []));
  if (e.proven && hasPassed(findings, "B10")) told.push(existed(e.proven, "this bundle"));
  for (const one of e.renewed ?? []) told.push(existed(one, "this bundle, renewed"));
  told.push({ at: signingTime(e.signer), text: say("this bundle was signed"), source: say("the signer's claim") });
  return inOrder(told);
}
