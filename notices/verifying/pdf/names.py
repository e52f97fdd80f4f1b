"""The names of a PDF: those that act, and those that letters of ours have.

They are ISO 32000-2's; whatever is not among them is refused.
"""

import re

ACTIVE_KEYS = frozenset(
    {
        "/AA",
        "/AF",
        "/Collection",
        "/EF",
        "/JS",
        "/JavaScript",
        "/Launch",
        "/OCProperties",
        "/OpenAction",
        "/RichMediaContent",
        "/RichMediaSettings",
        "/Rendition",
        "/SubmitForm",
        "/XFA",
        "/A",
        "/PA",
        "/Alternates",
        "/OPI",
        "/PS",
    }
)
"""Keys of dictionaries that act, hide, embed or replace."""
ACTIVE_VALUES = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/EmbeddedFile",
        "/Filespec",
        "/RichMedia",
        "/Movie",
        "/Sound",
        "/Rendition",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/GoTo3DView",
        "/URI",
        "/Hide",
        "/Named",
        "/Trans",
        "/SetOCGState",
        "/3D",
        "/Screen",
        "/PS",
        "/OCG",
    }
)
"""Names of action, annotation and object types of the same kind."""
KIND_KEYS = ("/S", "/Type", "/Subtype")
"""Keys that tell what a dictionary is."""
_KEYS_OF_LETTERS = """
Size Root Info ID Prev Length Length1 Filter DecodeParms Index W First N Version Extends
Extensions ADBE ESIC ISO_ BaseVersion ExtensionLevel ExtensionRevision URL

Type Subtype Pages Kids Count Parent MediaBox Contents Resources Rotate Tabs
StructParents StructParent Annots Metadata Lang PageMode ViewerPreferences
DisplayDocTitle OutputIntents S OutputConditionIdentifier DestOutputProfile
Title Author Producer Creator Subject Keywords CreationDate ModDate Trapped

Outlines Dest Next Last

ProcSet Font XObject BaseFont Name FirstChar LastChar Widths FontDescriptor ToUnicode
FontName Ascent CapHeight Descent Flags FontBBox FontFile2 ItalicAngle MissingWidth
StemV Encoding Width Height BitsPerComponent ColorSpace Predictor Colors Columns

MarkInfo Marked StructTreeRoot ParentTree ParentTreeNextKey IDTree Nums Names RoleMap
K P Pg MCID Obj O A Scope RowSpan ColSpan Headers Alt BBox Placement

AcroForm Fields SigFlags FT F Rect T TU V Ff Lock ByteRange SubFilter M Perms DocMDP
Reference TransformMethod TransformParams Action DSS Certs CRLs OCSPs VRI Cert CRL OCSP
TS Prop_Build
"""
"""Of the file, its revisions; of catalogue, pages, metadata; of bookmarks; of what is
drawn; of what is said of it to those who do not see it; of signatures and time stamps
(ISO 32000-2; ETSI EN 319 142-1)."""
SIGNATURE_KEYS = frozenset(
    {
        "/Type",
        "/Filter",
        "/SubFilter",
        "/ByteRange",
        "/Contents",
        "/M",
        "/Reference",
    }
)
"""Of the signature as our writer has it. Programs show what else may stand there as the
signer's words: his name, a reason, a place, how to reach him. Nothing is compared with
them, so there are none."""
STAMP_KEYS = SIGNATURE_KEYS | {"/Prop_Build"}
"""Of a document time stamp; programs that add one also name themselves."""
KNOWN_KEYS = frozenset(f"/{name}" for name in _KEYS_OF_LETTERS.split())
"""Keys that letters of ours have, or programs that add a time stamp. Any other is
refused, known or not: a key of tomorrow may act or hide, too."""
NAMED_BY_US = re.compile(r"/(?:F\d{1,3}\+\d{1,3}|F\d|Image\d|[0-9A-F]{40})")
"""Fonts, pictures, and validation data by the hash of a signature."""
_VALUES_OF_LETTERS = """
Catalog Page Pages Font TrueType Type1 Type0 XML Image DeviceRGB DeviceGray FlateDecode
ObjStm XRef Outlines FitH XYZ Fit StructElem MCR OBJR Document Sect H1 H2 Span Figure
Form Table TR TH TD Row Column Block Layout UseNone UseOutlines GTS_PDFA1 OutputIntent
Annot SigRef Sig DocTimeStamp PDF Text ImageB ImageC ImageI Adobe.PPKLite
ETSI.CAdES.detached ETSI.RFC3161
"""
KNOWN_VALUES = frozenset(f"/{name}" for name in _VALUES_OF_LETTERS.split())
"""Names that are values in every letter."""
FONT_NAME = re.compile(r"/[A-Z]{6}\+[A-Za-z0-9-]+")
"""Of a part of a font."""
