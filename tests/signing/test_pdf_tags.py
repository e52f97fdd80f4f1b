"""The signature's field has a tooltip and a Form tag; the file stays what it was."""

import io

import pikepdf
import pytest

from notices.signing import PdfLevel
from notices.signing.keys.signing_key import certificate_der
from notices.verifying import verify
from notices.verifying.pdf.shown.letter import read_shown
from tests.letters.test_accessible import faults
from tests.signing.authority import Authority
from tests.signing.test_metadata import letter, signed


@pytest.mark.parametrize("level", list(PdfLevel))
def test_the_field_is_named_and_tagged(authority: Authority, level: PdfLevel) -> None:
    unsigned = letter("見本センター").pdf
    pdf = signed(authority, unsigned, level)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        root = opened.Root
        field = root.AcroForm.Fields[0]
        assert "電子署名" in str(field.TU)
        (form,) = [
            one
            for one in opened.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Form"
        ]
        assert form.K.Obj.objgen == field.objgen
        assert form.K.Pg.objgen == opened.pages[0].obj.objgen
        numbers = list(root.StructTreeRoot.ParentTree.Nums)
        owners = dict(zip(numbers[::2], numbers[1::2], strict=True))
        assert owners[field.StructParent].objgen == form.objgen
        assert root.StructTreeRoot.ParentTreeNextKey == field.StructParent + 1
        with pikepdf.open(io.BytesIO(unsigned)) as before:
            assert read_shown(opened).text == read_shown(before).text
    if level in (PdfLevel.B_B, PdfLevel.B_T):  # a stamp's field cannot be tagged
        assert faults(pdf) == set()
    roots = [certificate_der(one) for one in authority.roots]
    report = verify(pdf, trust=roots, at=authority.clock())
    assert [one for one in report.findings if one.status == "failed"] == []
