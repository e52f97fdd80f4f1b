// Members of a bundle by their names (formats.md, 3.6 and 9).

import { lacking } from "./manifest.js";

/** The mail in a bundle. */
export const MESSAGE = "documents/message.eml";
export const NOTICE = "documents/notice.json";
export const JUDGMENT = "documents/judgment.json";
export const LETTER = "documents/letter.pdf";
export const WARNINGS = "documents/warnings.json";
export const DOCX = "documents/letter.docx";
export const TEXT = "documents/letter.txt";

/** A member that must be there; FORMAT_FAILURE. */
export const member = (e, name) => e.members.get(name) ?? lacking(name);
