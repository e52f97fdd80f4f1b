// The signature of a person over a statement: CMS, or a passkey's assertion (formats.md, 5.3).

import { concat, hex, sha256 } from "../reading/octets.js";
import { oneSigner, readSignedData, strictDer } from "../signatures/cms.js";
import { checkAttributesOf, checkDigest, checkValue, suite } from "../signatures/cms_checks.js";
import { DIGESTS } from "../signatures/keys.js";
import { need, say } from "../texts.js";
import { checkAssertionValue, checkChallenge, readAssertion } from "./assertion.js";
import { PREFIX } from "./statement.js";

const ATTRIBUTES = ["contentType", "messageDigest", "signingTime", "signingCertificateV2"];
const STRONG = ["SHA-256", "SHA-384", "SHA-512"];

/** `octets` of the statement, its signature, `isPasskey`. */
export class SignedStatement {
  constructor(octets, signature, isPasskey) {
    Object.assign(this, { content: concat(PREFIX, octets), octets, signature, isPasskey });
  }

  digest() {
    return sha256(this.content);
  }

  /** Value and strictness, by the key that the signature brings along. */
  async checkValue() {
    if (this.isPasskey) return checkAssertionValue(this.assertion());
    const signer = this.signer();
    const told = await suite(signer, STRONG);
    const digest = DIGESTS[signer.digestAlgorithm.id];
    const wanted = signer.certificate.key.curve === "P-384" ? "SHA-384" : "SHA-256";
    need(digest === wanted, say("digest {digest}", { digest: digest.toLowerCase().replace("-", "") }));
    await checkAttributesOf(signer, ATTRIBUTES);
    await checkValue(signer);
    return told;
  }

  /** What was signed is the statement: by its digest, or as the challenge. */
  async checkDigest() {
    if (this.isPasskey) return checkChallenge(this.assertion(), await this.digest());
    return checkDigest(this.signer(), this.content);
  }

  /** SHA-256 of the key, as it is enrolled. */
  async keySha256() {
    const spki = this.isPasskey ? this.assertion().public_key : this.signer().certificate.key.spki;
    return hex(await sha256(spki));
  }

  assertion() {
    return readAssertion(this.signature);
  }

  signer() {
    return oneSigner(readSignedData(strictDer(this.signature)));
  }
}
