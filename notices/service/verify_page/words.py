"""What the page says, in both languages; nothing here depends on a file's content."""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "ja": {
        "title": "文書の真正性の確認",
        "intro": (
            "{center}から届いた依頼のメール、書面（PDF）又は証拠ファイルが、"
            "本当に{center}のものであり、改変されていないかを確認します。"
        ),
        "kept": "ファイルは確認が終わり次第消去し、保存しません。",
        "drop": "ファイルを選ぶか、ここに置いてください",
        "kinds": (
            "メール（.eml）、書面（.pdf）、証拠ファイル（.asice）、notice.json。"
            "一度に{files}個、合計{mebibytes}メガバイトまで。"
        ),
        "submit": "確認する",
        "again": "別のファイルを確認する",
        "other": "English",
        "passed": "「{file}」は、{signer}の鍵で署名され、改変されていません。",
        "failed": "「{file}」を、{center}のものとして扱わないでください。",
        "indeterminate": "「{file}」が真正なものか、ここでは判定できません。",
        "none": "「{file}」は、確認できる種類のファイルではありません。",
        "compare": (
            "次の指紋（SHA-256）を、{phone}に電話をして照合してください。"
            "一致すれば、このページが正しい証明書で確認したことが分かります。"
        ),
        "which": "{number}　{date}　{recipient}宛て",
        "checks": "確認した項目",
        "passed_of": "{count}項目のうち{passed}項目が合格",
        "check": "項目",
        "result": "結果",
        "detail": "内容",
        "json": "機械可読の結果（JSON）",
        "report": "確認結果の報告書（PDF）",
        "means": "署名が示すこと、示さないこと",
        "means_yes": (
            "署名は、その文書が署名した鍵の持ち主によって作られ、その後1文字も"
            "変わっていないことを示します。タイムスタンプがあれば、その時刻に"
            "存在していたことも示します。"
        ),
        "means_no": (
            "署名は、記載された内容が正しいこと、文書が相手に届いたこと及び"
            "依頼に応じる義務があることを示すものではありません。"
        ),
        "status_passed": "合格",
        "status_failed": "不合格",
        "status_indeterminate": "判定不能",
        "status_skipped": "対象外",
        "too_large": "大きすぎます。合計{mebibytes}メガバイトまでにしてください。",
        "too_many": "一度に確認できるのは{files}個までです。",
        "too_slow": "送信に時間がかかりすぎました。もう一度お試しください。",
        "busy": "混み合っています。しばらくしてからもう一度お試しください。",
        "no_file": "ファイルが選ばれていません。",
        "bad_form": "送信された内容を読み取れませんでした。",
        "not_found": "このページはありません。",
        "bad_method": "この方法では利用できません。",
    },
    "en": {
        "title": "Check whether a document is genuine",
        "intro": (
            "This page tells whether a request by mail, a letter (PDF) or an evidence "
            "file really comes from {center}, and whether it was changed."
        ),
        "kept": "Files are removed as soon as they are checked. Nothing is kept.",
        "drop": "Choose files, or drop them here",
        "kinds": (
            "Mails (.eml), letters (.pdf), evidence files (.asice), notice.json. "
            "Up to {files} at once, {mebibytes} megabytes in all."
        ),
        "submit": "Check",
        "again": "Check other files",
        "other": "日本語",
        "passed": "“{file}” was signed by the key of {signer} and was not changed.",
        "failed": "Do not treat “{file}” as coming from {center}.",
        "indeterminate": "Whether “{file}” is genuine cannot be told here.",
        "none": "“{file}” is none of the kinds of files that can be checked.",
        "compare": (
            "Compare this fingerprint (SHA-256) by telephone, {phone}. If it is the "
            "same, this page has checked with the right certificate."
        ),
        "which": "{number}, {date}, to {recipient}",
        "checks": "What was checked",
        "passed_of": "{passed} of {count} passed",
        "check": "Check",
        "result": "Result",
        "detail": "Detail",
        "json": "Result for programs (JSON)",
        "report": "Report of this check (PDF)",
        "means": "What a signature proves, and what not",
        "means_yes": (
            "A signature proves that the holder of the signing key made this document, "
            "and that not a character was changed since. With a time stamp it also "
            "proves that the document existed at that time."
        ),
        "means_no": (
            "A signature does not prove that what the document says is right, that it "
            "was received, or that anybody must do what it asks for."
        ),
        "status_passed": "passed",
        "status_failed": "failed",
        "status_indeterminate": "cannot be told",
        "status_skipped": "does not apply",
        "too_large": "That is too much: {mebibytes} megabytes in all at most.",
        "too_many": "Up to {files} files can be checked at once.",
        "too_slow": "It took too long to come in. Please try again.",
        "busy": "Too many checks are under way. Please try again in a while.",
        "no_file": "No file was chosen.",
        "bad_form": "What was sent could not be read.",
        "not_found": "There is no such page.",
        "bad_method": "This page cannot be used in that way.",
    },
}
