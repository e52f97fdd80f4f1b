// Does pkijs accept the detached signature over a part, with these roots alone?
//   node pkijs_judge.mjs NODE_MODULES SIGNATURE.p7s PART ROOTS.pem
// Says GoodSignature, or why not.
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";

const [modules, signature, part, roots] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${modules}/x.js`));
const pkijs = require("pkijs");
pkijs.setEngine("node", new pkijs.CryptoEngine({ name: "node", crypto: webcrypto }));

const octets = (file) => new Uint8Array(readFileSync(file)).buffer;
const trustedCerts = readFileSync(roots, "ascii")
  .split("-----BEGIN CERTIFICATE-----")
  .slice(1)
  .map((text) => Buffer.from(text.split("-----END")[0], "base64"))
  .map((der) => pkijs.Certificate.fromBER(new Uint8Array(der).buffer));

try {
  const info = pkijs.ContentInfo.fromBER(octets(signature));
  const signed = new pkijs.SignedData({ schema: info.content });
  // pkijs reads no revocation-values: once there is one list it wants one for every
  // certificate. Where OCSP answers for the signer, the path is judged without lists.
  const named = signed.certificates.map((one) => one.issuer.toString());
  const listed = (signed.crls ?? []).map((one) => one.issuer.toString());
  if (!named.every((one) => listed.includes(one))) signed.crls = undefined;
  const said = await signed.verify({
    signer: 0,
    data: octets(part),
    trustedCerts,
    checkChain: true,
    extendedMode: true,
  });
  console.log(said.signatureVerified ? "GoodSignature" : JSON.stringify(said));
} catch (error) {
  console.log(`refused: ${error.message ?? error}`);
}
