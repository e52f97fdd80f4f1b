// Moments (formats.md, 2.1) to the microsecond; a Date has milliseconds.

const MOMENT = /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

/** A real moment; such texts sort by time. */
export function isMoment(text) {
  if (typeof text !== "string" || !MOMENT.test(text)) return false;
  const date = new Date(`${text.slice(0, 23)}Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 19) === text.slice(0, 19);
}

/** Microseconds since 1970; exact below the year 2255. */
export const micros = (text) => new Date(`${text.slice(0, 23)}Z`).getTime() * 1000 + Number(text.slice(23, 26));

/** As reports tell it: without a fraction that is zero. */
export const shownMoment = (text) => `${text.slice(0, 10)} ${text.slice(11, 26).replace(/\.000000$/, "")}+00:00`;
