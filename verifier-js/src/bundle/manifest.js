// The manifests of a container (ETSI EN 319 162-1, A.4) and its renewals (formats.md, 3.6).

import { equal, latin1, sha256, unbase64 } from "../reading/octets.js";
import { elements, ownText, readXml } from "../reading/xml.js";
import { judgeStamp } from "../signatures/timestamp.js";
import { Refusal, listed, malformed, need, say } from "../texts.js";

const MAX_MANIFEST = 1 << 20,
  MAX_RENEWALS = 30;
const ASIC = "{http://uri.etsi.org/02918/v1.2.1#}",
  DSIG = "{http://www.w3.org/2000/09/xmldsig#}";
export const MANIFEST = "META-INF/ASiCManifest.xml";
export const SIGNATURE = "META-INF/signature.p7s";
const ARCHIVE = "META-INF/ASiCArchiveManifest.xml";
const EVIDENCE = "(?:certificates\\.pem|[0-9]{2,4}\\.(?:crl|ocsp))";
const OURS = new RegExp(
  `^(?:README\\.txt|delivery\\.json|received/[A-Za-z0-9][A-Za-z0-9._-]*|documents/(?:judgment\\.json|message\\.eml|letter\\.(?:pdf|docx|txt)|notice\\.json|mail\\.txt|submission\\.json|warnings\\.json|xarf(?:-[1-9][0-9]{0,3})?\\.json)|ledger/(?:record\\.json|checkpoint\\.(?:txt|tst)|log\\.pub|witnesses\\.txt)|approvals/(?:approval\\.(?:json|p7s)|assertion\\.json)|evidence/${EVIDENCE})$`,
);

/** What one signature or stamp is about: `by`, and `digests` by name. */
export function readManifest(octets, name) {
  const fail = (holds, text) => need(holds, say("{name}: {error}", { name, error: text }));
  const isDeclared = /<!|<\?(?!xml )/.test(latin1(octets));
  fail(octets.length <= MAX_MANIFEST && !isDeclared, say("too long, or with declarations"));
  const root = readXml(octets, name, MAX_MANIFEST, "{name}: {error}");
  fail(root.tag === `${ASIC}ASiCManifest`, say("the root element is {tag}", { tag: root.tag }));
  const [reference, ...objects] = elements(root);
  fail(reference?.tag === `${ASIC}SigReference`, say("it does not begin with its SigReference"));
  const digests = new Map();
  for (const one of objects) {
    const told = one.attributes.get("URI") ?? "";
    const [method, value, ...more] = elements(one);
    const isOurs =
      one.tag === `${ASIC}DataObjectReference` &&
      method?.tag === `${DSIG}DigestMethod` &&
      value?.tag === `${DSIG}DigestValue` &&
      !more.length;
    fail(isOurs, say("a reference has other parts than method and value"));
    fail(
      method.attributes.get("Algorithm") === "http://www.w3.org/2001/04/xmlenc#sha256",
      say("{name} has a digest that is not SHA-256", { name: told }),
    );
    const digest = unbase64(ownText(value));
    fail(digest.length === 32, say("{name} has a digest of another length", { name: told }));
    fail(!digests.has(told), say("{name} stands in it twice", { name: told }));
    digests.set(told, digest);
  }
  return { by: reference.attributes.get("URI") ?? "", digests };
}

async function differences({ digests }, members) {
  const faults = [];
  for (const [name, digest] of digests) {
    if (!members.has(name)) faults.push(say("{name} is missing", { name }));
    else if (!equal(await sha256(members.get(name)), digest)) faults.push(say("{name} was changed", { name }));
  }
  return faults;
}

const stampName = (number) => `META-INF/timestamp${String(number).padStart(3, "0")}.tst`;

/** The renewals, the oldest first. */
function readLayers(members) {
  const older = [...members.keys()].filter((name) => /^META-INF\/ASiCArchiveManifest\d{3}\.xml$/.test(name)).sort();
  if (!members.has(ARCHIVE)) {
    need(!older.length, "the newest archive manifest is missing");
    return [];
  }
  const names = [...older, ARCHIVE];
  need(
    names.length <= MAX_RENEWALS,
    say("{count} renewals, at most {most}", { count: names.length, most: MAX_RENEWALS }),
  );
  return names.map((name, index) => {
    need(
      name === ARCHIVE || name === `META-INF/ASiCArchiveManifest${String(index + 1).padStart(3, "0")}.xml`,
      say("archive manifests are {names}", { names: names.join(", ") }),
    );
    const manifest = readManifest(members.get(name), name);
    need(
      manifest.by === stampName(index + 1),
      say("{name} is not about {timestamp_name}", { name, timestamp_name: stampName(index + 1) }),
    );
    need(members.has(manifest.by), say("{signed_by} is missing", { signed_by: manifest.by }));
    return { name, ...manifest };
  });
}

/** B02: every member is covered by the signature or by its renewal, and unchanged. */
export async function checkCover(members) {
  const manifest = readManifest(members.get(MANIFEST) ?? lacking(MANIFEST), MANIFEST);
  need(manifest.by === SIGNATURE, say("the manifest is about {signed_by}", { signed_by: manifest.by }));
  const faults = await differences(manifest, members);
  if (faults.length) throw new Refusal("HASH_FAILURE", listed(faults, "; "));
  const layers = readLayers(members);
  const odd = [...manifest.digests.keys()].filter((name) => !OURS.test(name));
  need(!odd.length, say("{odd} is no part of a bundle", { odd: odd.sort().join(", ") }));
  let before = new Set([MANIFEST, SIGNATURE, ...manifest.digests.keys()]);
  for (const [index, layer] of layers.entries()) {
    const wrong = await differences(layer, members);
    need(!wrong.length, say("{name}: {faults}", { name: layer.name, faults: listed(wrong, "; ") }));
    const lacks = [...before].filter((name) => !layer.digests.has(name));
    need(!lacks.length, say("{name} does not cover {lacking}", { name: layer.name, lacking: lacks.sort().join(", ") }));
    const ours = new RegExp(`^evidence/renewal-${String(index + 1).padStart(3, "0")}-${EVIDENCE}$`);
    const added = [...layer.digests.keys()].filter((name) => !before.has(name));
    need(
      added.every((name) => ours.test(name)),
      say("{odd} came with no signature", { odd: added.sort().join(", ") }),
    );
    before = new Set([...before, ...added, layer.name, layer.by]);
  }
  const stray = [...members.keys()].filter((name) => name !== "mimetype" && !before.has(name));
  need(!stray.length, say("{stray}: nothing covers it", { stray: stray.sort().join(", ") }));
  return { manifest, layers };
}

export const lacking = (name) => {
  throw malformed(say("{name} is missing", { name }));
};

/** The times that renewals prove, the oldest first; the newest is judged at the clock. */
export async function proveRenewals(layers, members, material, at) {
  const times = [];
  for (const layer of [...layers].reverse()) {
    const { proven } = await judgeStamp(members.get(layer.by), members.get(layer.name), material, times[0] ?? at);
    times.unshift(proven);
  }
  return times;
}
