// When programs say that a letter was made and changed: not before the day it bears (P18).

import { need, say } from "../texts.js";

const PDF_DATE = /^D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:Z|([+-]\d\d)'(\d\d)'?)$/;
const XMP_DATE = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:Z|([+-]\d\d):(\d\d))$/;
const HOUR = 3_600_000;

/** Made on that day at midnight in Japan, changed on it or later; empty ones say nothing. */
export function checkDates(day, made, changed) {
  const begin = Date.parse(`${day}T00:00:00+09:00`);
  const refused = (told) => say("the letter's file is of another day: {told}", { told: [...told].slice(0, 40).join("") });
  for (const told of made.filter(Boolean)) need(momentOf(told) === begin, refused(told));
  for (const told of changed.filter(Boolean)) need(momentOf(told) >= begin, refused(told));
}

/** As ours write it; NaN for any other. */
function momentOf(told) {
  const found = PDF_DATE.exec(told) ?? XMP_DATE.exec(told);
  if (!found) return NaN;
  const [year, month, date, hour, minute, second] = found.slice(1, 7);
  const local = Date.parse(`${year}-${month}-${date}T${hour}:${minute}:${second}Z`);
  const hours = Number(found[7] ?? 0);
  const sign = (found[7] ?? "+")[0] === "-" ? -1 : 1;
  return local - sign * (Math.abs(hours) + Number(found[8] ?? 0) / 60) * HOUR;
}
