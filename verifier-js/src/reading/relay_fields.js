// Names of header fields that servers and stores of mail add, and those that clients act on (M23).

const names = (listed) => new Set(listed.trim().split(/\s+/));
/** Names as they are. */
const NAMES = names(`
  authentication-results authentication-results-original delivered-to delivery-date dmarc-filter
  domainkey-signature envelope-from envelope-to feedback-id lines original-recipient received received-spf
  return-path spamdiagnosticmetadata spamdiagnosticoutput status
`);
/** Behind `x-`, alone or with more behind `-`, `_` or `.`. */
const FAMILIES = names(`
  account-key alimail amavis amp amz anti-abuse antiabuse aol apparently-to apple-action apple-movetofolder
  apple-uuid arc asg attachment-scan auditid auth authenticated authentication authuser avas avast avg aws
  barracuda beenthere bigfish biglobe bitdefender bmta bogosity brightmail-tracker client clientaddr
  clientproxiedby cloudmark clx cm cmae cnfs-analysis coremail country crm114 crosspremisesheadersfiltered
  crosspremisesheaderspromoted ctch dcc delivered delivery-time deliveryagent dkim dkimresult dmarc domainkeys
  dovecot drweb dspam email-security-gateway entity-id env-from env-sender env-to envelope
  eopattributedmessage eoptenantattributedmessage eset esetid esetresult esmtp exchange exim
  externalrecipientoutboundconnectors f-secure fe feas fireeye forefront fortimail forwarded-for forwarded-to
  fsecure gfi gfime gm gmail gmx google grey greylist guardianwall halon helo hmailserver
  hmxmroriginalrecipient icl imss imsva incomingheadercount incomingtopheadermarker ironport junk junkmail kas
  kaspersky klms kse ksmg ld-processed loop mail-from mail-gateway mail-ru mail-system mailassure mailcleaner
  mailcontrol mailfrom mailgun mailing-list mailman mailru mandrill mantsh mc-unique mcafee md-class
  md-comment md-id md-learn mdaemon mdarrival-date mdhelolookup mdid mdorigin-country mdptrlookup mdrcpt-to
  mdremoteip me message-delivery message-info messagelabs microsoft-antispam microsoft-exchange
  mime-autoconverted mimecast mimeole mimetrack mj ml mlserver mpop mras mru ms-exchange ms-has-attach
  ms-office365 ms-oob-tlc-oobclassifiers ms-publictraffictype ms-tnef-correlator ms-traffictypediagnostic
  msg-ref mx mxl-hash mxl-notehash mxlogic nai nas naver nifty ocn orcpt-to organizationheaderspreserved
  original-helo original-ip original-message-id original-rcpt original-recipient original-sender original-to
  originalarrivaltime originally-to originating-email originating-ip originatororg outbound-mail-relay ovh
  peer pm-message-id pmx pobox policy porninfo postfix powermta processed-by proofpoint provags-id pstn
  purgate pyzor qmail qq queue-id razor rbl rcpt received recommended-action remote-host remote-ip resolved-to
  return-path rocket rzg sasl sbrs sea secumail securitypolicycheck sef sender-ip sendergroup senderip
  sendgrid ses session-id sg-eid sg-id shieldmailchecker shieldmailcheckermailid
  shieldmailcheckerpolicyversion sid sieve smp smtp smtpd sophos source spasign spf srs starscan store-info
  supanet symantec symc terrace tls tm tmase tmn toi trace tuid ui vade vr webroot works yahoo
  yahoofilteredbulk yandex ymail ymailisg zimbra zoho zohomail zscaler
`);
/** Behind `x-`: clients show them, or do what they say. */
const ACTED_ON = names(`
  apple-base-url attribution auto-response-suppress comment comments confirm-reading-to draft-info errors-to
  face image-url importance label labels list-help list-post list-subscribe list-unsubscribe message-flag
  microsoft-classid microsoft-classification microsoft-classified mozilla-draft-info ms-reactions
  msmail-priority no-archive organization pmrqc precedence priority reply-to return-receipt-to sensitivity
  subject template uniform-type-identifier unsent unsubscribe url
`);
const OF_SERVERS = /^(?:(?:arc|dkim|ironport)-[a-z-]+|ms-exchange-[a-z0-9-]+)$/;
const LANGUAGES = /^[A-Za-z0-9-]{1,35}(?:, ?[A-Za-z0-9-]{1,35}){0,8}$/;
const FLAGS = /^(?:(?:\$label[1-5]|\$?(?:Not|Non)?Junk|\$Forwarded|\$MDNSent)(?: +|$)){0,9}$/;
/** Fields that say nothing if they say just this. */
export const BY_VALUE = {
  "accept-language": LANGUAGES,
  acceptlanguage: LANGUAGES,
  "content-language": LANGUAGES,
  "content-length": /^[0-9]{1,12}$/,
  "content-transfer-encoding": /^(?:7bit|8bit)$/,
  msip_labels: /^$/,
  "thread-index": /^[A-Za-z0-9+/=]{1,998}$/,
  uid: /^[0-9]{1,12}$/,
  "x-keywords": FLAGS,
  "x-mozilla-keys": FLAGS,
  "x-mozilla-status": /^[0-9A-Fa-f]{4}$/,
  "x-mozilla-status2": /^[0-9A-Fa-f]{8}$/,
  "x-status": /^[ADFRT]{0,5}$/,
  "x-uid": /^[0-9]{1,12}$/,
  "x-uidl": /^[!-~]{1,70}$/,
};

/** A field (in small letters) that servers add and no client acts on. */
export const isTrace = (name) =>
  NAMES.has(name) || OF_SERVERS.test(name) || (/^x-[a-z0-9._-]+$/.test(name) && isOfFamily(name.slice(2)));

function isOfFamily(name) {
  if (/spam|virus|scan|filter/.test(name) || FAMILIES.has(name)) return true;
  for (let at = 1; at < Math.min(name.length, 50); at++)
    if ("-_.".includes(name[at]) && FAMILIES.has(name.slice(0, at))) return true;
  return false;
}

/** A private field of which nobody here can say what a client does. */
export const isUnknown = (name) => /^x-[!-9;-~]+$/.test(name) && !ACTED_ON.has(name.slice(2));
