// Words of letters that follow from fields of `notice.json`, since the first version;
// patterns and titles are for words without white space (verification.md, M24). In
// backquotes stands what is compared and never said.

/** In the head of each page of a test, of a draft. */
export const TEST_HEAD = "試験TEST";
export const DRAFT_HEAD = "見本DRAFT";
/** Before the subject and the first sentence of a test's mail. */
export const MARKS = ["【試験】", "[TEST]"];
export const OF_DRAFTS = ["【見本】", "[DRAFT]"];
/** Characters from which a value is prose that may hold sentences of its own. */
export const LONG = 8;
/** Of each rung: its facility (empty: any), what is managed, and that in English. */
export const MANAGED = {
  board_administrator: ["bulletin_board", "電子掲示板", "onlineservice"],
  website_administrator: ["website", "ウェブサイト", "website"],
  server_administrator: ["", "サーバ", "server"],
  ip_allocation_holder: ["", "IPアドレス", ""],
};
export const HOLDS =
  /(?:あなた|貴社|貴団体)(?:が管理する(電子掲示板|ウェブサイト|サーバ)|が割り?振りを受けている(IPアドレス))/g;
export const HOLDS_EN = /(onlineservice|website|server)thatyou(?:operate|manage)/g;
/** What is asked, as `notice.json` says it. */
export const ASKED = {
  当該情報の送信を防止する措置: "stop",
  日本国内から当該情報を閲覧することができないようにする措置: "block",
  利用者との間の契約や利用に関する取決め等に基づく対応: "deal",
  "なし（先の依頼を取り下げ、今後の対応を求めません。）": "nothing",
};
export const ASKED_EN = {
  [`measures to stop the transmission of this information`]: "stop",
  [`measures to make this information inaccessible from Japan`]: "block",
  [`action under your terms of service or other agreements with your users`]: "deal",
  [`nothing: our earlier request is withdrawn, and no further action is asked for`]: "nothing",
};
/** The same as letters have said it. */
export const SENTENCES = {
  stop: ["当該情報の送信を防止する措置"],
  block: ["日本国内から当該情報を閲覧することができないようにする措置"],
  deal: [
    "利用者との間の契約や利用に関する取決め等に基づく対応",
    "利用者との間の契約や利用に関する取り決め等に基づく対応",
  ],
  nothing: ["対応をお願いすることはありません"],
};
export const SENTENCES_EN = {
  stop: [`measures to stop its transmission`],
  block: [`measures to make it inaccessible from Japan`],
  deal: [`under your terms of service or other agreements with your users`],
  nothing: [`we no longer ask you for any action`],
};
export const OF_FORMS = { form1: ["stop", "block"], form2: ["deal"], "form2-2006": ["deal"] };
/** How the titles of the forms begin. */
export const TITLES = {
  "【違法情報】の通知書": ["form1"],
  "【公序良俗に反する情報】の通知書": ["form2", "form2-2006"],
};
/** What the letters of one kind alone say. */
export const OF_KINDS = {
  再度の依頼書: "reminder",
  依頼の取下げのお知らせ: "withdrawal",
  下記の依頼を取り下げます: "withdrawal",
  この依頼について対応をお願いすることはありません: "withdrawal",
  訂正する依頼: "correction",
};
/** A request, which no withdrawal has. */
export const ASKS = /措置を講じるよう依頼します|等に基づく対応を依頼します|Werequestthatyoutake/;
/** Kinds that leave the class to the notice before. */
export const SHORT = ["reminder", "withdrawal"];
/** The classes of form 2 since 2023, and those of 2006 by their number. */
export const CLASSES = { "serious-crime": "重要犯罪密接関連情報", suicide: "自殺誘引等情報" };
export const NUMBERED = /■\(?([①②③]|[123](?=\)))/g;
export const CIRCLED = { "①": "1", "②": "2", "③": "3" };
export const TYPED = /類型[：:]/g;
export const ADDRESS =
  /(?<![0-9A-Za-z.:])(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4})(?![0-9A-Za-z]|[.:][0-9A-Za-z])/g;
